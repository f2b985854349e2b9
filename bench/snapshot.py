"""What requests notice of snapshots: latencies at a quarter of the highest rate, with five snapshots and without."""

import statistics

import durable
import paced
from turns import say

GOAL = 3
SNAPSHOTS = 5
KINDS = {"get": 80, "put": 10, "patch": 10}


def measure(options):
    """Answers the Markdown."""
    # None but those that are asked for, not even while it is filled.
    server = durable.DurableStore(options, more={"SESSION_STORE_SNAPSHOT_INTERVAL": "24h"})
    try:
        generator = paced.Generator(options.jdk)
        server.start()
        server.fill()
        server.wait_for_snapshot()
        say(f"{options.sessions} sessions in place")
        peak = highest_rate(options, server)
        rate = options.rate or peak / 4
        say(f"highest rate {peak:.0f}/s; the windows have {rate:.0f}/s")
        return report(options, server, generator, peak, rate)
    finally:
        server.stop()


def highest_rate(options, server):
    """Closed loop. The first two runs are the warm-up."""
    rates = []
    for _ in range(2 + options.peak_runs):
        result = server.run(KINDS, options.peak_seconds, connections=options.connections, threads=options.threads)
        rates.append(result["operations"] / (result["micros"] / 1e6))
        say(f"closed loop: {rates[-1]:.0f}/s")
    return max(rates[2:])


def report(options, server, generator, peak, rate):
    # The first snapshot is not counted: its code is not compiled yet.
    seconds = window(options, server, generator, rate, 0, 1)["snapshots"][0]
    say(f"the first snapshot takes {seconds:.1f} s")
    pairs = []
    for number in range(options.turns):
        loud = window(options, server, generator, rate, 0, SNAPSHOTS)
        quiet = window(options, server, generator, rate, loud["seconds"], 0)
        pairs.append((loud, quiet))
        say(f"turn {number + 1}: p99 {loud['p99'] / 1000:.2f} ms with, {quiet['p99'] / 1000:.2f} ms without")
    return table(options, server, peak, rate, pairs)


def window(options, server, generator, rate, seconds, snapshots):
    """What the generator measured for so many seconds, or while so many snapshots were taken, one after another."""
    took = []

    def take():
        # The load's own writes between two of them are changes enough for the next.
        took.extend(server.take_snapshot() for _ in range(snapshots))

    return {**generator.window(options, server, KINDS, rate, seconds, take), "snapshots": took}


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
            lines.append(f"| {number}, {name} | {found['seconds']:.1f} | {found['operations']:,} | {figures} |")
    lines += [
        "",
        f"p99 with against without: {statistics.median(ratios):.2f} × (each pair: "
        + ", ".join(f"{each:.2f}" for each in ratios)
        + f"; goal: at most {GOAL}). Windows without differ among themselves by {max(quiet99) / min(quiet99):.2f} ×.",
    ]
    return "\n".join(lines) + "\n"
