"""The service with a data directory, which can be ended and started again."""

import json
import pathlib
import re
import secrets
import subprocess
import time

import load
import peers

SNAPSHOT = "/v1/admin/snapshot"
TAKEN = r"snapshot: .* in ([\d.]+) s"
POLL_SECONDS = 0.02  # each question costs a server that is about to start some of its processor time


class DurableStore(peers.SessionStore):
    """Its key may do everything."""

    may = "admin *"

    def __init__(self, options, name="session-store", fsync="everysec", encrypted=False, data=None, flags=None, more=None):
        """data: the directory of another one, to start from; flags: for the JVM instead of what peers are given;
        more: further settings."""
        super().__init__(options)
        self.place = where(self.directory.name)
        self.name = name
        self.data = data or pathlib.Path(self.directory.name) / "data"
        self.flags = flags
        self.more = {"SESSION_STORE_DATA_DIR": str(self.data), "SESSION_STORE_FSYNC": fsync, **(more or {})}
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

    def start(self, _answer_size=None):
        self.launch()
        self.wait_until_ready()

    def launch(self):
        self.log_at = self.log_path.stat().st_size
        super().launch()

    def wait_until_ready(self, seconds=600):
        wait_until(self, lambda: self.target.get("/health/ready")[0] == 200, seconds)

    def fill(self):
        attributes = load.random_attributes(self.options.size)
        self.target.put_all(range(self.options.sessions), lambda n: '{"attributes":' + attributes(n) + "}")

    def count(self):
        return self.live_sessions()

    def end_with_snapshot(self):
        """Answers the seconds that the snapshot at an orderly end took, by the service's log."""
        self.wait_for_snapshot()
        # One change, or there would be none to take.
        self.target.put_all(range(1), lambda n: '{"attributes":' + load.attributes(self.options.size) + "}", 200, 1, "")
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
        self._snapshot_status(self.target.post(SNAPSHOT), 202)
        self.wait_for_snapshot()
        return time.monotonic() - began

    def wait_for_snapshot(self):
        while self._snapshot_status(self.target.get(SNAPSHOT), 200)["running"]:
            time.sleep(0.05)

    def _snapshot_status(self, answer, wanted):
        status, body = answer
        found = json.loads(body)
        if status != wanted or found["failure"]:
            raise SystemExit(f"{SNAPSHOT} answers {status}: {body!r}")
        return found

    def counters(self):
        """Records that the journal took, and its syncs."""
        text = self.target.get("/metrics")[1].decode("utf-8")
        return [
            float(re.search(rf"^session_store_journal_{what}_total ([\d.eE+]+)$", text, re.MULTILINE).group(1))
            for what in ["records", "syncs"]
        ]

    @property
    def log_path(self):
        return pathlib.Path(self.directory.name) / "log"

    def log_text(self):
        """Since the last start."""
        return self.log_path.read_bytes()[self.log_at :].decode("utf-8", "replace")

    def logged(self, pattern):
        return re.findall(pattern, self.log_text())


def wait_until(peer, is_ready, seconds):
    """Asks until it is, or raises with the peer's log if it ends or that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and peer.processes[0].poll() is None:
        try:
            if is_ready():
                return
        except (OSError, RuntimeError):
            pass  # does not listen yet
        time.sleep(POLL_SECONDS)
    raise SystemExit(f"{peer.name} is not ready:\n{peer.log_text()}")


def where(path):
    """Which file system a directory is on, for a table's heading."""
    command = ["df", "--output=fstype,source", str(path)]
    kind, source = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1].split()
    if kind in ("tmpfs", "ramfs"):
        raise SystemExit(f"{path} is {kind}, which is no disk; choose another place with --dir")
    return f"{kind} on {source}"
