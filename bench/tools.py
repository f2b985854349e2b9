"""The programs that a measure needs beside Java and Python, and what to do where one is missing."""

import pathlib
import shutil

PACKAGES = {
    "wrk": "wrk",
    "redis-server": "redis-server",
    "webdis": "webdis",
    "h2load": "nghttp2-client",
    "mvn": "maven",
    "memcached": "memcached",
    "postgres": "postgresql",
}
# Where Debian puts the programs of a server that is not meant to be called by hand.
ELSEWHERE = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def require(*names):
    missing = [name for name in names if path(name) is None]
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        raise SystemExit(f"not installed: {', '.join(missing)}; on Debian: apt-get install {packages}")


def path(name):
    """Of a program; None: it is not installed."""
    found = [str(folder / name) for folder in ELSEWHERE if (folder / name).exists()]
    return shutil.which(name) or (found[0] if found else None)
