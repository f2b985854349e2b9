"""What the inner pieces of a request take, each alone, by JMH: jmh/*.java."""

import json
import pathlib
import subprocess
import tempfile

import libraries
from turns import say

SOURCES = pathlib.Path(__file__).resolve().parent / "jmh"
ALLOCATED = "gc.alloc.rate.norm"


def measure(options):
    """Answers the Markdown."""
    with tempfile.TemporaryDirectory(prefix="session-store-bench-") as classes:
        found = pathlib.Path(classes) / "found.json"
        jmh = libraries.class_path("jmh")
        class_path = f"{classes}:{options.jar}:{jmh}"
        say("compiling the pieces")
        options.jdk.compile(sorted(SOURCES.glob("*.java")), class_path, classes, "-processorpath", jmh)
        given = ["-f", options.forks, "-wi", 3, "-w", options.seconds, "-i", 5, "-r", options.seconds]
        given += ["-bm", "avgt", "-tu", "ns", "-prof", "gc", "-rf", "json", "-rff", found]
        flags = [*options.jdk.layout_flags(), "-Xms1g", "-Xmx1g", *options.jvm]
        command = [options.jdk.tool("java"), *flags, "-cp", class_path, "org.openjdk.jmh.Main", *options.only, *given]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        if done.returncode or not found.exists():
            raise SystemExit(f"JMH failed:\n{done.stdout}{done.stderr}")
        return table(options, json.loads(found.read_text(encoding="utf-8")))


def table(options, results):
    lines = [
        "## Pieces",
        "",
        f"JMH, one thread, {options.forks} × 5 iterations of {options.seconds} s, {options.jdk}",
        "",
        "| Piece | | ns | ± | allocated bytes |",
        "|---|---|---:|---:|---:|",
    ]
    for each in results:
        name = ".".join(each["benchmark"].split(".")[-2:])
        with_what = ", ".join(f"{name} {value}" for name, value in each.get("params", {}).items())
        metric = each["primaryMetric"]
        bytes_each = [m["score"] for key, m in each["secondaryMetrics"].items() if key.endswith(ALLOCATED)][0]
        lines.append(
            f"| {name} | {with_what} | {metric['score']:,.0f} | {metric['scoreError']:,.0f} | {bytes_each:,.0f} |"
        )
    return "\n".join(lines) + "\n"
