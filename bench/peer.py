"""A server that is measured: started on loopback, filled with sessions, brought requests, ended."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import load
import process
import texts

SOURCES = pathlib.Path(__file__).resolve().parent / "peers"
POLL_SECONDS = 0.02  # each question costs a server that is about to start some of its processor time


class Peer:
    """A server on loopback, as one or more processes of which the processor time counts together."""

    created = 201  # the status of an answer to what puts one session there

    def __init__(self, options):
        self.options = options
        self.directory = tempfile.TemporaryDirectory(prefix="session-store-bench-", dir=getattr(options, "dir", None))
        self.log = open(self.log_path, "w", encoding="utf-8")
        self.processes = []
        self.port = free_port()
        self.doomed = load.FIRST_DOOMED

    def start(self, service):
        """service: the session store, which runs already, for those who answer what it answers."""
        raise NotImplementedError

    def operations(self):
        """From a name to the requests that make it up: get, put, create, patch, touch, delete, those that it has."""
        raise NotImplementedError

    def creation(self):
        """The request that puts one session there, under the given id."""
        raise NotImplementedError

    def fill(self):
        self.create(range(self.options.sessions))

    def create(self, numbers):
        load.send_all(self.port, texts.about(self.creation()), numbers, self.created)

    def run(self, shares, seconds, **named):
        """Requests of these kinds, in these shares of a hundred, in a closed loop."""
        doomed = self.to_delete(shares, seconds * load.MOST_PER_SECOND)
        return load.run_wrk(self.port, load.Run(shares, self.operations(), self.options.sessions, doomed), seconds, **named)

    def to_delete(self, shares, operations):
        """Puts sessions there that so many operations are to delete."""
        first = self.doomed
        self.doomed += int(operations * shares.get("delete", 0) / 100)
        doomed = range(first, self.doomed)
        if doomed:
            self.create(doomed)
        return doomed

    def spawn(self, command, environment=None):
        self.processes.append(
            subprocess.Popen(
                command,
                env=dict(os.environ, **(environment or {})),
                stdout=self.log,
                stderr=subprocess.STDOUT,
                cwd=self.directory.name,
            )
        )

    def wait_until_it_listens(self):
        wait_until(self, lambda: socket.create_connection(("127.0.0.1", self.port), timeout=1).close() is None, 60)

    @property
    def log_path(self):
        return pathlib.Path(self.directory.name) / "log"

    def log_text(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def pids(self):
        return [each.pid for each in self.processes]

    def stop(self):
        self.end(patience=20)
        self.log.close()
        self.directory.cleanup()

    def end(self, patience):
        """Ends the processes; what they left on disk stays. Answers whether all of them did so by themselves."""
        for each in self.processes:
            each.send_signal(signal.SIGTERM)
        orderly = True
        for each in self.processes:
            try:
                each.wait(patience)
            except subprocess.TimeoutExpired:
                orderly = False
                each.kill()
                each.wait()
        self.processes.clear()
        return orderly


class JvmPeer(Peer):
    """All of them have the same JDK, heap and options."""

    def java(self, class_path, main_class, *args, environment=None):
        jvm = [self.options.jdk.tool("java"), *self.jvm_flags(), *self.options.jvm]
        self.spawn([*jvm, "-cp", class_path, main_class, *args], environment)

    def jvm_flags(self):
        return [*self.options.jdk.layout_flags(), f"-Xms{self.options.heap}", f"-Xmx{self.options.heap}"]

    def compile_and_start(self, class_path, main_class, *args, environment=None):
        """One of peers/*.java."""
        self.options.jdk.compile([SOURCES / f"{main_class}.java"], class_path, self.directory.name)
        self.java(os.pathsep.join([class_path, self.directory.name]), main_class, *args, environment=environment)
        self.wait_until_it_listens()

    def held_mib(self):
        """Heap in use after a full collection."""
        return process.heap_mib(self.options.jdk, self.pids[0])


def wait_until(peer, is_ready, seconds=60):
    """Asks until it is, or raises with the peer's log if it ends or that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and all(each.poll() is None for each in peer.processes):
        try:
            if is_ready():
                return
        except (OSError, RuntimeError):
            pass  # does not listen yet
        time.sleep(POLL_SECONDS)
    raise SystemExit(f"{peer.name} is not ready:\n{peer.log_text()}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
