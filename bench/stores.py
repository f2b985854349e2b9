"""The service on each of its stores, side by side: what a read and a write cost it and the engine behind it."""

import os
import pathlib
import pwd
import statistics
import subprocess

import peer
import peers
import process
import tools
import turns

KINDS = {"GET": {"get": 100}, "PUT": {"put": 100}, "PATCH": {"patch": 100}}


class Engine(peer.Peer):
    """What holds the sessions, as a process of its own."""

    def start(self, _service=None):
        self.spawn(self.command())
        self.wait_until_it_listens()

    def as_user(self, name, command):
        """Servers that refuse to be root are somebody else then."""
        if os.getuid() != 0:
            return command
        os.chmod(self.directory.name, 0o755)
        return ["runuser", "-u", name, "--", *command]


class Redis(Engine):
    name = "redis-server"

    def command(self):
        return [tools.path("redis-server"), "--port", str(self.port), "--save", "", "--appendonly", "no"]


class Memcached(Engine):
    name = "memcached"

    def command(self):
        return [tools.path("memcached"), "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", "-m", "1024", "-u", "nobody"]


class Postgres(Engine):
    """As initdb leaves it: every commit is synced to disk."""

    name = "postgres"

    def command(self):
        data = pathlib.Path(self.directory.name) / "data"
        data.mkdir(0o700)
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(data, account.pw_uid, account.pw_gid)
        begin = self.as_user(
            "postgres", [tools.path("initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8"]
        )
        subprocess.run(begin, check=True, stdout=subprocess.DEVNULL, cwd=self.directory.name)
        return self.as_user(
            "postgres",
            [tools.path("postgres"), "-D", str(data), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(data)],
        )

    @property
    def pids(self):
        """Its backends, too."""
        found, added = set(super().pids), True
        while added:
            added = {child for pid in found for child in children(pid)} - found
            found |= added
        return list(found)


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text(encoding="ascii").split()] if path.exists() else []


class Stored(peers.SessionStore):
    """The service on one store."""

    def __init__(self, options, name, settings, engine=None):
        super().__init__(options)
        self.name = name
        self.more = settings
        self.engine = engine

    def settings(self):
        # What is cold must not be refused: here the cost counts.
        patience = {"SESSION_STORE_BACKEND_TIMEOUT": "10s"}
        return {**super().settings(), **patience, **{f"SESSION_STORE_{key}": value for key, value in self.more.items()}}

    def start(self, _service=None):
        self.launch()
        peer.wait_until(self, lambda: self.ask("GET", "/health/ready")[0] == 200, 60)

    def stop(self):
        super().stop()
        if self.engine:
            self.engine.stop()


def on_engine(options, name, kind, settings):
    engine = kind(options)
    engine.start()
    return Stored(options, name, {key: text.format(port=engine.port) for key, text in settings.items()}, engine)


def in_directory(options, name, settings):
    stored = Stored(options, name, {})
    stored.more = {key: text.format(directory=stored.directory.name) for key, text in settings.items()}
    return stored


REDIS = {"BACKEND": "redis", "BACKEND_URL": "redis://127.0.0.1:{port}"}
TABLE = {"BACKEND": "jdbc", "BACKEND_CREATE_TABLE": "true"}
STORES = {
    "memory": lambda options: Stored(options, "memory", {}),
    "disk": lambda options: in_directory(options, "memory, data-dir (everysec)", {"DATA_DIR": "{directory}/data"}),
    "redis": lambda options: on_engine(options, "redis", Redis, REDIS),
    "near": lambda options: on_engine(
        options, "redis, near cache", Redis, {**REDIS, "BACKEND_NEAR_CACHE": str(options.sessions)}
    ),
    "memcached": lambda options: on_engine(
        options, "memcached", Memcached, {"BACKEND": "memcached", "BACKEND_URL": "memcached://127.0.0.1:{port}"}
    ),
    "postgresql": lambda options: on_engine(
        options,
        "jdbc, PostgreSQL",
        Postgres,
        {**TABLE, "BACKEND_URL": "jdbc:postgresql://127.0.0.1:{port}/postgres?user=postgres"},
    ),
    "h2": lambda options: in_directory(
        options, "jdbc, H2 in a file", {**TABLE, "BACKEND_URL": "jdbc:h2:file:{directory}/h2"}
    ),
    "sqlite": lambda options: in_directory(
        options, "jdbc, SQLite", {**TABLE, "BACKEND_URL": "jdbc:sqlite:{directory}/sessions.db"}
    ),
    "file": lambda options: in_directory(
        options, "file", {"BACKEND": "file", "BACKEND_URL": "file://{directory}/sessions"}
    ),
}
NEEDS = {"redis": "redis-server", "near": "redis-server", "memcached": "memcached", "postgresql": "postgres"}


def measure(options):
    tools.require(*{NEEDS[name] for name in options.stores if name in NEEDS})
    servers = []
    try:
        for name in options.stores:
            servers.append(STORES[name](options))
            servers[-1].start()
            servers[-1].fill()
            turns.say(f"{servers[-1].name} holds {options.sessions} sessions")
        return "\n".join(section(options, servers, kind) for kind in KINDS)
    finally:
        turns.stop(servers)


def section(options, servers, kind):
    for server in servers:
        turns.say(f"{kind}: warming up {server.name}")
        turn(options, server, kind, options.warm_up)
    seen = turns.round_robin(options, servers, lambda server: turn(options, server, kind, options.seconds), kind)
    return table(options, servers, kind, seen)


def turn(options, server, kind, seconds):
    behind = server.engine.pids if server.engine else []
    before, engine_before = process.cpu_seconds(server.pids), process.cpu_seconds(behind)
    result = server.run(KINDS[kind], seconds, connections=options.connections, threads=options.threads)
    cpu, engine = process.cpu_seconds(server.pids) - before, process.cpu_seconds(behind) - engine_before
    return {
        "rate": result["operations"] / (result["micros"] / 1e6),
        "p50": result["p50"] / 1000,
        "p99": result["p99"] / 1000,
        "cpu": cpu * 1e6 / result["operations"],
        "engine": engine * 1e6 / result["operations"],
    }


def table(options, servers, kind, seen):
    lines = [
        f"## {kind} on each store",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, {options.connections} connections, medians of"
        f" {options.turns} turns of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
        "",
        "| Store | operations/s | p50 ms | p99 ms | node CPU µs/operation | engine CPU µs/operation |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for server in servers:
        rate, p50, p99, cpu, engine = (
            statistics.median(each[figure] for each in seen[server]) for figure in ("rate", "p50", "p99", "cpu", "engine")
        )
        shown = f"{engine:.1f}" if server.engine else "–"
        lines.append(f"| {server.name} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {cpu:.1f} | {shown} |")
    return "\n".join(lines) + "\n"
