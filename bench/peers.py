"""The servers that are measured beside each other. A new peer is one more class and its name in BY_NAME."""

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

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
JAR = ROOT / "target" / "session-store-server.jar"
NAMESPACE = "bench"


class Peer:
    """A server on loopback, as one or more processes of which the processor time counts together."""

    def __init__(self, options):
        self.options = options
        self.directory = tempfile.TemporaryDirectory(prefix="session-store-bench-", dir=getattr(options, "dir", None))
        self.log = open(pathlib.Path(self.directory.name) / "log", "w+", encoding="utf-8")
        self.processes = []
        self.port = free_port()
        self.target = None

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

    def java(self, class_path, main_class, *args, environment=None):
        jvm = [self.options.jdk.tool("java"), *self.jvm_flags(), *self.options.jvm]
        self.spawn([*jvm, "-cp", class_path, main_class, *args], environment)

    def jvm_flags(self):
        return [*self.options.jdk.layout_flags(), f"-Xms{self.options.heap}", f"-Xmx{self.options.heap}"]

    def wait_until_it_answers(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.processes[0].poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit(f"{self.name} does not start:\n{self.log.read()}")

    @property
    def pids(self):
        return [process.pid for process in self.processes]

    def stop(self):
        self.end(patience=20)
        self.log.close()
        self.directory.cleanup()

    def end(self, patience):
        """Ends the processes; what they left on disk stays. Answers whether all of them did so by themselves."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        orderly = True
        for process in self.processes:
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                orderly = False
                process.kill()
                process.wait()
        self.processes.clear()
        return orderly


class SessionStore(Peer):
    """The server jar. A key is checked and the id hashed on every request, as in production."""

    name = "session-store"
    may = f"write {NAMESPACE}"

    def __init__(self, options):
        super().__init__(options)
        key = secrets.token_urlsafe(32)
        self.keys = pathlib.Path(self.directory.name) / "keys"
        self.keys.write_text(f"{hashlib.sha256(key.encode()).hexdigest()} {self.may}\n", encoding="ascii")
        self.target = load.Target(
            self.port, f"/v1/{NAMESPACE}/sessions/", {"Authorization": f"Bearer {key}"}
        )

    def start(self, _answer_size=None):
        self.launch()
        self.wait_until_it_answers()

    def launch(self):
        self.java(str(self.options.jar), "dev.sessionstore.server.Main", environment=self.settings())

    def settings(self):
        return {
            "SESSION_STORE_PORT": str(self.port),
            "SESSION_STORE_API_KEYS_FILE": str(self.keys),
            "SESSION_STORE_DRAIN_DELAY": "0s",
        }

    def fill(self):
        body = '{"attributes":' + load.attributes(self.options.size) + "}"
        self.target.put_all(range(self.options.sessions), lambda n: body)

    def answer_size(self):
        status, body = self.target.ask("GET", 0)
        if status != 200:
            raise SystemExit(f"session-store answers {status}: {body!r}")
        return len(body)

    def live_sessions(self):
        return json.loads(self.target.get(f"/v1/{NAMESPACE}/stats")[1])["sessions"]


class BareJavalin(Peer):
    """A handler on the same Javalin and Jetty that answers a constant as large as our GET's."""

    name = "bare Javalin"

    def start(self, answer_size):
        jar = str(self.options.jar)
        self.options.jdk.compile(str(HERE / "peers" / "BareJavalin.java"), jar, self.directory.name)
        class_path = os.pathsep.join([jar, self.directory.name])
        self.java(class_path, "BareJavalin", str(self.port), str(answer_size))
        self.wait_until_it_answers()
        # The same requests, to the byte.
        self.target = load.Target(
            self.port, f"/v1/{NAMESPACE}/sessions/", {"Authorization": f"Bearer {secrets.token_urlsafe(32)}"}
        )

    def fill(self):
        pass


BY_NAME = {"session-store": SessionStore, "bare-javalin": BareJavalin}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
