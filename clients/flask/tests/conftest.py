"""Starts the real service, once for all tests; each test has a namespace of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Callable, Iterator

import httpx
import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from flask_session_store import SessionStore

API_KEY = "a-key-for-tests-of-at-least-32-characters"
HERE = Path(__file__).parent
JAR = Path(os.environ.get("SESSION_STORE_JAR") or HERE.parents[2] / "target" / "session-store-server.jar")
PATIENCE = 120  # seconds: then something is broken, not slow


class Program:
    """A process that says where it listens."""

    def __init__(self, command: list[str], says: str, **env: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SESSION_STORE_")}
        self.process = subprocess.Popen(
            command, cwd=HERE, env={**inherited, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        limit = threading.Timer(PATIENCE, self.process.kill)
        limit.daemon = True
        limit.start()
        output = []
        for line in self.process.stdout:
            output.append(line)
            found = re.search(says, line)
            if found:
                self.url = found[1]
                break
        else:
            pytest.fail(f"{command[0]} did not start:\n{''.join(output)}")
        limit.cancel()
        self.drain = threading.Thread(target=self.process.stdout.read)  # a full pipe would stop it
        self.drain.start()

    def kill(self) -> None:
        self.process.kill()
        self._join()

    def stop(self) -> None:
        self.process.terminate()
        self._join()

    def _join(self) -> None:
        self.process.wait(PATIENCE)
        self.drain.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Service(Program):
    """session-store itself."""

    def __init__(self, **env: str) -> None:
        if not JAR.is_file():
            pytest.fail(f"no {JAR}: run `mvn -q package -DskipTests` first, or set SESSION_STORE_JAR", pytrace=False)
        home = os.environ.get("JAVA_HOME")
        java = str(Path(home, "bin", "java")) if home else shutil.which("java")
        if java is None:
            pytest.fail("there is no java: set JAVA_HOME, or PATH", pytrace=False)
        env = {"SESSION_STORE_API_KEY": API_KEY, "SESSION_STORE_DRAIN_DELAY": "0s", **env}
        command = [java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", str(JAR), "--port", "0"]
        super().__init__(command, r"listens on (\S+)", **env)


class Browser:
    """Keeps cookies, and runs whatever a test gives it as the view of a request."""

    def __init__(self, app: Flask, sid: str | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        if sid is not None:
            self.client.set_cookie("session", sid)

    def visit(self, view: Callable[[], Any]) -> TestResponse:
        """The response, "done" if the view returns None."""
        return self.client.get("/", environ_overrides={"test.view": view})

    def see(self, view: Callable[[], Any]) -> Any:
        """What the view returns, as it is."""
        seen = []
        assert self.visit(lambda: seen.append(view())).status_code == 200
        return seen[0]

    @property
    def cookie(self) -> str | None:
        cookie = self.client.get_cookie("session")
        return None if cookie is None else cookie.value


class Rest:
    """The service's contract, for a test to look behind the adapter."""

    def __init__(self, url: str, namespace: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/v1/{namespace}", headers={"Authorization": f"Bearer {API_KEY}"})

    def call(self, verb: str, sid: str, path: str = "", **arguments: Any) -> httpx.Response:
        headers = {"Session-Id": sid, "Content-Type": "application/json"}
        return self.client.request(verb, f"/sessions/-{path}", headers=headers, **arguments)

    def read(self, sid: str | None) -> Any:
        """The session's document, or the reason why it is gone, or None without an id; slides nothing."""
        if sid is None:
            return None
        answer = self.call("GET", sid, params={"touch": "false"}).json()
        return answer.get("reason") or answer

    def count(self) -> int:
        return len(self.client.get("/sessions").json()["sessions"])


def eventually(condition: Callable[[], bool]) -> None:
    """Waits for the clock to bring something about, as an expiry is."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.kill()


@pytest.fixture
def namespace() -> str:
    return f"t{uuid.uuid4().hex}"


@pytest.fixture
def make_rest() -> Iterator[Callable[[str, str], Rest]]:
    with contextlib.ExitStack() as clients:

        def make(url: str, namespace: str) -> Rest:
            rest = Rest(url, namespace)
            clients.enter_context(rest.client)
            return rest

        yield make


@pytest.fixture
def rest(make_rest: Callable[[str, str], Rest], service: Service, namespace: str) -> Rest:
    return make_rest(service.url, namespace)


@pytest.fixture
def make_app(service: Service, namespace: str) -> Callable[..., Flask]:
    """Makes an application; ``transport`` is for the SessionStore, all else are settings."""

    def make(transport: Callable[[], httpx.BaseTransport] = httpx.HTTPTransport, **settings: Any) -> Flask:
        app = Flask("shop")
        app.config.update(
            SESSION_STORE_URL=service.url,
            SESSION_STORE_API_KEY=API_KEY,
            SESSION_STORE_TIMEOUT=30,
            SESSION_KEY_PREFIX=f"{namespace}:",
        )
        app.config.update(settings)
        SessionStore(app, transport)

        @app.get("/")
        def act() -> Any:
            answer = request.environ["test.view"]()
            return "done" if answer is None else answer

        return app

    return make


@pytest.fixture
def run_shop(service: Service, namespace: str) -> Iterator[Callable[..., Program]]:
    """Starts shop.py as in production: two processes, forked from one, with eight threads each."""
    programs: list[Program] = []

    def run(**settings: str) -> Program:
        gunicorn = [sys.executable, "-m", "gunicorn", "--preload", "-w", "2", "--threads", "8", "-b", "127.0.0.1:0"]
        defaults = {
            "FLASK_SESSION_STORE_URL": service.url,
            "FLASK_SESSION_STORE_API_KEY": API_KEY,
            "FLASK_SESSION_STORE_TIMEOUT": "30",
            "FLASK_SESSION_KEY_PREFIX": f"{namespace}:",
        }
        program = Program([*gunicorn, "shop:create_app()"], r"Listening at: (\S+)", **{**defaults, **settings})
        programs.append(program)
        return program

    yield run
    for program in programs:
        program.stop()
