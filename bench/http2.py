"""GET over HTTP/2 without TLS, beside HTTP/1.1, both by h2load."""

import pathlib
import re
import socket
import subprocess
import tempfile

import peers
import process
import texts
import turns
from turns import say

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
NO_SETTINGS = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
SETTINGS = 4
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1}
KINDS = {
    "HTTP/1.1": ["--h1"],
    "HTTP/2, 1 stream": ["-m", "1"],
    "HTTP/2, 16 streams": ["-m", "16"],
}


def measure(options):
    """Answers the Markdown."""
    server = peers.SessionStore(options)
    try:
        server.start()
        if not speaks_http2(server.port):
            return "## HTTP/2\n\nThe service does not answer HTTP/2 without TLS.\n"
        server.fill()
        with tempfile.TemporaryDirectory(prefix="session-store-bench-") as directory:
            return section(options, server, pathlib.Path(directory))
    finally:
        server.stop()


def speaks_http2(port):
    """Whether the first frame that it sends is its settings."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(PREFACE + NO_SETTINGS)
        got = wire.recv(4)
    return len(got) == 4 and got[3] == SETTINGS


def section(options, server, directory):
    # h2load sends the same headers each time, so the ids are in the paths.
    paths = directory / "paths"
    url = f"http://127.0.0.1:{server.port}{server.path}/"
    paths.write_text("".join(f"{url}{texts.session_id(n)}\n" for n in range(options.sessions)), encoding="ascii")
    # So many requests, not so many seconds: h2load 1.52 may not come to its end with those.
    each = {}
    for kind in KINDS:
        say(f"{kind}: warming up")
        each[kind] = int(turn(options, server, paths, kind, options.warm_up)["rate"] * options.seconds)
    seen = {kind: [] for kind in KINDS}
    for number in range(options.turns):
        for kind in KINDS:
            seen[kind].append(turn(options, server, paths, kind, each[kind]))
            say(f"turn {number + 1} {kind}: {seen[kind][-1]['cpu']:.1f} us")
    return table(options, seen)


def turn(options, server, paths, kind, requests):
    log = paths.with_name("log")
    log.unlink(missing_ok=True)
    command = ["h2load", *KINDS[kind], "-c", str(options.connections), "-t", str(options.threads)]
    command += ["-n", str(max(requests, options.connections)), "-i", str(paths), "-H", server.key, "--log-file", str(log)]
    before = process.cpu_seconds(server.pids)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    cpu = process.cpu_seconds(server.pids) - before
    done = int(re.search(r"status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx", told).group(1))
    number, unit = re.search(r"finished in ([\d.]+)(us|ms|s),", told).groups()
    micros = sorted(int(line.rsplit("\t", 1)[1]) for line in log.read_text(encoding="ascii").splitlines())
    return {
        "rate": done / (float(number) * UNITS[unit]),
        "p50": micros[len(micros) // 2] / 1000,
        "p99": micros[len(micros) * 99 // 100] / 1000,
        "cpu": cpu * 1e6 / done,
    }


def table(options, seen):
    base = next(iter(seen.values()))
    lines = [
        "## HTTP/2",
        "",
        f"GET of {options.sessions:,} sessions of {options.size} bytes, {options.connections} connections, medians of"
        f" {options.turns} turns of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
        "",
        "| | requests/s | p50 ms | p99 ms | server CPU µs/request | CPU against HTTP/1.1 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for kind, those in seen.items():
        m = {figure: turns.median(those, figure) for figure in turns.FIGURES}
        lines.append(
            f"| {kind} | {m['rate']:,.0f} | {m['p50']:.2f} | {m['p99']:.2f} | {m['cpu']:.1f} |"
            f" {turns.ratio(those, base, 'cpu'):.2f} × |"
        )
    return "\n".join(lines) + "\n"
