"""Peers in short turns, round-robin, so that the machine's drift hits all alike; medians of the turns."""

import statistics
import sys
import time

import load
import peers
import process

FIGURES = ["rate", "p50", "p99", "cpu"]


def measure(options):
    """Answers the Markdown."""
    servers = start(options)
    try:
        return "\n".join(section(options, servers, verb) for verb in options.verbs)
    finally:
        for server in servers:
            server.stop()


def start(options):
    """The service first: its answer's size is the constant that others answer."""
    names = ["session-store"] + [name for name in options.peers if name != "session-store"]
    servers = []
    size = None
    try:
        for name in names:
            server = peers.BY_NAME[name](options)
            servers.append(server)
            server.start(size)
            began = time.monotonic()
            server.fill()
            if size is None:
                size = server.answer_size()
                say(f"{options.sessions} sessions in {time.monotonic() - began:.0f} s; a GET answers {size} bytes")
    except BaseException:
        for server in servers:
            server.stop()
        raise
    options.answer_size = size
    return servers


def section(options, servers, verb):
    for server in servers:
        warm_up(options, server, verb)
    turns = {server.name: [] for server in servers}
    for number in range(options.turns):
        # Each turn begins with another peer: none is always measured after the same one.
        shift = number % len(servers)
        for server in servers[shift:] + servers[:shift]:
            figures = turn(options, server, verb, options.seconds)
            turns[server.name].append(figures)
            say(f"{verb} turn {number + 1} {server.name}: {figures['cpu']:.1f} us, {figures['rate']:.0f}/s")
    return table(options, servers, verb, turns)


def warm_up(options, server, verb):
    """By requests, not by time: on a busy machine the compiler would not be done."""
    say(f"{verb}: warming up {server.name}")
    left = options.warm_up
    while left > 0:
        left -= turn(options, server, verb, options.seconds)["requests"]


def turn(options, server, verb, seconds):
    before = process.cpu_seconds(server.pids)
    result = load.run_wrk(
        server.target,
        verb.lower(),
        seconds,
        options.sessions,
        body='{"attributes":' + load.attributes(options.size) + "}",
        connections=options.connections,
        threads=options.threads,
        id_in=options.id_in,
    )
    cpu = process.cpu_seconds(server.pids) - before
    return {
        "requests": result["requests"],
        "rate": result["requests"] / (result["micros"] / 1e6),
        "p50": result["p50"] / 1000,
        "p99": result["p99"] / 1000,
        "cpu": cpu * 1e6 / result["requests"],
    }


def table(options, servers, verb, turns):
    medians = {
        name: {figure: statistics.median(each[figure] for each in those) for figure in FIGURES}
        for name, those in turns.items()
    }
    base = "bare Javalin" if "bare Javalin" in turns else servers[0].name
    lines = [
        f"## {verb}",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, answers of {options.answer_size} bytes,"
        f" {options.connections} connections, medians of {options.turns} turns of {options.seconds} s, {options.jdk}",
        "",
        "| Peer | requests/s | p50 ms | p99 ms | server CPU µs/request | least to most | RSS MiB |"
        f" CPU against {base} |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for server in servers:
        m = medians[server.name]
        cpus = [each["cpu"] for each in turns[server.name]]
        # Turn by turn: what slows the machine for a while slows both.
        ratio = statistics.median(mine["cpu"] / its["cpu"] for mine, its in zip(turns[server.name], turns[base]))
        lines.append(
            f"| {server.name} | {m['rate']:,.0f} | {m['p50']:.2f} | {m['p99']:.2f} | {m['cpu']:.1f} |"
            f" {min(cpus):.1f} to {max(cpus):.1f} | {process.rss_mib(server.pids):,.0f} | {ratio:.2f} × |"
        )
    return "\n".join(lines) + "\n"


def say(text):
    print(text, file=sys.stderr, flush=True)
