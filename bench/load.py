"""Brings requests: a few to fill a peer with sessions, many by wrk to measure it."""

import json
import os
import pathlib
import re
import socket
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
BATCH = 200
LENGTH = re.compile(rb"\ncontent-length: *(\d+)", re.IGNORECASE)

BETWEEN_OPERATIONS = "\x1d"
BETWEEN_REQUESTS = "\x1e"

FIRST_DOOMED = 10**12
FIRST_NEW = 10**13
NEW_EACH_RUN = 10**9
MOST_PER_SECOND = 125_000  # more operations than any peer makes here


def exchange(port, request):
    """Sends one request on a connection of its own; answers status, head and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(request)
        return Answers(wire).next()


def send_all(port, request_of, numbers, status, connections=2):
    """Sends a request for each number, pipelined: as fast as it gets."""
    failures = []

    def run(share):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
                answers = Answers(wire)
                asked = 0
                for start in range(0, len(share), BATCH):
                    batch = share[start : start + BATCH]
                    wire.sendall(b"".join([request_of(n) for n in batch]))
                    # One batch behind: a server that waits for the receipt of what it has sent gets it with the next.
                    answers.skip(asked, status)
                    asked = len(batch)
                answers.skip(asked, status)
        except Exception as failure:  # to be raised by the caller's thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(numbers[i::connections],)) for i in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Answers:
    """Reads answers that say their length from one connection."""

    def __init__(self, wire):
        self.wire = wire
        self.held = b""

    def next(self):
        while b"\r\n\r\n" not in self.held:
            self._more()
        head, _, rest = self.held.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        size = int(found.group(1)) if found else 0
        while len(rest) < size:
            self._more()
            rest = self.held.partition(b"\r\n\r\n")[2]
        self.held = rest[size:]
        return int(head.split(b" ", 2)[1]), head.decode("latin-1"), rest[:size]

    def skip(self, count, wanted):
        """Takes so many answers, all of which must have that status. In a hurry: it cuts off nothing before the end."""
        begins = b"HTTP/1.1 %d " % wanted
        at = 0
        for _ in range(count):
            while (end := self.held.find(b"\r\n\r\n", at)) < 0:
                self._more()
            if not self.held.startswith(begins, at):
                raise RuntimeError(f"answered, not with {wanted}: {self.held[at : at + 500]!r}")
            found = LENGTH.search(self.held, at, end)
            at = end + 4 + (int(found.group(1)) if found else 0)
        while len(self.held) < at:
            self._more()
        self.held = self.held[at:]

    def _more(self):
        got = self.wire.recv(262144)
        if not got:
            raise RuntimeError(f"the server closed the connection after {self.held[:200]!r}")
        self.held += got


def described(shares, operations):
    """Operations and of how many in a hundred each is made, as run.lua and PacedLoad.java read them."""
    return BETWEEN_OPERATIONS.join(
        BETWEEN_REQUESTS.join([str(share), *operations[name]]) for name, share in shares.items()
    )


class Run:
    """What a run of wrk or PacedLoad is told; knows which sessions are new and which are to be deleted."""

    runs = 0

    def __init__(self, shares, operations, sessions, doomed=range(0)):
        Run.runs += 1
        self.environment = dict(
            os.environ,
            BENCH_OPERATIONS=described(shares, operations),
            BENCH_SESSIONS=str(sessions),
            BENCH_NEW=str(FIRST_NEW + Run.runs * NEW_EACH_RUN),
            BENCH_DOOMED=str(doomed.start),
            BENCH_DOOMED_END=str(doomed.stop),
        )


def start_wrk(port, run, seconds, connections=64, threads=2):
    threads = min(threads, connections)
    command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s"]
    command += ["-s", str(HERE / "wrk" / "run.lua"), f"http://127.0.0.1:{port}/"]
    environment = dict(run.environment, BENCH_THREADS=str(threads))
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def result_of(wrk):
    """What a run counted; latencies in microseconds. Any refusal makes the whole run void."""
    text = wrk.communicate()[0]
    for line in text.splitlines():
        if line.startswith("RESULT "):
            result = json.loads(line[len("RESULT ") :])
            if result["refused"] or result["broken"] or result["short"] or not result["requests"]:
                raise RuntimeError(f"wrk saw failures: {result}")
            return result
    raise RuntimeError(f"wrk failed:\n{text}")


def run_wrk(*args, **named):
    return result_of(start_wrk(*args, **named))
