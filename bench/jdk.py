"""Which Java runs what."""

import os
import pathlib
import re
import shutil
import subprocess

PREFERRED = 25


class Jdk:
    def __init__(self, home):
        self.home = pathlib.Path(home)
        text = subprocess.run([self.tool("java"), "-version"], capture_output=True, text=True, check=True).stderr
        self.version = re.search(r'version "([^"]+)"', text).group(1)
        self.major = int(self.version.split(".")[0])

    def tool(self, name):
        return str(self.home / "bin" / name)

    def layout_flags(self):
        """Small object headers, where this JDK has them."""
        return ["-XX:+UseCompactObjectHeaders"] if self.major >= 25 else []

    def netty_flags(self):
        """What Netty needs for its own memory and its native transport without warnings."""
        access = ["--sun-misc-unsafe-memory-access=allow"] if self.major >= 23 else []
        return ["--enable-native-access=ALL-UNNAMED", *access]

    def compile(self, sources, class_path, into, *more):
        command = [self.tool("javac"), "-nowarn", *(more or ["-proc:none"]), "-cp", class_path, "-d", into, *sources]
        subprocess.run(command, check=True)

    def __str__(self):
        return " ".join(["JDK", self.version, *self.layout_flags()])


def find(given):
    """The JDK that was asked for, else JAVA_HOME's, else the best that is installed."""
    if given or os.environ.get("JAVA_HOME"):
        return Jdk(given or os.environ["JAVA_HOME"])
    installed = [path.parent.parent for path in pathlib.Path("/usr/lib/jvm").glob("*/bin/javac")]
    wanted = [home for home in installed if re.search(rf"\b{PREFERRED}\b", home.name)]
    if wanted:
        return Jdk(wanted[0])
    javac = shutil.which("javac")
    if javac is None:
        raise SystemExit("no JDK found; give one with --jdk or JAVA_HOME")
    return Jdk(pathlib.Path(javac).resolve().parent.parent)
