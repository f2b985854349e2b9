"""The worst request while a million sessions expire in one second, beside runs in which none does."""

import datetime
import time

import peers
import process
import texts
from turns import say

FIRST = 20_000


def measure(options):
    """Answers the Markdown."""
    server = peers.SessionStore(options)
    try:
        server.start()
        server.fill()
        return report(options, server)
    finally:
        server.stop()


def report(options, server):
    say("warming up")
    run(options, server, "warm-up")
    end = fill_with_one_end(options, server)
    runs = []
    number = 0
    # The comparison has the same sessions in the heap; the expiry comes five seconds into its run.
    while number < options.turns:
        if time.time() + options.seconds > end - 5:
            raise SystemExit("the sessions would expire within the runs to compare with")
        number += 1
        runs.append(run(options, server, f"without, {number}"))
    time.sleep(max(0, end - 5 - time.time()))
    before = server.live_sessions()
    runs.append(run(options, server, f"{options.expiring:,} expire"))
    gone = before - server.live_sessions()
    if gone < options.expiring * 0.9:
        say(f"only {gone} of {options.expiring} are cleaned up yet")
    runs.append(run(options, server, "the seconds after"))
    lines = [
        "## Mass expiry",
        "",
        f"GETs of {options.sessions:,} sessions that stay, while {options.expiring:,} of {options.size} bytes end within"
        f" one second; {options.connections} connections, runs of {options.seconds} s, {options.jdk}, -Xmx{options.heap}",
        "",
        "| Run | requests/s | p99 ms | p99.9 ms | worst ms | server CPU µs/request |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, result, cpu in runs:
        rate = result["requests"] / (result["micros"] / 1e6)
        lines.append(
            f"| {name} | {rate:,.0f} | {result['p99'] / 1000:.1f} | {result['p999'] / 1000:.1f} |"
            f" {result['max'] / 1000:.1f} | {cpu * 1e6 / result['requests']:.1f} |"
        )
    lines += ["", f"At the end of its run {gone:,} of the sessions that expired had been cleaned up."]
    return "\n".join(lines) + "\n"


def run(options, server, name):
    before = process.cpu_seconds(server.pids)
    result = server.run({"get": 100}, options.seconds, connections=options.connections, threads=options.threads)
    say(f"{name}: worst {result['max'] / 1000:.1f} ms")
    return name, result, process.cpu_seconds(server.pids) - before


def fill_with_one_end(options, server):
    """Sessions whose ends are spread over one second; answers when it begins, in seconds since 1970."""
    attributes = texts.attributes(options.size)
    numbers = range(options.sessions, options.sessions + options.expiring)
    began = time.monotonic()
    # What an end costs does not depend on when it is: the first ones tell how long the others will take to load.
    server.create(range(2**31, 2**31 + FIRST))
    each = (time.monotonic() - began) / FIRST
    end = int(time.time() + each * len(numbers) * 1.5 + options.turns * (options.seconds + 2) + 20)

    def body(number):
        at = datetime.datetime.fromtimestamp(end + number % 1000 / 1000, datetime.timezone.utc)
        text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f'{{"endsAt":"{text}","attributes":{attributes}}}'

    say(f"loading {len(numbers)} sessions, about {each * len(numbers):.0f} s")
    server.create(numbers, body)
    return end
