"""The programs that a measure needs beside Java and Python, and what to do where one is missing."""

import shutil

PACKAGES = {
    "wrk": "wrk",
    "redis-server": "redis-server",
    "webdis": "webdis",
    "h2load": "nghttp2-client",
    "mvn": "maven",
}


def require(*names):
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        raise SystemExit(f"not installed: {', '.join(missing)}; on Debian: apt-get install {packages}")
