"""Reads through the Java client, beside Jedis on Redis and a bare pooled socket to the same service."""

import os
import pathlib
import subprocess
import tempfile

import goals
import libraries
import peers
import process
import rdb
import resp
import texts
import turns
from turns import say

SOURCES = pathlib.Path(__file__).resolve().parent / "peers"


def client_jar(options):
    """Beside the server's jar; of whatever version."""
    found = sorted(options.jar.parent.glob("session-store-*-client.jar"))
    if len(found) != 1:
        raise SystemExit(f"{len(found)} client jars beside {options.jar}; make one with `mvn -q clean package -DskipTests`")
    return str(found[0])


class Redis(rdb.Redis):
    """Holds the documents that a session library would put there, under the ids that the service has."""

    def fill(self):
        document = texts.stored_document(texts.attributes(self.options.size))
        lives = str(rdb.SECONDS_TO_LIVE)
        resp.send_all(
            self.port,
            lambda n: ("SET", f"session:{texts.session_id(n)}", document, "EX", lives),
            self.options.sessions,
            b"+OK\r\n",
        )


class Load:
    """One of peers/*Load.java, in a JVM that lives as long as the measurement: it is told when to run."""

    def __init__(self, options, name, server, profile, own, main_class, *args):
        self.name = name
        self.server = server
        self.directory = tempfile.TemporaryDirectory(prefix="session-store-bench-")
        class_path = os.pathsep.join([self.directory.name, *own, *([libraries.class_path(profile)] if profile else [])])
        sources = [SOURCES / "ClientLoad.java", SOURCES / f"{main_class}.java"]
        options.jdk.compile(sources, class_path, self.directory.name)
        flags = [*options.jdk.layout_flags(), "-Xms512m", "-Xmx512m", *options.jvm]
        self.process = subprocess.Popen(
            [options.jdk.tool("java"), *flags, "-cp", class_path, main_class, *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, threads, seconds):
        before = process.cpu_seconds(self.server.pids)
        self.process.stdin.write(f"{threads} {int(seconds * 1000)}\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline().split()
        if len(told) != 3:
            raise SystemExit(f"{self.name} failed")
        operations, nanos, cpu = map(int, told)
        return {
            "operations": operations,
            "rate": operations / nanos * 1e9,
            "cpu": cpu / 1000 / operations,
            "server": (process.cpu_seconds(self.server.pids) - before) * 1e6 / operations,
        }

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.directory.cleanup()


def measure(options):
    """Answers the Markdown."""
    servers = [peers.SessionStore(options), Redis(options)]
    loads = []
    try:
        for server in servers:
            server.start()
            server.fill()
            say(f"{server.name} holds {options.sessions} sessions")
        service, redis = servers
        most = max(options.threads)
        jar = [client_jar(options)]
        ours = [service.port, service.key.rpartition(" ")[2], peers.NAMESPACE, options.sessions, most]
        loads.append(Load(options, "session-store client", service, "client", jar, "SessionClientLoad", *ours))
        loads.append(Load(options, "raw pooled socket", service, None, [], "RawSocketLoad", *ours))
        loads.append(Load(options, "Jedis on Redis", redis, "jedis", [], "JedisLoad", redis.port, options.sessions, most))
        return "\n".join(section(options, loads, threads) for threads in options.threads)
    finally:
        for each in [*loads, *servers]:
            each.stop()


def section(options, loads, threads):
    for load in loads:
        say(f"{threads} threads: warming up {load.name}")
        left = options.warm_up
        while left > 0:
            left -= load.run(threads, options.seconds)["operations"]
    seen = turns.round_robin(options, loads, lambda load: load.run(threads, options.seconds), f"{threads} threads")
    return table(options, loads, threads, seen)


def table(options, loads, threads, seen):
    lines = [
        f"## Reads through the client, {threads} thread{'s' if threads > 1 else ''}",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, medians of {options.turns} turns of {options.seconds} s,"
        f" {options.jdk}",
        "",
        "| Client | reads/s | client CPU µs/read | server CPU µs/read | our rate against it | goal |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for load in loads:
        mine = seen[load]
        against = turns.ratio(seen[loads[0]], mine, "rate")
        goal = goals.CLIENT_RATE.get(load.name)
        what = f"rate of {threads} threads of the client against {load.name}"
        verdict = options.goals.at_least(goal, against, what) if goal else ""
        lines.append(
            f"| {load.name} | {turns.median(mine, 'rate'):,.0f} | {turns.median(mine, 'cpu'):.1f} |"
            f" {turns.median(mine, 'server'):.1f} | {against:.2f} × | {verdict} |"
        )
    return "\n".join(lines) + "\n"
