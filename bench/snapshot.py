"""What requests notice of snapshots: latencies at a quarter of the highest rate, with five snapshots and without."""

import json
import os
import pathlib
import statistics
import subprocess

import durable
import load
from turns import say

HERE = pathlib.Path(__file__).resolve().parent
GOAL = 3
SNAPSHOTS = 5


def measure(options):
    """Answers the Markdown."""
    # None but those that are asked for, not even while it is filled.
    server = durable.DurableStore(options, more={"SESSION_STORE_SNAPSHOT_INTERVAL": "24h"})
    try:
        options.jdk.compile(str(HERE / "peers" / "PacedLoad.java"), str(options.jar), server.directory.name)
        server.start()
        server.fill()
        server.wait_for_snapshot()
        say(f"{options.sessions} sessions in place")
        peak = highest_rate(options, server)
        rate = options.rate or peak / 4
        say(f"highest rate {peak:.0f}/s; the windows have {rate:.0f}/s")
        return report(options, server, peak, rate)
    finally:
        server.stop()


def highest_rate(options, server):
    """Closed loop. The first two runs are the warm-up."""
    rates = []
    for _ in range(2 + options.peak_runs):
        result = load.run_wrk(
            server.target,
            "mix",
            options.peak_seconds,
            options.sessions,
            body=body(options),
            connections=options.connections,
            threads=options.threads,
        )
        rates.append(result["requests"] / (result["micros"] / 1e6))
        say(f"closed loop: {rates[-1]:.0f}/s")
    return max(rates[2:])


def report(options, server, peak, rate):
    # The first snapshot is not counted: its code is not compiled yet.
    seconds = window(options, server, rate, 0, 1)["snapshots"][0]
    say(f"the first snapshot takes {seconds:.1f} s")
    pairs = []
    for number in range(options.turns):
        loud = window(options, server, rate, 0, SNAPSHOTS)
        quiet = window(options, server, rate, loud["seconds"], 0)
        pairs.append((loud, quiet))
        say(f"turn {number + 1}: p99 {loud['p99'] / 1000:.2f} ms with, {quiet['p99'] / 1000:.2f} ms without")
    return table(options, server, peak, rate, pairs)


def window(options, server, rate, seconds, snapshots):
    """What PacedLoad measured for so many seconds, or while so many snapshots were taken, one after another."""
    generator = subprocess.Popen(
        [options.jdk.tool("java"), "-Xms256m", "-Xmx1g", "-XX:+UseSerialGC", "-cp", server.directory.name, "PacedLoad"]
        + [str(n) for n in (server.port, rate, options.connections, options.sessions, options.warm_up, seconds)],
        env=dict(os.environ, BENCH_PATH=server.target.path, BENCH_HEAD=server.target.head, BENCH_BODY=body(options)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if generator.stdout.readline() != "MEASURING\n":
            raise SystemExit("PacedLoad failed")
        # The load's own writes between two of them are changes enough for the next.
        took = [server.take_snapshot() for _ in range(snapshots)]
        last = generator.communicate("" if seconds else "stop\n")[0]
    finally:
        generator.kill()
        generator.wait()
    if not last.startswith("RESULT "):
        raise SystemExit("PacedLoad failed")
    return {**json.loads(last[len("RESULT ") :]), "snapshots": took}


def body(options):
    return '{"attributes":' + load.random_attributes(options.size)(0) + "}"


def table(options, server, peak, rate, pairs):
    took = [seconds for loud, _ in pairs for seconds in loud["snapshots"]]
    ratios = [loud["p99"] / quiet["p99"] for loud, quiet in pairs]
    quiet99 = [quiet["p99"] for _, quiet in pairs]
    lines = [
        "## Snapshots under load",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, 80 % GET, 10 % PUT, 10 % PATCH, {options.connections}"
        f" connections, `everysec`, {server.place}, {options.jdk}, -Xmx{options.heap}. Highest rate"
        f" (closed loop): {peak:,.0f}/s; the windows have {rate:,.0f}/s, open loop, {SNAPSHOTS} snapshots of"
        f" {min(took):.1f} to {max(took):.1f} s one after another, or none.",
        "",
        "| Window | seconds | requests | p50 ms | p99 ms | p99.9 ms | max ms | p99 of the generator's own lateness ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for number, pair in enumerate(pairs, 1):
        for name, found in zip(["with", "without"], pair):
            figures = " | ".join(f"{found[key] / 1000:.2f}" for key in ["p50", "p99", "p999", "max", "late99"])
            lines.append(f"| {number}, {name} | {found['seconds']:.1f} | {found['requests']:,} | {figures} |")
    lines += [
        "",
        f"p99 with against without: {statistics.median(ratios):.2f} × (each pair: "
        + ", ".join(f"{each:.2f}" for each in ratios)
        + f"; goal: at most {GOAL}). Windows without differ among themselves by {max(quiet99) / min(quiet99):.2f} ×.",
    ]
    return "\n".join(lines) + "\n"
