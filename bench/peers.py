"""A server that is measured beside others, the service itself, and bare Javalin."""

import hashlib
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import tempfile
import time

import load
import process

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
JAR = ROOT / "target" / "session-store-server.jar"
NAMESPACE = "bench"
CREATE = "If-None-Match: *\r\n"
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
        text = self.creation()
        load.send_all(self.port, lambda n: load.filled_in(text, n), numbers, self.created)

    def run(self, shares, seconds, **named):
        """Requests of these kinds, in these shares of a hundred, in a closed loop."""
        doomed = self.to_delete(shares, seconds * load.MOST_PER_SECOND)
        return load.run_wrk(self.port, load.Run(shares, self.operations(), self.options.sessions, doomed), seconds, **named)

    def to_delete(self, shares, operations):
        """Puts sessions there that so many operations are to delete."""
        first = self.doomed
        self.doomed += int(operations * shares.get("delete", 0) / 100)
        self.create(range(first, self.doomed))
        return range(first, self.doomed)

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
        self.options.jdk.compile([HERE / "peers" / f"{main_class}.java"], class_path, self.directory.name)
        self.java(os.pathsep.join([class_path, self.directory.name]), main_class, *args, environment=environment)
        self.wait_until_it_listens()

    def held_mib(self):
        """Heap in use after a full collection."""
        return process.heap_mib(self.options.jdk, self.pids[0])


class SessionStore(JvmPeer):
    """The server jar. A key is checked and the id hashed on every request, as in production."""

    name = "session-store"
    may = f"write {NAMESPACE}"
    path = f"/v1/{NAMESPACE}/sessions"

    def __init__(self, options):
        super().__init__(options)
        key = secrets.token_urlsafe(32)
        self.keys = pathlib.Path(self.directory.name) / "keys"
        self.keys.write_text(f"{hashlib.sha256(key.encode()).hexdigest()} {self.may}\n", encoding="ascii")
        self.key = f"Authorization: Bearer {key}"
        self.head = f"Host: 127.0.0.1:{self.port}\r\n{self.key}\r\n"

    def start(self, _service=None):
        self.launch()
        self.wait_until_it_listens()

    def launch(self):
        self.java(str(self.options.jar), "dev.sessionstore.server.Main", environment=self.settings())

    def settings(self):
        return {
            "SESSION_STORE_PORT": str(self.port),
            "SESSION_STORE_API_KEYS_FILE": str(self.keys),
            "SESSION_STORE_DRAIN_DELAY": "0s",
        }

    def operations(self):
        return {
            "get": [self.request("GET")],
            "put": [self.put()],
            "create": [load.request("POST", self.path, self.head, self.document())],
            "patch": [self.request("PATCH", body='{"set":{"counter":"%s"}}' % load.COUNTER)],
            "touch": [self.request("POST", "/touch")],
            "delete": [self.request("DELETE", session=load.DOOMED)],
        }

    def request(self, verb, under="", body=None, extra="", session=load.SESSION):
        """About one session."""
        if getattr(self.options, "id_in", "header") == "path":
            return load.request(verb, f"{self.path}/{session}{under}", self.head + extra, body)
        return load.request(verb, f"{self.path}/-{under}", f"{self.head}Session-Id: {session}\r\n{extra}", body)

    def put(self, body=None, extra=""):
        return self.request("PUT", body=body or self.document(), extra=extra)

    def creation(self):
        return self.put(extra=CREATE)

    def document(self):
        return '{"attributes":' + load.changing_attributes(self.options.size) + "}"

    def create(self, numbers, body_of=None):
        """body_of: from a number to the body, instead of one for all."""
        if body_of is None:
            super().create(numbers)
        else:
            load.send_all(self.port, lambda n: load.filled_in(self.put(body_of(n), CREATE), n), numbers, self.created)

    def ask(self, verb, path, body=None):
        """One request that the measurement itself has; answers status and body."""
        status, _, answer = load.exchange(self.port, load.request(verb, path, self.head, body))
        return status, answer

    def answer_to_get(self):
        """Head and body."""
        status, head, body = load.exchange(self.port, load.filled_in(self.request("GET"), 0))
        if status != 200:
            raise SystemExit(f"session-store answers {status}: {body!r}")
        return head, body

    def live_sessions(self):
        return json.loads(self.ask("GET", f"/v1/{NAMESPACE}/stats")[1])["sessions"]


class BareJavalin(JvmPeer):
    """A handler on the same Javalin and Jetty that answers a constant as large as our GET's, to the very same requests."""

    name = "bare Javalin"

    def start(self, service):
        requests = sent_to(self.port, service)
        self.requests = {name: requests[name] for name in ("get", "put")}
        size = len(service.answer_to_get()[1])
        self.compile_and_start(str(self.options.jar), "BareJavalin", str(self.port), str(size))

    def operations(self):
        return self.requests

    def fill(self):
        pass


def sent_to(port, service):
    """The service's own requests, to another port."""
    return {
        name: [text.replace(f":{service.port}\r\n", f":{port}\r\n") for text in texts]
        for name, texts in service.operations().items()
    }


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
