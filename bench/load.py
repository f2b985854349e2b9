"""Brings requests: as text that is made by hand, to fill a peer with sessions and for wrk to measure it."""

import json
import os
import pathlib
import random
import re
import socket
import string
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
BATCH = 64
SEED = 20250701
POOL = 1 << 20
STEP = 7919  # neighbours share no text

# What stands in a request for what differs each time. run.lua and PacedLoad.java know the same words and widths.
SESSION = "@session@"  # one that is there
DOOMED = "@doomed@"  # one that is there to be deleted, each once
NEW = "@new@"  # the id of one that is not there yet
COUNTER = "@counter@"  # ten digits
WIDTHS = {SESSION: 43, DOOMED: 43, NEW: 43, COUNTER: 10}

BETWEEN_OPERATIONS = "\x1d"
BETWEEN_REQUESTS = "\x1e"

FIRST_DOOMED = 10**12
FIRST_NEW = 10**13
NEW_EACH_RUN = 10**9
MOST_PER_SECOND = 125_000  # more operations than any peer makes here


def session_id(number):
    """43 characters, as the service's own ids have."""
    return f"bench-{number:037d}"


def attributes(size):
    """A JSON object of exactly that many bytes, compact; the counter is what PUT changes."""
    frame = '{"counter":"0000000000","data":"'
    end = '"}'
    if size < len(frame) + len(end):
        raise SystemExit(f"--size is {size}; the least is {len(frame) + len(end)}")
    return frame + "d" * (size - len(frame) - len(end)) + end


def changing_attributes(size):
    """The same with another counter each time."""
    return changing(attributes(size))


def changing(attributes):
    return attributes.replace("0" * WIDTHS[COUNTER], COUNTER, 1)


def stored_document(attributes):
    """What a session library puts into an engine that knows no sessions: the attributes with their times."""
    return '{"createdAt":1767225600000,"lastAccessedAt":1767225600000,"maxInactiveInterval":1800,"attributes":%s}' % attributes


def random_attributes(size):
    """A function from a session's number to a JSON object of exactly that many bytes that does not compress, always the
    same one; the counter is what PUT and PATCH change."""
    alphabet = string.ascii_letters + string.digits + "-_"
    pool = "".join(random.Random(SEED).choices(alphabet, k=POOL + size))
    frame = '{"counter":"0000000000","user":"%s","csrf":"%s","data":"%s"}'
    rest = size - len(frame % ("", "", "")) - 38
    if rest < 0:
        raise SystemExit(f"--size is {size}; the least is {size - rest}")

    def text(number):
        at = number * STEP % POOL
        return frame % (pool[at : at + 16], pool[at + 16 : at + 38], pool[at + 38 : at + 38 + rest])

    return text


def request(verb, path, head="", body=None):
    """One request as text; head: whole lines of headers."""
    text = f"{verb} {path} HTTP/1.1\r\n{head}"
    if body is not None:
        text += f"Content-Type: application/json\r\nContent-Length: {length(body)}\r\n"
    return text + "\r\n" + (body or "")


def filled_in(text, number):
    """A request about that session."""
    return text.replace(SESSION, session_id(number)).replace(COUNTER, f"{number % 10**10:010d}")


def length(text):
    for word, width in WIDTHS.items():
        text = text.replace(word, " " * width)
    return len(text)


def exchange(port, text):
    """Sends one request on a connection of its own; answers status, head and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(text.encode("ascii"))
        return Answers(wire).next()


def send_all(port, text_of, numbers, status, connections=2):
    """Sends a request for each number, pipelined: as fast as it gets."""
    failures = []

    def run(share):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
                answers = Answers(wire)
                for start in range(0, len(share), BATCH):
                    batch = share[start : start + BATCH]
                    wire.sendall("".join([text_of(n) for n in batch]).encode("ascii"))
                    answers.skip(len(batch), status)
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
        found = re.search(rb"\ncontent-length: *(\d+)", head, re.IGNORECASE)
        size = int(found.group(1)) if found else 0
        while len(rest) < size:
            self._more()
            rest = self.held.partition(b"\r\n\r\n")[2]
        self.held = rest[size:]
        return int(head.split(b" ", 2)[1]), head.decode("latin-1"), rest[:size]

    def skip(self, count, wanted):
        for _ in range(count):
            status, _, body = self.next()
            if status != wanted:
                raise RuntimeError(f"answered {status} instead of {wanted}: {body[:300]!r}")

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
