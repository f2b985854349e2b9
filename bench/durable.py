"""The service with a data directory, which can be ended and started again."""

import json
import pathlib
import re
import secrets
import subprocess
import time

import load
import peer
import peers
import texts

SNAPSHOT = "/v1/admin/snapshot"
TAKEN = r"snapshot: .* in ([\d.]+) s"


class DurableStore(peers.SessionStore):
    """Its key may do everything."""

    may = "admin *"

    def __init__(self, options, name="session-store", fsync="everysec", encrypted=False, data=None, flags=None, more=None):
        """fsync None: without a directory, to compare with; data: the directory of another one, to start from; flags: for
        the JVM instead of what peers are given; more: further settings."""
        super().__init__(options)
        self.place = where(self.directory.name)
        self.name = name
        self.data = data or pathlib.Path(self.directory.name) / "data"
        self.flags = flags
        self.more = dict(more or {})
        if fsync:
            self.more.update(SESSION_STORE_DATA_DIR=str(self.data), SESSION_STORE_FSYNC=fsync)
        self.log_at = 0
        if encrypted:
            key = pathlib.Path(self.directory.name) / "data-keys"
            key.touch(0o600)
            key.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
            self.more["SESSION_STORE_DATA_KEY_FILE"] = str(key)

    def settings(self):
        return {**super().settings(), **self.more}

    def jvm_flags(self):
        return super().jvm_flags() if self.flags is None else self.flags

    def start(self, _service=None):
        self.launch()
        self.wait_until_ready()

    def launch(self):
        self.log_at = self.log_path.stat().st_size
        super().launch()

    def wait_until_ready(self, seconds=600):
        peer.wait_until(self, lambda: self.ask("GET", "/health/ready")[0] == 200, seconds)

    def fill(self):
        attributes = texts.random_attributes(self.options.size)
        self.create(range(self.options.sessions), lambda n: '{"attributes":' + attributes(n) + "}")

    def document(self):
        """As large as any, and as hard to compress."""
        return '{"attributes":' + texts.changing(texts.random_attributes(self.options.size)(0)) + "}"

    def count(self):
        return self.live_sessions()

    def end_with_snapshot(self):
        """Answers the seconds that the snapshot at an orderly end took, by the service's log."""
        self.wait_for_snapshot()
        # One change, or there would be none to take.
        load.send_all(self.port, texts.about(self.put()), range(1), 200)
        before = len(self.logged(TAKEN))
        if not self.end(patience=300):
            raise SystemExit(f"{self.name} does not end:\n{self.log_text()}")
        taken = self.logged(TAKEN)
        if len(taken) <= before:
            raise SystemExit(f"{self.name} took no snapshot at its end:\n{self.log_text()}")
        return float(taken[-1])

    def load_seconds(self):
        return float(self.logged(r"loaded .* in ([\d.]+) s")[-1])

    def bytes_on_disk(self):
        return sum(file.stat().st_size for file in self.files())

    def files(self):
        """Those that a start reads."""
        return [file for file in self.data.iterdir() if re.fullmatch(r"(journal|snapshot)-\d+", file.name)]

    def take_snapshot(self):
        """Asks for one and waits for it; answers the seconds that took."""
        began = time.monotonic()
        self._snapshot_status(self.ask("POST", SNAPSHOT, ""), 202)
        self.wait_for_snapshot()
        return time.monotonic() - began

    def wait_for_snapshot(self):
        while self._snapshot_status(self.ask("GET", SNAPSHOT), 200)["running"]:
            time.sleep(0.05)

    def _snapshot_status(self, answer, wanted):
        status, body = answer
        found = json.loads(body)
        if status != wanted or found["failure"]:
            raise SystemExit(f"{SNAPSHOT} answers {status}: {body!r}")
        return found

    def counters(self):
        """Records that the journal took, and its syncs."""
        if "SESSION_STORE_DATA_DIR" not in self.more:
            return [0, 0]
        text = self.ask("GET", "/metrics")[1].decode("utf-8")
        return [
            float(re.search(rf"^session_store_journal_{what}_total ([\d.eE+]+)$", text, re.MULTILINE).group(1))
            for what in ["records", "syncs"]
        ]

    def log_text(self):
        """Since the last start."""
        return self.log_path.read_bytes()[self.log_at :].decode("utf-8", "replace")

    def logged(self, pattern):
        return re.findall(pattern, self.log_text())


def where(path):
    """Which file system a directory is on, for a table's heading."""
    command = ["df", "--output=fstype,source", str(path)]
    kind, source = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1].split()
    if kind in ("tmpfs", "ramfs"):
        raise SystemExit(f"{path} is {kind}, which is no disk; choose another place with --dir")
    return f"{kind} on {source}"
