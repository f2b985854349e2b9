"""What it costs to have writes on disk: requests and writes per sync, by how many write at once."""

import os
import statistics
import tempfile
import time

import durable
import goals
import process
import turns
from turns import say

FIGURES = ["rate", "p50", "p99", "cpu", "syncs", "group"]
WRITES = 200
NONE = "none"
WRITERS_OF_THE_GOALS = 64


def measure(options):
    """Answers the Markdown."""
    servers = {}
    try:
        for fsync in options.fsync:
            given = None if fsync == NONE else fsync
            servers[fsync] = durable.DurableStore(options, f"session-store, {fsync}", given)
            servers[fsync].start()
            servers[fsync].fill()
            say(f"{fsync}: {options.sessions} sessions in place")
        bare = bare_sync(options)
        for fsync, server in servers.items():
            say(f"{fsync}: warming up")
            turn(options, server, max(options.writers), options.warm_up)
        found = {writers: round_robin(options, servers, writers) for writers in options.writers}
        return table(options, servers, bare, found)
    finally:
        turns.stop(servers.values())


def round_robin(options, servers, writers):
    """From a policy to its turns."""
    seen = turns.round_robin(
        options,
        list(servers.values()),
        lambda server: turn(options, server, writers, options.seconds),
        f"{writers} writers,",
    )
    return {fsync: seen[server] for fsync, server in servers.items()}


def turn(options, server, writers, seconds):
    cpu = process.cpu_seconds(server.pids)
    before = server.counters()
    result = server.run({"put": 100}, seconds, connections=writers, threads=options.threads)
    records, syncs = (after - then for after, then in zip(server.counters(), before))
    cpu = process.cpu_seconds(server.pids) - cpu
    elapsed = result["micros"] / 1e6
    return {
        "rate": result["requests"] / elapsed,
        "p50": result["p50"] / 1000,
        "p99": result["p99"] / 1000,
        "cpu": cpu * 1e6 / result["requests"],
        "syncs": syncs / elapsed,
        # By the service's own counters; all records of such a run are PUTs.
        "group": records / syncs if syncs else 0,
    }


def bare_sync(options):
    """Milliseconds of a bare append of as much as a session and a sync of it: what one writer cannot be faster than."""
    with tempfile.NamedTemporaryFile(dir=options.dir) as file:
        took = []
        for _ in range(WRITES):
            began = time.monotonic()
            os.write(file.fileno(), bytes(options.size))
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - began)
    return statistics.median(took) * 1000


def table(options, servers, bare, found):
    place = next(iter(servers.values())).place
    lines = [
        "## Commit",
        "",
        f"PUT of {options.size} bytes to {options.sessions:,} sessions, closed loop, medians of {options.turns} turns of"
        f" {options.seconds} s, {options.jdk}, -Xmx{options.heap}, {place}, where a bare append and `fdatasync` take"
        f" {bare:.2f} ms; none: without a data directory",
        "",
        "| fsync | writers | requests/s | p50 ms | p99 ms | server CPU µs/request | syncs/s | writes per sync |"
        " requests/s against none | CPU against none | goal |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for fsync in servers:
        for writers, seen in found.items():
            m = {figure: turns.median(seen[fsync], figure) for figure in FIGURES}
            group = f"{m['group']:,.1f}" if m["syncs"] else "none"
            lines.append(
                f"| {fsync} | {writers} | {m['rate']:,.0f} | {m['p50']:.2f} | {m['p99']:.2f} | {m['cpu']:.1f} |"
                f" {m['syncs']:,.1f} | {group} | {against_none(options, fsync, writers, seen)} |"
            )
    return "\n".join(lines) + "\n"


def against_none(options, fsync, writers, seen):
    if NONE not in seen:
        return " | | "
    rate = turns.ratio(seen[fsync], seen[NONE], "rate")
    cpu = turns.ratio(seen[fsync], seen[NONE], "cpu")
    verdict = ""
    if writers == WRITERS_OF_THE_GOALS and fsync == "always":
        verdict = options.goals.at_least(goals.ALWAYS_RATE, rate, "PUT/s, `always` against no journal")
    elif writers == WRITERS_OF_THE_GOALS and fsync == "everysec":
        verdict = options.goals.at_most(goals.EVERYSEC_CPU, cpu, "CPU of PUT, `everysec` against no journal")
    return f"{rate:.2f} × | {cpu:.2f} × | {verdict}"
