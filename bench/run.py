#!/usr/bin/env python3
"""Measures the service beside its peers. README.md says what is measured and how."""

import argparse
import datetime
import os
import pathlib
import signal
import subprocess
import sys

sys.dont_write_bytecode = True  # no __pycache__ in the tree

import chart
import client
import commit
import expiry
import goals
import growth
import http2
import jdk
import memory
import paced
import peers
import pieces
import recovery
import snapshot
import start as starts
import stores
import tools
import turns

HERE = pathlib.Path(__file__).resolve().parent

# What `all` measures, in this order, and what makes each short: to see whether everything is in place, not to measure.
QUICK = {
    "http": {"sessions": 2000, "turns": 1, "seconds": 1, "warm_up": 2000},
    "paced": {"sessions": 2000, "turns": 1, "seconds": 1, "warm_up": 2000, "rate": 500},
    "memory": {"sessions": 20_000},
    "commit": {"sessions": 2000, "turns": 1, "seconds": 1, "warm_up": 1, "writers": [64]},
    "growth": {
        "counts": [1000, 2000], "connection_counts": [1, 1000], "sizes": [100, 65_536], "turns": 1, "seconds": 1,
        "warm_up": 2000, "heap": "1g",
    },
    "start": {"turns": 1},
    "http2": {"sessions": 2000, "turns": 1, "seconds": 1, "warm_up": 2000},
    "pieces": {"only": ["hashId"]},
    "client": {"sessions": 2000, "turns": 1, "seconds": 1, "warm_up": 2000},
    "stores": {"sessions": 1000, "turns": 1, "seconds": 1, "warm_up": 1},
}


def main():
    parser = parse()
    options = parser.parse_args()
    options.jdk = jdk.find(options.jdk)
    if not options.jar.exists():
        raise SystemExit(f"{options.jar} is not there; make it with `mvn -q package -DskipTests`")
    parts = [part_of_all(parser, name, options) for name in options.parts_of_all] if options.part == "all" else [options]
    for part in parts:
        tools.require(*part.needs)
        if options.quick:
            vars(part).update(QUICK.get(part.part, {}))
    measure(options, parts)


def part_of_all(parser, name, options):
    """Its own defaults, but for what was given for all."""
    part = parser.parse_args([name])
    vars(part).update({key: getattr(options, key) for key in ("jdk", "jar", "size", "jvm")})
    return part


def measure(options, parts):
    """What is done is written at once: what follows may fail."""
    found = goals.Goals()
    medians = {}
    head = heading()
    sections = []
    try:
        for part in parts:
            part.goals = found
            part.medians = medians
            sections.append(part.measure(part))
            write(options.out, f"{head}\n{found.summary()}" + "\n".join(sections))
            if part.part == "http":
                write(options.svg, chart.draw(medians, caption(part)))
    finally:
        print("\n".join([head, *sections, found.summary()]))


def write(path, text):
    if path:
        path.write_text(text, encoding="utf-8")


def caption(options):
    return (
        f"{options.sessions:,} sessions of {options.size} bytes, {options.connections} connections,"
        f" JDK {options.jdk.version}, {machine()}"
    )


