"""Redis, of which recovery.py measures how it loads its RDB file."""

import base64
import hashlib
import pathlib
import re
import time

import peer
import resp
import texts
import tools

SECONDS_TO_LIVE = 86400


class Redis(peer.Peer):
    """Debian's redis-server as it is configured by default, but saving only when told."""

    name = "Redis"

    def __init__(self, options):
        tools.require("redis-server")
        super().__init__(options)
        self.data = pathlib.Path(self.directory.name) / "data"
        self.data.mkdir(0o700)
        self.log_at = 0

    def start(self, _service=None):
        self.launch()
        self.wait_until_ready()

    def launch(self):
        self.log_at = self.log_path.stat().st_size
        self.spawn(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.data)]
            + ["--save", "", "--appendonly", "no"]
        )

    def wait_until_ready(self, seconds=600):
        peer.wait_until(self, lambda: self.ask("PING") == "+PONG", seconds)

    def fill(self):
        """What the service is given too, under keys as long as 128 random bits in base64."""
        attributes = texts.random_attributes(self.options.size)
        lives = str(SECONDS_TO_LIVE)
        resp.send_all(
            self.port, lambda n: ("SET", key(n), attributes(n), "EX", lives), self.options.sessions, b"+OK\r\n"
        )

    def count(self):
        return int(self.ask("DBSIZE").lstrip(":"))

    def end_with_snapshot(self):
        """Answers the seconds that SAVE took."""
        began = time.monotonic()
        answer = self.ask("SAVE")
        seconds = time.monotonic() - began
        if answer != "+OK":
            raise SystemExit(f"Redis answers SAVE with {answer}")
        self.end(patience=60)
        return seconds

    def load_seconds(self):
        return float(re.findall(r"DB loaded from disk: ([\d.]+) seconds", self.log_text())[-1])

    def bytes_on_disk(self):
        return sum(file.stat().st_size for file in self.files())

    def files(self):
        return list(self.data.iterdir())

    def ask(self, *command):
        return resp.ask(self.port, *command)

    def log_text(self):
        """Since the last start."""
        return self.log_path.read_bytes()[self.log_at :].decode("utf-8", "replace")


def key(number):
    """22 characters that do not compress."""
    return base64.urlsafe_b64encode(hashlib.md5(number.to_bytes(8, "big")).digest()).rstrip(b"=").decode("ascii")
