"""What is said to Redis in its own protocol, on a port of loopback."""

import socket

BATCH = 1000


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=600)


def words(*command):
    parts = [f"*{len(command)}\r\n"] + [f"${len(word)}\r\n{word}\r\n" for word in command]
    return "".join(parts).encode("ascii")


def ask(port, *command):
    """For answers of one line."""
    with connect(port) as wire:
        wire.sendall(words(*command))
        return wire.makefile("rb").readline().decode("utf-8", "replace").rstrip("\r\n")


def send_all(port, command_of, count, answer):
    """Sends a command for each number, pipelined; each must be answered with this line."""
    with connect(port) as wire:
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            wire.sendall(b"".join(words(*command_of(n)) for n in numbers))
            wanted = answer * len(numbers)
            got = b""
            while len(got) < len(wanted):
                more = wire.recv(65536)
                if not more or not wanted.startswith(got + more):
                    raise RuntimeError(f"Redis answers {(got + more)[:300]!r}")
                got += more


def used_memory(port):
    """In bytes, as Redis counts it."""
    with connect(port) as wire:
        wire.sendall(words("INFO", "memory"))
        for line in wire.makefile("rb"):
            name, _, value = line.partition(b":")
            if name == b"used_memory":
                return int(value)
    raise RuntimeError("Redis does not tell its used_memory")
