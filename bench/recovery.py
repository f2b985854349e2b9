"""How long a restart takes with all sessions on disk, beside Redis with the same ones in its RDB file."""

import statistics
import time

import durable
import process
import rdb
from turns import median, ratio, say

GOAL = 0.7
# As long as the keys in Redis live; the turns may take longer than half an hour.
LIVES = {"SESSION_STORE_IDLE_TIMEOUT": "24h", "SESSION_STORE_SNAPSHOT_INTERVAL": "24h"}
FIGURES = ["load", "ready", "cpu"]


def measure(options):
    """Answers the Markdown."""
    made = []
    try:
        saves = {}
        for peer in starters(options):
            made.append(peer)
            saves[peer.name] = fill(options, peer)
        if "defaults" in options.kinds:
            plain = made[1]
            made.append(
                durable.DurableStore(
                    options, "session-store, JVM's own defaults", "never", data=plain.data, flags=[], more=LIVES
                )
            )
        found = {peer.name: [] for peer in made}
        for number in range(options.turns):
            for peer in made:
                figures = turn(options, peer)
                found[peer.name].append(figures)
                say(f"turn {number + 1} {peer.name}: " + ", ".join(f"{name} {figures[name]:.2f} s" for name in FIGURES))
        return table(options, made, saves, found)
    finally:
        for peer in made:
            peer.stop()


def starters(options):
    """Those that are filled. The heap has a most, but no least: it grows while it loads, as a user's does."""
    flags = [*options.jdk.layout_flags(), f"-Xmx{options.heap}"]
    yield rdb.Redis(options)
    yield durable.DurableStore(options, "session-store", "never", flags=flags, more=LIVES)
    if "encrypted" in options.kinds:
        yield durable.DurableStore(options, "session-store, encrypted", "never", True, flags=flags, more=LIVES)


def fill(options, peer):
    """Answers the seconds of the save at the end."""
    began = time.monotonic()
    peer.start()
    peer.fill()
    check(options, peer)
    filled = time.monotonic() - began
    seconds = peer.end_with_snapshot()
    say(f"{peer.name}: filled in {filled:.0f} s, saved {peer.bytes_on_disk() / 1e6:.0f} MB in {seconds:.2f} s")
    return seconds


def turn(options, peer):
    for file in peer.files():
        with file.open("rb") as content:
            while content.read(1 << 20):
                pass  # into the page cache
    began = time.monotonic()
    peer.launch()
    peer.wait_until_ready()
    ready = time.monotonic() - began
    cpu = process.cpu_seconds(peer.pids)
    check(options, peer)
    figures = {"load": peer.load_seconds(), "ready": ready, "cpu": cpu, "rss": process.rss_mib(peer.pids)}
    peer.end(patience=60)
    return figures


def check(options, peer):
    count = peer.count()
    if count != options.sessions:
        raise SystemExit(f"{peer.name} holds {count} sessions instead of {options.sessions}:\n{peer.log_text()}")


def table(options, made, saves, found):
    base = made[0]
    lines = [
        "## Recovery",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes of random text, page cache warm, medians of"
        f" {options.turns} turns, {options.jdk}, -Xmx{options.heap}, {made[1].place}; goal: at most {GOAL} ×",
        "",
        "| Peer | MB on disk | save s | load s | least to most | ready s | least to most | CPU s | RSS MiB |"
        " load against Redis | ready against Redis |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for peer in made:
        turns = found[peer.name]
        save = f"{saves[peer.name]:.2f}" if peer.name in saves else ""
        lines.append(
            f"| {peer.name} | {peer.bytes_on_disk() / 1e6:,.0f} | {save} | {spread(turns, 'load')} |"
            f" {spread(turns, 'ready')} | {median(turns, 'cpu'):.2f} | {median(turns, 'rss'):,.0f} |"
            f" {ratio(turns, found[base.name], 'load'):.2f} × | {ratio(turns, found[base.name], 'ready'):.2f} × |"
        )
    return "\n".join(lines) + "\n"


def spread(turns, figure):
    values = [each[figure] for each in turns]
    return f"{statistics.median(values):.2f} | {min(values):.2f} to {max(values):.2f}"
