"""Bytes per session: the service's heap, by HeapProbe.java in a JVM of its own, beside Redis with the same sessions."""

import pathlib
import secrets
import subprocess
import tempfile

import goals
import rdb
import resp
import texts
from turns import say

HERE = pathlib.Path(__file__).resolve().parent
PRINCIPAL = 1_000_000  # the first; all are as long
ID_BYTES = 32


def measure(options):
    """Answers the Markdown."""
    plain, estimate = heap(options, False)
    indexed, indexed_estimate = heap(options, True)
    attributes = texts.attributes(options.size)
    document = redis(options, texts.stored_document(attributes), False)
    indexed_document = redis(options, texts.stored_document(attributes), True)
    bare = redis(options, attributes, False)
    rows = [
        ("session-store, heap", plain, indexed - plain, ""),
        ("Redis, a session library's document", document, indexed_document - document,
         options.goals.at_most(
             goals.HEAP_AGAINST_DOCUMENT, plain / document, "heap against Redis with a session library's document")),
        ("Redis, the bare attributes", bare, None, options.goals.at_most(
             goals.HEAP_AGAINST_BARE, plain / bare, "heap against Redis with the bare attributes")),
    ]
    lines = [
        "## Memory",
        "",
        f"{options.sessions:,} sessions of {options.size} bytes, ids of 43 characters, each with a time to live;"
        f" {options.jdk}, -Xmx{options.heap}",
        "",
        "| Peer | bytes per session | and for the index of principals | our heap against it | goal |",
        "|---|---:|---:|---:|---|",
    ]
    for name, each, index, verdict in rows:
        more = "" if index is None else f"{index:.1f}"
        lines.append(f"| {name} | {each:.1f} | {more} | {plain / each:.3f} × | {verdict} |")
    lines += [
        "",
        f"The store's own estimate, by which it is limited, is {estimate / plain:.3f} × its heap"
        f" ({indexed_estimate / indexed:.3f} × with principals).",
    ]
    return "\n".join(lines) + "\n"


def heap(options, principals):
    """Bytes per session of the heap after full collections, and of the store's own estimate."""
    with tempfile.TemporaryDirectory(prefix="session-store-bench-") as classes:
        options.jdk.compile([HERE / "HeapProbe.java"], str(options.jar), classes)
        flags = [*options.jdk.layout_flags(), f"-Xmx{options.heap}", *options.jvm]
        given = [str(options.sessions), str(options.size), str(principals).lower()]
        lines = subprocess.run(
            [options.jdk.tool("java"), *flags, "-cp", f"{options.jar}:{classes}", "HeapProbe", *given],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    found = dict(line.split("=", 1) for line in lines.split())
    say(f"heap: {found}")
    return float(found["heap"]), float(found["estimate"])


def redis(options, value, principals):
    """Bytes per session of Redis' used_memory, less what it uses when it is empty."""
    peer = rdb.Redis(options)
    try:
        peer.start()
        empty = resp.used_memory(peer.port)
        ids = [secrets.token_urlsafe(ID_BYTES) for _ in range(options.sessions)]
        count = options.sessions
        resp.send_all(peer.port, lambda n: ("SET", f"session:{ids[n]}", value, "EX", "1800"), count, b"+OK\r\n")
        if principals:
            # As session libraries keep it: the set of a person's sessions.
            resp.send_all(peer.port, lambda n: ("SADD", f"principal:user-{PRINCIPAL + n}", ids[n]), count, b":1\r\n")
        used = (resp.used_memory(peer.port) - empty) / count
        say(f"Redis: {used:.1f} bytes of each session")
        return used
    finally:
        peer.stop()
