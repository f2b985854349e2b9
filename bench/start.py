"""From the start of the process to its first 200, with an archive of classes and without."""

import argparse
import pathlib
import re
import socket
import statistics
import subprocess
import time

import jdk
import peers
import process
from turns import median, ratio, say

GOAL = 0.8
POLL_SECONDS = 0.005
SECONDS = 60
READY = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Starter(peers.SessionStore):
    """The server jar with the container's flags for the JVM, in memory alone."""

    def __init__(self, options, home, archived):
        super().__init__(argparse.Namespace(**{**vars(options), "jdk": home}))
        self.name = f"{home}, {'with' if archived else 'without'} archive"
        self.archive = pathlib.Path(self.directory.name) / "session-store.archive"
        self.archive_flags = []
        if archived:
            self.train()

    def train(self):
        """As README says. An archive that is not used would be slow without a word."""
        cache = self.options.jdk.major >= 25
        self.archive_flags = [("-XX:AOTCacheOutput=" if cache else "-XX:ArchiveClassesAtExit=") + str(self.archive)]
        self.finish("train")
        self.archive_flags = [("-XX:AOTCache=" if cache else "-XX:SharedArchiveFile=") + str(self.archive)]
        loaded = self.finish("--version", "-Xlog:class+load")
        if not re.search(r"dev\.sessionstore\.server\.Main source: shared objects file", loaded):
            raise SystemExit(f"{self.name}: the archive is not used:\n{self.finish('--version')}")

    def finish(self, argument, *flags):
        java = [self.options.jdk.tool("java"), *self.jvm_flags(), *self.options.jvm, *flags]
        done = subprocess.run(
            [*java, "-cp", str(self.options.jar), "dev.sessionstore.server.Main", argument],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: {argument} fails:\n{done.stdout}")
        return done.stdout

    def jvm_flags(self):
        fixed = [*self.options.jdk.layout_flags(), f"-Xmx{self.options.heap}", "-XX:-UsePerfData"]
        return [*fixed, "-XX:+ExitOnOutOfMemoryError", *self.archive_flags]

    def turn(self):
        began = time.monotonic()
        self.launch()
        while not self.is_ready():
            if self.processes[0].poll() is not None or time.monotonic() - began > SECONDS:
                raise SystemExit(f"{self.name} does not start:\n{self.log_text()}")
            time.sleep(POLL_SECONDS)
        ready = time.monotonic() - began
        figures = {"ready": ready, "cpu": process.cpu_seconds(self.pids), "rss": process.rss_mib(self.pids)}
        self.end(patience=20)
        return figures

    def is_ready(self):
        # From another address of this machine: a port that nobody listens on yet may otherwise be given to the very
        # socket that asks for it, and the two ends be one.
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1, ("127.0.0.2", 0)) as connection:
                connection.sendall(READY)
                return connection.recv(64).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False


def measure(options):
    """Answers the Markdown."""
    made = []
    try:
        for home in homes(options):
            for archived in [False, True]:
                made.append(Starter(options, home, archived))
        found = {starter.name: [] for starter in made}
        for number in range(-1, options.turns):
            for starter in made:
                figures = starter.turn()
                say(f"turn {number + 1} {starter.name}: {figures['ready'] * 1000:.0f} ms, {figures['cpu']:.2f} s of CPU")
                # The first reads its files from the disk.
                if number >= 0:
                    found[starter.name].append(figures)
        return table(options, made, found)
    finally:
        for starter in made:
            starter.stop()


def homes(options):
    """The JDK that everything else is measured on, and the oldest that the service runs on if it is installed."""
    yield options.jdk
    if options.jdk.major != 17:
        for java in sorted(pathlib.Path("/usr/lib/jvm").glob("*17*/bin/java"))[:1]:
            yield jdk.Jdk(java.parent.parent)


def table(options, made, found):
    lines = [
        "## Start",
        "",
        f"From the start of the process to the first 200 of `/health/ready`, asked every {POLL_SECONDS * 1000:.0f} ms;"
        f" medians of {options.turns} turns, -Xmx{options.heap}; goal: at most {GOAL} ×",
        "",
        "| Start | ready ms | least to most | CPU s | RSS MiB | archive MB | ready against without | CPU against without |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for without, archived in zip(made[::2], made[1::2]):
        for starter in [without, archived]:
            turns = found[starter.name]
            if starter is archived:
                against = ratio(turns, found[without.name], "ready")
                options.goals.at_most(GOAL, against, f"start with an archive against without, {starter.name}")
            ready = [each["ready"] * 1000 for each in turns]
            size = f"{starter.archive.stat().st_size / 1e6:.0f}" if starter is archived else ""
            lines.append(
                f"| {starter.name} | {statistics.median(ready):.0f} | {min(ready):.0f} to {max(ready):.0f} |"
                f" {median(turns, 'cpu'):.2f} | {median(turns, 'rss'):.0f} | {size} |"
                f" {ratio(turns, found[without.name], 'ready'):.2f} × | {ratio(turns, found[without.name], 'cpu'):.2f} × |"
            )
    return "\n".join(lines) + "\n"
