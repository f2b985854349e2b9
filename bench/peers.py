"""The service itself, and bare Javalin; what all peers have is in peer.py."""

import hashlib
import json
import pathlib
import secrets

import load
import texts
from peer import JvmPeer

JAR = pathlib.Path(__file__).resolve().parent.parent / "target" / "session-store-server.jar"
NAMESPACE = "bench"
CREATE = "If-None-Match: *\r\n"


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
            "create": [texts.request("POST", self.path, self.head, self.document())],
            "patch": [self.request("PATCH", body='{"set":{"counter":"%s"}}' % texts.COUNTER)],
            "touch": [self.request("POST", "/touch")],
            "delete": [self.request("DELETE", session=texts.DOOMED)],
        }

    def request(self, verb, under="", body=None, extra="", session=texts.SESSION):
        """About one session."""
        if getattr(self.options, "id_in", "header") == "path":
            return texts.request(verb, f"{self.path}/{session}{under}", self.head + extra, body)
        return texts.request(verb, f"{self.path}/-{under}", f"{self.head}Session-Id: {session}\r\n{extra}", body)

    def put(self, body=None, extra=""):
        return self.request("PUT", body=body or self.document(), extra=extra)

    def creation(self):
        return self.put(extra=CREATE)

    def document(self):
        return '{"attributes":' + texts.changing_attributes(self.options.size) + "}"

    def create(self, numbers, body_of=None):
        """body_of: from a number to the body, instead of one for all."""
        if body_of is None:
            super().create(numbers)
        else:
            load.send_all(self.port, lambda n: texts.about(self.put(body_of(n), CREATE))(n), numbers, self.created)

    def ask(self, verb, path, body=None):
        """One request that the measurement itself has; answers status and body."""
        status, _, answer = load.exchange(self.port, texts.request(verb, path, self.head, body).encode("ascii"))
        return status, answer

    def answer_to_get(self):
        """Head and body."""
        status, head, body = load.exchange(self.port, texts.about(self.request("GET"))(0))
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
