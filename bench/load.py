"""Brings requests: fills a peer with sessions, and runs wrk against it."""

import json
import os
import pathlib
import random
import socket
import string
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
BATCH = 64
SEED = 20250701
POOL = 1 << 20
STEP = 7919  # neighbours share no text


def session_id(number):
    """43 characters, as the service's own ids have; common.lua knows the same rule."""
    return f"bench-{number:037d}"


def attributes(size):
    """A JSON object of exactly that many bytes, compact; the counter is what PUT changes."""
    frame = '{"counter":"0000000000","data":"'
    end = '"}'
    if size < len(frame) + len(end):
        raise SystemExit(f"--size is {size}; the least is {len(frame) + len(end)}")
    return frame + "d" * (size - len(frame) - len(end)) + end


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


class Target:
    """Where requests go and what each of them carries."""

    def __init__(self, port, path, headers):
        self.port = port
        self.path = path
        self.head = f"Host: 127.0.0.1:{port}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def request(self, verb, number, body=None, extra=""):
        lines = f"{verb} {self.path}- HTTP/1.1\r\n{self.head}Session-Id: {session_id(number)}\r\n{extra}"
        if body is not None:
            lines += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return (lines + "\r\n" + (body or "")).encode("ascii")

    def ask(self, verb, number):
        """One request about a session; answers status and body."""
        return self._exchange(self.request(verb, number))

    def get(self, path):
        return self._exchange(f"GET {path} HTTP/1.1\r\n{self.head}\r\n".encode("ascii"))

    def post(self, path):
        return self._exchange(f"POST {path} HTTP/1.1\r\n{self.head}Content-Length: 0\r\n\r\n".encode("ascii"))

    def _exchange(self, request):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
            wire.sendall(request)
            return Answers(wire).next()

    def put_all(self, numbers, body_of, status=201, connections=2, extra="If-None-Match: *\r\n"):
        """Creates sessions as fast as pipelined requests can."""
        failures = []

        def run(share):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
                    answers = Answers(wire)
                    for start in range(0, len(share), BATCH):
                        batch = share[start : start + BATCH]
                        wire.sendall(
                            b"".join(self.request("PUT", n, body_of(n), extra) for n in batch)
                        )
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
    """Reads answers that have a Content-Length from one connection."""

    def __init__(self, wire):
        self.wire = wire
        self.held = b""

    def next(self):
        while b"\r\n\r\n" not in self.held:
            self._more()
        head, _, rest = self.held.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            self._more()
            rest = self.held.partition(b"\r\n\r\n")[2]
        self.held = rest[length:]
        return int(head.split(b" ", 2)[1]), rest[:length]

    def skip(self, count, wanted):
        for _ in range(count):
            status, body = self.next()
            if status != wanted:
                raise RuntimeError(f"answered {status} instead of {wanted}: {body[:300]!r}")

    def _more(self):
        got = self.wire.recv(262144)
        if not got:
            raise RuntimeError(f"the server closed the connection after {self.held[:200]!r}")
        self.held += got


def start_wrk(target, script, seconds, sessions, body="", connections=64, threads=2, id_in="header"):
    environment = dict(
        os.environ,
        BENCH_WRK=str(HERE / "wrk"),
        BENCH_SESSIONS=str(sessions),
        BENCH_PATH=target.path,
        BENCH_HEAD=target.head,
        BENCH_BODY=body,
        BENCH_ID_IN=id_in,
    )
    command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s"]
    command += ["-s", str(HERE / "wrk" / f"{script}.lua"), f"http://127.0.0.1:{target.port}/"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def result_of(wrk):
    """What a run counted; latencies in microseconds. Any refusal makes the whole run void."""
    text = wrk.communicate()[0]
    for line in text.splitlines():
        if line.startswith("RESULT "):
            result = json.loads(line[len("RESULT ") :])
            if result["refused"] or result["broken"] or not result["requests"]:
                raise RuntimeError(f"wrk saw failures: {result}")
            return result
    raise RuntimeError(f"wrk failed:\n{text}")


def run_wrk(*args, **named):
    return result_of(start_wrk(*args, **named))
