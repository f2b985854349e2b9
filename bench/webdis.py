"""Redis behind Webdis: what speaks HTTP and keeps values for a time without a line of code of one's own."""

import json
import pathlib

import peer
import resp
import texts
import tools

SECONDS_TO_LIVE = 86400


class Webdis(peer.Peer):
    """Both from Debian. Webdis has Debian's settings but writes no log; it reaches Redis by TCP on loopback, as it
    does by default. Redis saves nothing. Answers are asked for as they are, not wrapped in JSON."""

    name = "Webdis + Redis"
    created = 200

    def start(self, _service=None):
        tools.require("webdis", "redis-server")
        self.redis = peer.free_port()
        self.spawn(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.redis), "--save", "", "--appendonly", "no"]
        )
        peer.wait_until(self, lambda: self.ask("PING") == "+PONG")
        settings = json.loads(pathlib.Path("/etc/webdis/webdis.json").read_text(encoding="utf-8"))
        settings.update(
            redis_host="127.0.0.1", redis_port=self.redis, http_host="127.0.0.1", http_port=self.port, daemonize=False,
            verbosity=0, logfile="/dev/null",
        )
        own = pathlib.Path(self.directory.name) / "webdis.json"
        own.write_text(json.dumps(settings), encoding="ascii")
        self.spawn(["webdis", str(own)])
        self.wait_until_it_listens()

    def operations(self):
        read = self.request("GET", f"/GET/session:{texts.SESSION}.txt")
        return {
            "get": [read],
            "put": [self.store(texts.SESSION)],
            "create": [self.store(texts.NEW)],
            "patch": [read, self.store(texts.SESSION)],
            "touch": [self.request("GET", f"/EXPIRE/session:{texts.SESSION}/{SECONDS_TO_LIVE}.raw")],
            "delete": [self.request("GET", f"/DEL/session:{texts.DOOMED}.raw")],
        }

    def store(self, session):
        document = texts.stored_document(texts.changing_attributes(self.options.size))
        return self.request("PUT", f"/SETEX/session:{session}/{SECONDS_TO_LIVE}.raw", document)

    def request(self, verb, path, body=None):
        return texts.request(verb, path, f"Host: 127.0.0.1:{self.port}\r\n", body)

    def creation(self):
        return self.store(texts.SESSION)

    def held_mib(self):
        """What Redis counts as used."""
        return resp.used_memory(self.redis) / 2**20

    def ask(self, *command):
        return resp.ask(self.redis, *command)