def parse():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--jdk", help="home of the JDK; else JAVA_HOME, else JDK 25 where Debian puts it")
    common.add_argument("--jar", type=lambda path: pathlib.Path(path).resolve(), default=peers.JAR)
    common.add_argument("--size", type=int, default=500, help="bytes of a session's attributes")
    common.add_argument("--jvm", action="append", default=[], help="one more option for the JVMs: --jvm=-XX:+UseZGC")
    common.add_argument("--out", type=pathlib.Path, help="write the Markdown there too")
    common.add_argument("--quick", action="store_true", help="see whether everything is in place: figures mean nothing")
    common.add_argument("--svg", type=pathlib.Path, help="write a chart of what http finds there")

    clients = argparse.ArgumentParser(add_help=False)
    clients.add_argument("--connections", type=int, default=64)
    clients.add_argument("--threads", type=int, default=2, help="of what makes the load")

    load = argparse.ArgumentParser(add_help=False, parents=[clients])
    load.add_argument("--id-in", choices=["header", "path"], default="header")

    disk = argparse.ArgumentParser(add_help=False)
    disk.add_argument("--dir", help="where data directories are made, on a disk; else where temporary files are")

    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, dest="part")

    everything = commands.add_parser("all", parents=[common], help="all that has a goal, with its defaults")
    everything.add_argument("--parts", dest="parts_of_all", nargs="+", choices=list(QUICK), default=list(QUICK))

    http = commands.add_parser("http", parents=[common, load], help="requests, beside the peers")
    http.add_argument("--peers", nargs="+", choices=list(turns.PEERS), default=list(turns.PEERS))
    http.add_argument("--kinds", nargs="+", choices=list(turns.KINDS), default=list(turns.KINDS))
    http.add_argument("--sessions", type=int, default=100_000)
    http.add_argument("--turns", type=int, default=5)
    http.add_argument("--seconds", type=int, default=2, help="of a turn")
    http.add_argument("--warm-up", type=int, default=200_000, help="requests to each peer of each kind before its turns")
    http.add_argument("--heap", default="2g")
    http.set_defaults(measure=turns.measure, needs=["wrk"])

    rate = commands.add_parser("paced", parents=[common, load], help="latencies at half of the highest rate")
    rate.add_argument("--rate", type=float, help="operations/s instead of half of the service's highest")
    rate.add_argument("--sessions", type=int, default=100_000)
    rate.add_argument("--turns", type=int, default=5, help="windows for each peer")
    rate.add_argument("--seconds", type=int, default=5, help="of a window")
    rate.add_argument("--warm-up", type=int, default=200_000, help="requests to each peer of each kind")
    rate.add_argument("--lead-in", type=int, default=1, help="seconds at that rate before each window")
    rate.add_argument("--heap", default="2g")
    rate.set_defaults(measure=paced.measure, needs=["wrk", "webdis", "redis-server"])

    heap = commands.add_parser("memory", parents=[common], help="heap per session")
    heap.add_argument("--sessions", type=int, default=1_000_000)
    heap.add_argument("--heap", default="3g")
    heap.set_defaults(measure=memory.measure, needs=["redis-server"])

    mass = commands.add_parser("expiry", parents=[common, load], help="a million sessions that expire in one second")
    mass.add_argument("--sessions", type=int, default=100_000, help="that are read and stay")
    mass.add_argument("--expiring", type=int, default=1_000_000)
    mass.add_argument("--turns", type=int, default=3, help="runs without the expiry, to compare with")
    mass.add_argument("--seconds", type=int, default=15, help="of a run")
    mass.add_argument("--heap", default="3g")
    mass.set_defaults(measure=expiry.measure, needs=["wrk"])

    start = commands.add_parser("recovery", parents=[common, disk], help="a restart with a million sessions, beside Redis")
    kinds = ["encrypted", "defaults"]
    start.add_argument("--kinds", nargs="*", choices=kinds, default=kinds, help="rows besides the plain one")
    start.add_argument("--sessions", type=int, default=1_000_000)
    start.add_argument("--turns", type=int, default=5)
    start.add_argument("--heap", default="3g", help="the most; there is no least")
    start.set_defaults(measure=recovery.measure, needs=["redis-server"])

    taken = commands.add_parser("snapshot", parents=[common, clients, disk], help="latencies while snapshots are taken")
    taken.add_argument("--sessions", type=int, default=1_000_000)
    taken.add_argument("--turns", type=int, default=3, help="pairs of windows, with snapshots and without")
    taken.add_argument("--peak-runs", type=int, default=3, help="at the highest rate, after two to warm up")
    taken.add_argument("--peak-seconds", type=int, default=10, help="of such a run")
    taken.add_argument("--rate", type=float, help="requests/s in the windows instead of a quarter of the highest")
    taken.add_argument("--warm-up", dest="lead_in", type=int, default=5, help="seconds before each window")
    taken.add_argument("--heap", default="3g")
    taken.set_defaults(measure=snapshot.measure, needs=["wrk"])

    policies = ["none", "never", "everysec", "always"]
    sync = commands.add_parser("commit", parents=[common, disk], help="writes by how they are forced to disk")
    sync.add_argument("--fsync", nargs="+", choices=policies, default=policies)
    sync.add_argument("--writers", nargs="+", type=int, default=[1, 16, 64])
    sync.add_argument("--threads", type=int, default=2, help="wrk's own")
    sync.add_argument("--sessions", type=int, default=100_000)
    sync.add_argument("--turns", type=int, default=5)
    sync.add_argument("--seconds", type=int, default=2, help="of a turn")
    sync.add_argument("--warm-up", type=int, default=8, help="seconds for each policy")
    sync.add_argument("--heap", default="1g")
    sync.set_defaults(measure=commit.measure, needs=["wrk"])

    grown = commands.add_parser("growth", parents=[common, clients], help="more sessions, more connections, larger sessions")
    parts = ["sessions", "connections", "sizes"]
    grown.add_argument("--parts", nargs="+", choices=parts, default=parts)
    grown.add_argument("--counts", nargs="+", type=int, default=[10_000, 100_000, 1_000_000, 3_000_000])
    grown.add_argument("--connection-counts", nargs="+", type=int, default=[1, 8, 64, 256, 1000])
    grown.add_argument("--sizes", nargs="+", type=int, default=[100, 1000, 8 * 1024, 64 * 1024], help="bytes")
    grown.add_argument("--turns", type=int, default=4)
    grown.add_argument("--seconds", type=int, default=1, help="of a turn")
    grown.add_argument("--warm-up", type=int, default=50_000, help="requests to each peer of each kind")
    grown.add_argument("--heap", default="6g")
    grown.set_defaults(measure=growth.measure, needs=["wrk", "webdis", "redis-server"])

    second = commands.add_parser("http2", parents=[common, clients], help="GET over HTTP/2 and HTTP/1.1")
    second.add_argument("--sessions", type=int, default=10_000)
    second.add_argument("--turns", type=int, default=5)
    second.add_argument("--seconds", type=int, default=3, help="of a turn, about")
    second.add_argument("--warm-up", type=int, default=50_000, help="requests of each kind")
    second.add_argument("--heap", default="1g")
    second.set_defaults(measure=http2.measure, needs=["h2load"])

    inner = commands.add_parser("pieces", parents=[common], help="what is inside a request, by JMH")
    inner.add_argument("--only", nargs="*", default=[], help="regular expressions of their names")
    inner.add_argument("--forks", type=int, default=1, help="JVMs for each")
    inner.add_argument("--seconds", type=int, default=1, help="of an iteration; there are 3 to warm up and 5")
    inner.set_defaults(measure=pieces.measure, needs=["mvn"])

    java = commands.add_parser("client", parents=[common], help="reads through the Java client, beside Jedis on Redis")
    java.add_argument("--threads", nargs="+", type=int, default=[1, 16])
    java.add_argument("--sessions", type=int, default=100_000)
    java.add_argument("--turns", type=int, default=7)
    java.add_argument("--seconds", type=int, default=2, help="of a turn")
    java.add_argument("--warm-up", type=int, default=200_000, help="reads by each client with each number of threads")
    java.add_argument("--heap", default="1g", help="of the service")
    java.set_defaults(measure=client.measure, needs=["redis-server", "mvn"])

    engines = commands.add_parser("stores", parents=[common, clients, disk], help="the service on each of its stores")
    engines.add_argument("--stores", nargs="+", choices=list(stores.STORES), default=list(stores.STORES))
    engines.add_argument("--sessions", type=int, default=20_000)
    engines.add_argument("--turns", type=int, default=5)
    engines.add_argument("--seconds", type=int, default=2, help="of a turn")
    engines.add_argument("--warm-up", type=int, default=8, help="seconds for each store and kind")
    engines.add_argument("--heap", default="512m")
    engines.set_defaults(measure=stores.measure, needs=["wrk"])

    first = commands.add_parser("start", parents=[common], help="process start to first 200, with an archive and without")
    first.add_argument("--turns", type=int, default=15)
    first.add_argument("--heap", default="512m", help="the most; there is no least")
    first.set_defaults(measure=starts.measure, needs=[])
    return parser


def heading():
    commit = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    today = datetime.date.today().isoformat()
    return f"{today}, commit {commit or 'unknown'}, {machine()}, load {os.getloadavg()[0]:.1f} before\n"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as info:
        models = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    return f"{os.cpu_count()} × {models[0] if models else 'processor unknown'}"


if __name__ == "__main__":
    # So that servers are stopped then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
