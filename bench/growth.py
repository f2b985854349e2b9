"""Whether an operation costs more with more sessions, more connections or larger sessions; beside Webdis with Redis."""

import copy

import goals
import peers
import process
import turns
import webdis
from turns import say

KINDS = ["GET", "PUT"]
SESSIONS = 20_000  # where their number is not what grows
BYTES = 300_000_000  # what all of them take at most


def measure(options):
    """Answers the Markdown."""
    parts = {"sessions": by_sessions, "connections": by_connections, "sizes": by_size}
    return "\n".join(parts[part](options) for part in options.parts)


def by_sessions(options):
    """Two servers with few sessions stay beside two that are filled further from step to step."""
    steps = sorted(options.counts)
    few, many = given(options, sessions=steps[0]), given(options, sessions=steps[0])
    small, grown = pair(few), pair(many)
    rows = []
    try:
        begin(small + grown)
        for before, count in zip(steps, steps[1:]):
            for server in grown:
                server.create(range(before, count))
            many.sessions = count
            say(f"{count} sessions in place")
            for kind in KINDS:
                seen = take_turns(options, small + grown, kind)
                if before == steps[0]:
                    rows += [row(kind, before, server, seen[server], " | ") for server in small]
                goal = goals.GROWN_CPU if (kind, count) == ("GET", steps[-1]) else None
                for server, before_it, limit in zip(grown, small, (goal, None)):
                    ratio = turns.ratio(seen[server], seen[before_it], "cpu")
                    verdict = options.goals.at_most(limit, ratio, f"CPU of {kind}, {count:,} sessions against {steps[0]:,}")
                    rows.append(row(kind, count, server, seen[server], f"{ratio:.2f} × | {verdict}"))
        return table(options, "sessions", f"CPU against {steps[0]:,} sessions | goal", rows)
    finally:
        turns.stop(small + grown)


def by_connections(options):
    servers = pair(given(options, sessions=SESSIONS))
    try:
        begin(servers)
        rows = []
        for connections in options.connection_counts:
            rows += compared(given(options, connections=connections), servers, connections)
        return table(options, "connections", "our CPU against its", rows)
    finally:
        turns.stop(servers)


def by_size(options):
    rows = []
    for size in options.sizes:
        servers = pair(given(options, size=size, sessions=min(SESSIONS, BYTES // size)))
        try:
            begin(servers)
            rows += compared(options, servers, size)
        finally:
            turns.stop(servers)
    return table(options, "bytes", "our CPU against its", rows)


def given(options, **other):
    changed = copy.copy(options)
    vars(changed).update(other)
    return changed


def pair(options):
    return [peers.SessionStore(options), webdis.Webdis(options)]


def begin(servers):
    for server in servers:
        server.start()
        server.fill()
        for kind in KINDS:
            turns.warm_up(server.options, server, kind)


def compared(options, servers, what):
    rows = []
    for kind in KINDS:
        seen = take_turns(options, servers, kind)
        ours = seen[servers[0]]
        for server in servers:
            rows.append(row(kind, what, server, seen[server], f"{turns.ratio(ours, seen[server], 'cpu'):.2f} ×"))
    return rows


def take_turns(options, servers, kind):
    return turns.round_robin(options, servers, lambda server: turns.turn(options, server, kind, options.seconds), kind)


def row(kind, what, server, seen, last):
    figures = " | ".join(f"{turns.median(seen, figure):,.2f}" for figure in ("p50", "p99"))
    return (
        f"| {kind} | {what:,} | {server.name} | {turns.median(seen, 'rate'):,.0f} | {figures} |"
        f" {turns.median(seen, 'cpu'):.1f} | {process.rss_mib(server.pids):,.0f} | {last} |"
    )


def table(options, what, last, rows):
    columns = f"| | {what} | Peer | operations/s | p50 ms | p99 ms | server CPU µs/operation | RSS MiB | {last} |"
    return "\n".join(
        [
            f"## Growth: {what}",
            "",
            f"Sessions of {options.size} bytes and {options.connections} connections where these do not grow, medians of"
            f" {options.turns} turns of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
            "",
            columns,
            "|---|---:|---|" + "---:|" * (columns.count("|") - 4),
            *rows,
            "",
        ]
    )
