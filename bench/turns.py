"""Peers in short turns, round-robin, so that the machine's drift hits all alike; medians of the turns."""

import statistics
import sys

import goals
import infinispan
import netty
import peers
import process
import webdis

PEERS = {
    "session-store": peers.SessionStore,
    "webdis": webdis.Webdis,
    "infinispan": infinispan.Infinispan,
    "netty": netty.RawNetty,
    "javalin": peers.BareJavalin,
}
# Creations come last: they leave more sessions behind than all others.
KINDS = {
    "GET": {"get": 100},
    "PUT": {"put": 100},
    "PATCH": {"patch": 100},
    "touch": {"touch": 100},
    "mix": {"get": 80, "patch": 15, "create": 3, "delete": 2},
    "POST": {"create": 100},
}
FIGURES = ["rate", "p50", "p99", "cpu"]


def measure(options):
    """Answers the Markdown; leaves the medians for a chart."""
    servers = start(options, options.peers)
    try:
        return "\n".join(section(options, servers, kind) for kind in options.kinds)
    finally:
        stop(servers)


def start(options, names):
    """The service first: others answer what it answers."""
    names = ["session-store"] + [name for name in names if name != "session-store"]
    servers = []
    try:
        for name in names:
            servers.append(PEERS[name](options))
            servers[-1].start(servers[0])
            servers[-1].fill()
            say(f"{servers[-1].name} holds {options.sessions} sessions")
    except BaseException:
        stop(servers)
        raise
    return servers


def stop(servers):
    for server in servers:
        server.stop()


def section(options, servers, kind):
    able = [server for server in servers if all(name in server.operations() for name in KINDS[kind])]
    for server in able:
        warm_up(options, server, kind)
    turns = round_robin(options, able, lambda server: turn(options, server, kind, options.seconds), kind)
    for server in able:
        options.medians.setdefault(kind, {})[server.name] = median(turns[server], "cpu")
    return table(options, able, kind, turns)


def round_robin(options, servers, take, what):
    """Each round begins with another one: none is always measured after the same one."""
    turns = {server: [] for server in servers}
    for number in range(options.turns):
        shift = number % len(servers)
        for server in servers[shift:] + servers[:shift]:
            figures = take(server)
            turns[server].append(figures)
            say(f"{what} turn {number + 1} {server.name}: {figures['cpu']:.1f} us, {figures['rate']:.0f}/s")
    return turns


def warm_up(options, server, kind):
    """By requests, not by time: on a busy machine the compiler would not be done."""
    say(f"{kind}: warming up {server.name}")
    left = options.warm_up
    while left > 0:
        left -= turn(options, server, kind, options.seconds)["requests"]


def turn(options, server, kind, seconds, connections=None):
    before = process.cpu_seconds(server.pids)
    result = server.run(
        KINDS[kind], seconds, connections=connections or options.connections, threads=options.threads
    )
    cpu = process.cpu_seconds(server.pids) - before
    return {
        "requests": result["requests"],
        "rate": result["operations"] / (result["micros"] / 1e6),
        "p50": result["p50"] / 1000,
        "p99": result["p99"] / 1000,
        "cpu": cpu * 1e6 / result["operations"],
    }


def median(turns, figure):
    return statistics.median(each[figure] for each in turns)


def ratio(mine, its, figure):
    """Turn by turn: what slows the machine for a while slows both."""
    return statistics.median(a[figure] / b[figure] for a, b in zip(mine, its))


def table(options, servers, kind, turns):
    ours = servers[0]
    lines = [
        f"## {kind}",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, {options.connections} connections, medians of"
        f" {options.turns} turns of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
        "",
        "| Peer | operations/s | p50 ms | p99 ms | server CPU µs/operation | least to most | holds MiB | RSS MiB |"
        " our CPU against it | goal |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for server in servers:
        mine = turns[server]
        cpus = [each["cpu"] for each in mine]
        against = ratio(turns[ours], mine, "cpu")
        verdict = options.goals.at_most(
            goals.CPU.get((kind, server.name)), against, f"CPU of {kind} against {server.name}"
        )
        lines.append(
            f"| {server.name} | {median(mine, 'rate'):,.0f} | {median(mine, 'p50'):.2f} | {median(mine, 'p99'):.2f} |"
            f" {median(mine, 'cpu'):.1f} | {min(cpus):.1f} to {max(cpus):.1f} | {server.held_mib():,.0f} |"
            f" {process.rss_mib(server.pids):,.0f} | {against:.2f} × | {verdict} |"
        )
    return "\n".join(lines) + "\n"


def say(text):
    print(text, file=sys.stderr, flush=True)
