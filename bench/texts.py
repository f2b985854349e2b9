"""What sessions and requests look like, as text that is made by hand."""

import random
import re
import string

SEED = 20250701
POOL = 1 << 20
STEP = 7919  # neighbours share no text

# What stands in a request for what differs each time. wrk/run.lua and peers/Operations.java know the same words and widths.
SESSION = "@session@"  # one that is there
DOOMED = "@doomed@"  # one that is there to be deleted, each once
NEW = "@new@"  # the id of one that is not there yet
COUNTER = "@counter@"  # ten digits
COUNTERS = 10**10
WIDTHS = {SESSION: 43, DOOMED: 43, NEW: 43, COUNTER: 10}


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
    times = '"createdAt":1767225600000,"lastAccessedAt":1767225600000,"maxInactiveInterval":1800'
    return "{" + times + ',"attributes":' + attributes + "}"


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


def about(text):
    """From a session's number to the request about it, in bytes."""
    parts = text.encode("ascii").replace(b"%", b"%%")
    kinds = re.findall(f"{SESSION}|{COUNTER}", text)
    parts = parts.replace(SESSION.encode(), b"bench-%037d").replace(COUNTER.encode(), b"%010d")
    if kinds == [SESSION]:
        return lambda number: parts % number
    if kinds == [SESSION, COUNTER]:
        return lambda number: parts % (number, number % COUNTERS)
    raise ValueError(f"a session, and a counter at most, not {kinds}")


def length(text):
    for word, width in WIDTHS.items():
        text = text.replace(word, " " * width)
    return len(text)
