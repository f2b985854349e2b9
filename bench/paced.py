"""Requests at a given rate whatever the answers do, by peers/PacedLoad.java, and the latencies that come of it."""

import json
import pathlib
import statistics
import subprocess
import tempfile

import goals
import load
import turns
from turns import say

PEERS_DIRECTORY = pathlib.Path(__file__).resolve().parent / "peers"
SPARE = 10_000  # operations more than are due: which of them delete is chance
HEAP = ["-Xms1g", "-Xmx1g", "-Xmn800m", "-XX:+UseSerialGC"]


class Generator:
    """The program, compiled."""

    def __init__(self, jdk):
        self.jdk = jdk
        self.classes = tempfile.TemporaryDirectory(prefix="session-store-bench-")
        sources = [PEERS_DIRECTORY / name for name in ("PacedLoad.java", "Exchange.java", "Operations.java")]
        jdk.compile(sources, self.classes.name, self.classes.name)

    def window(self, options, server, shares, rate, seconds, meanwhile=lambda: None):
        """What was seen in so many seconds, or with 0 while that was done; latencies in microseconds."""
        doomed = server.to_delete(shares, (options.lead_in + seconds) * rate * 1.2 + SPARE)
        run = load.Run(shares, server.operations(), options.sessions, doomed)
        given = (server.port, rate, options.connections, options.lead_in, seconds)
        process = subprocess.Popen(
            [self.jdk.tool("java"), *HEAP, "-cp", self.classes.name, "PacedLoad", *map(str, given)],
            env=run.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            if process.stdout.readline() != "MEASURING\n":
                raise SystemExit("PacedLoad failed")
            meanwhile()
            last = process.communicate("" if seconds else "stop\n")[0]
        finally:
            process.kill()
            process.wait()
        if not last.startswith("RESULT "):
            raise SystemExit("PacedLoad failed")
        return json.loads(last[len("RESULT ") :])


def measure(options):
    """Half of the service's highest rate, for it and for Webdis with Redis. Answers the Markdown."""
    generator = Generator(options.jdk)
    servers = turns.start(options, ["webdis"])
    try:
        return "\n".join(section(options, generator, servers, kind) for kind in ("GET", "mix"))
    finally:
        turns.stop(servers)


def section(options, generator, servers, kind):
    # Only the service: Webdis needs no warming up, and may answer one connection with what another one asked for when
    # that went away without waiting, as wrk does at its end.
    turns.warm_up(options, servers[0], kind)
    highest = max(turns.turn(options, servers[0], kind, options.seconds)["rate"] for _ in range(3))
    rate = options.rate or highest / 2
    windows = {server: [] for server in servers}
    for number in range(options.turns):
        for server in servers if number % 2 else reversed(servers):
            seen = generator.window(options, server, turns.KINDS[kind], rate, options.seconds)
            windows[server].append(seen)
            say(f"{kind} at {rate:.0f}/s, turn {number + 1} {server.name}: p99 {seen['p99'] / 1000:.2f} ms")
    return table(options, kind, highest, rate, windows)


def table(options, kind, highest, rate, windows):
    ours, its = windows.values()
    its_name = list(windows)[1].name
    lines = [
        f"## {kind} at a fixed rate",
        "",
        f"{rate:,.0f} operations/s, open loop, counted from the intended time; our highest rate in a closed loop is"
        f" {highest:,.0f}/s. {options.sessions:,} sessions of {options.size} bytes, {options.connections} connections,"
        f" medians of {options.turns} windows of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
        "",
        "| Peer | p50 ms | p99 ms | least to most | p99.9 ms | max ms | p99 of the generator's own lateness ms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for server, seen in windows.items():
        p50, p99, p999, most, late = (
            statistics.median(each[figure] for each in seen) / 1000 for figure in ("p50", "p99", "p999", "max", "late99")
        )
        all99 = [each["p99"] / 1000 for each in seen]
        lines.append(
            f"| {server.name} | {p50:.2f} | {p99:.2f} | {min(all99):.2f} to {max(all99):.2f} | {p999:.2f} | {most:.2f} |"
            f" {late:.2f} |"
        )
    against = turns.ratio(ours, its, "p99")
    what = f"p99 of {kind} at half of our highest rate against {its_name}"
    verdict = options.goals.at_most(goals.PACED_P99, against, what)
    lines += ["", f"Our p99 against it, window by window: {against:.2f} × ({verdict})"]
    return "\n".join(lines) + "\n"
