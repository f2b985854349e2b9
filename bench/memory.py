"""Heap per session, by HeapProbe.java in a JVM of its own."""

import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def measure(options):
    """Answers the Markdown."""
    with tempfile.TemporaryDirectory(prefix="session-store-bench-") as classes:
        options.jdk.compile(str(HERE / "HeapProbe.java"), str(options.jar), classes)
        command = [
            options.jdk.tool("java"),
            *options.jdk.layout_flags(),
            f"-Xmx{options.heap}",
            *options.jvm,
            "-cp",
            f"{options.jar}:{classes}",
            "HeapProbe",
            str(options.sessions),
            str(options.size),
        ]
        lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = dict(line.split("=", 1) for line in lines.split())
    return (
        f"## Heap\n\n{options.sessions:,} sessions of {options.size} bytes, `reject`, no principal, after full"
        f" collections, {options.jdk}, -Xmx{options.heap}\n\n"
        "| Heap bytes per session | the store's own estimate | estimate against heap |\n|---:|---:|---:|\n"
        f"| {float(found['heap']):.1f} | {float(found['estimate']):.1f} |"
        f" {float(found['estimate']) / float(found['heap']):.3f} × |\n"
    )
