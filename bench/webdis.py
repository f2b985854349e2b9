"""Redis behind Webdis: what speaks HTTP and keeps values for a time without a line of code of one's own."""

import json
import pathlib

import load
import peers
import resp
import tools

SECONDS_TO_LIVE = 1800


class Webdis(peers.Peer):
    """Both from Debian. Webdis has Debian's settings but writes no log, and reaches Redis by a Unix socket, which is
    cheaper than TCP. Redis saves nothing. Answers are asked for as they are, not wrapped in JSON."""

    name = "Webdis + Redis"
    created = 200

    def start(self, _service=None):
        tools.require("webdis", "redis-server")
        directory = pathlib.Path(self.directory.name)
        self.redis = directory / "redis.sock"
        self.spawn(["redis-server", "--port", "0", "--unixsocket", str(self.redis), "--save", "", "--appendonly", "no"])
        peers.wait_until(self, lambda: self.ask("PING") == "+PONG")
        settings = json.loads(pathlib.Path("/etc/webdis/webdis.json").read_text(encoding="utf-8"))
        settings.update(
            redis_host=str(self.redis), http_host="127.0.0.1", http_port=self.port, daemonize=False, verbosity=0,
            logfile="/dev/null",
        )
        own = directory / "webdis.json"
        own.write_text(json.dumps(settings), encoding="ascii")
        self.spawn(["webdis", str(own)])
        self.wait_until_it_listens()

    def operations(self):
        read = self.request("GET", f"/GET/session:{load.SESSION}.txt")
        return {
            "get": [read],
            "put": [self.store(load.SESSION)],
            "create": [self.store(load.NEW)],
            "patch": [read, self.store(load.SESSION)],
            "touch": [self.request("GET", f"/EXPIRE/session:{load.SESSION}/{SECONDS_TO_LIVE}.raw")],
            "delete": [self.request("GET", f"/DEL/session:{load.DOOMED}.raw")],
        }

    def store(self, session):
        document = load.stored_document(load.changing_attributes(self.options.size))
        return self.request("PUT", f"/SETEX/session:{session}/{SECONDS_TO_LIVE}.raw", document)

    def request(self, verb, path, body=None):
        return load.request(verb, path, f"Host: 127.0.0.1:{self.port}\r\n", body)

    def creation(self):
        return self.store(load.SESSION)

    def held_mib(self):
        """What Redis counts as used."""
        return resp.used_memory(self.redis) / 2**20

    def ask(self, *command):
        return resp.ask(self.redis, *command)
