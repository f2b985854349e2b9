#!/usr/bin/env python3
"""Measures the service beside its peers. README.md says what is measured and how."""

import argparse
import datetime
import os
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True  # no __pycache__ in the tree

import commit
import expiry
import jdk
import memory
import paced
import peers
import recovery
import snapshot
import start as starts
import tools
import turns

HERE = pathlib.Path(__file__).resolve().parent


def main():
    options = parse()
    options.jdk = jdk.find(options.jdk)
    if not options.jar.exists():
        raise SystemExit(f"{options.jar} is not there; make it with `mvn -q package -DskipTests`")
    tools.require(*options.needs)
    options.chart = {}
    text = heading() + "\n" + options.measure(options)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


def parse():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--jdk", help="home of the JDK; else JAVA_HOME, else JDK 25 where Debian puts it")
    common.add_argument("--jar", type=lambda path: pathlib.Path(path).resolve(), default=peers.JAR)
    common.add_argument("--size", type=int, default=500, help="bytes of a session's attributes")
    common.add_argument("--jvm", action="append", default=[], help="one more option for the JVMs: --jvm=-XX:+UseZGC")
    common.add_argument("--out", type=pathlib.Path, help="write the Markdown there too")

    load = argparse.ArgumentParser(add_help=False)
    load.add_argument("--connections", type=int, default=64)
    load.add_argument("--threads", type=int, default=2, help="wrk's own")
    load.add_argument("--id-in", choices=["header", "path"], default="header")

    disk = argparse.ArgumentParser(add_help=False)
    disk.add_argument("--dir", help="where data directories are made, on a disk; else where temporary files are")

    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)

    http = commands.add_parser("http", parents=[common, load], help="requests, beside the peers")
    http.add_argument("--peers", nargs="+", choices=list(turns.PEERS), default=list(turns.PEERS))
    http.add_argument("--kinds", nargs="+", choices=list(turns.KINDS), default=list(turns.KINDS))
    http.add_argument("--sessions", type=int, default=100_000)
    http.add_argument("--turns", type=int, default=5)
    http.add_argument("--seconds", type=int, default=3, help="of a turn")
    http.add_argument("--warm-up", type=int, default=100_000, help="requests to each peer of each kind before its turns")
    http.add_argument("--heap", default="2g")
    http.set_defaults(measure=turns.measure, needs=["wrk"])

    rate = commands.add_parser("paced", parents=[common, load], help="latencies at half of the highest rate")
    rate.add_argument("--rate", type=float, help="operations/s instead of half of the service's highest")
    rate.add_argument("--sessions", type=int, default=100_000)
    rate.add_argument("--turns", type=int, default=5, help="windows for each peer")
    rate.add_argument("--seconds", type=int, default=8, help="of a window")
    rate.add_argument("--warm-up", type=int, default=200_000, help="requests to each peer of each kind")
    rate.add_argument("--lead-in", type=int, default=2, help="seconds at that rate before each window")
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

    taken = commands.add_parser("snapshot", parents=[common, disk], help="latencies while snapshots are taken")
    taken.add_argument("--connections", type=int, default=64)
    taken.add_argument("--threads", type=int, default=2, help="wrk's own")
    taken.add_argument("--sessions", type=int, default=1_000_000)
    taken.add_argument("--turns", type=int, default=3, help="pairs of windows, with snapshots and without")
    taken.add_argument("--peak-runs", type=int, default=3, help="at the highest rate, after two to warm up")
    taken.add_argument("--peak-seconds", type=int, default=10, help="of such a run")
    taken.add_argument("--rate", type=float, help="requests/s in the windows instead of a quarter of the highest")
    taken.add_argument("--warm-up", dest="lead_in", type=int, default=5, help="seconds before each window")
    taken.add_argument("--heap", default="3g")
    taken.set_defaults(measure=snapshot.measure, needs=["wrk"])

    policies = ["always", "everysec", "never"]
    sync = commands.add_parser("commit", parents=[common, disk], help="writes by how they are forced to disk")
    sync.add_argument("--fsync", nargs="+", choices=policies, default=policies)
    sync.add_argument("--writers", nargs="+", type=int, default=[1, 16, 64])
    sync.add_argument("--threads", type=int, default=2, help="wrk's own")
    sync.add_argument("--sessions", type=int, default=100_000)
    sync.add_argument("--turns", type=int, default=5)
    sync.add_argument("--seconds", type=int, default=5, help="of a turn")
    sync.add_argument("--warm-up", type=int, default=20, help="seconds for each policy")
    sync.add_argument("--heap", default="1g")
    sync.set_defaults(measure=commit.measure, needs=["wrk"])

    first = commands.add_parser("start", parents=[common], help="process start to first 200, with an archive and without")
    first.add_argument("--turns", type=int, default=15)
    first.add_argument("--heap", default="512m", help="the most; there is no least")
    first.set_defaults(measure=starts.measure, needs=[])
    return parser.parse_args()


def heading():
    commit = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as info:
        models = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    model = models[0] if models else "processor unknown"
    today = datetime.date.today().isoformat()
    return f"{today}, commit {commit or 'unknown'}, {os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f} before\n"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
