"""Class paths of what Maven fetches: a profile of pom.xml each, asked for once and kept under target/."""

import hashlib
import pathlib
import subprocess

import tools

HERE = pathlib.Path(__file__).resolve().parent
POM = HERE / "pom.xml"
KEPT = HERE.parent / "target" / "bench"


def class_path(profile):
    version = hashlib.sha256(POM.read_bytes()).hexdigest()[:16]
    kept = KEPT / f"{profile}-{version}.classpath"
    if not kept.exists() or not all(pathlib.Path(jar).exists() for jar in kept.read_text(encoding="utf-8").split(":")):
        KEPT.mkdir(parents=True, exist_ok=True)
        fetch(profile, kept)
    return kept.read_text(encoding="utf-8").strip()


def fetch(profile, kept):
    tools.require("mvn")
    command = ["mvn", "-q", "-B", "-f", str(POM), f"-P{profile}", "dependency:build-classpath"]
    done = subprocess.run([*command, f"-Dmdep.outputFile={kept}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Maven does not find what the peers need:\n{done.stdout}{done.stderr}")
