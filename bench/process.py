"""What the operating system says of processes: /proc, so Linux only."""

import os
import re
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids):
    """User and system time of these processes with all their threads, together."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def _ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        # The name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field.
        after_name = stat.read().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])


def rss_mib(pids):
    """Resident memory of these processes, together."""
    return sum(_status(pid, "VmRSS") for pid in pids) / 1024


def _status(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    return 0


def heap_mib(jdk, pid):
    """What a JVM's heap holds after a full collection."""
    subprocess.run([jdk.tool("jcmd"), str(pid), "GC.run"], capture_output=True, check=True)
    told = subprocess.run([jdk.tool("jcmd"), str(pid), "GC.heap_info"], capture_output=True, text=True, check=True)
    number, unit = re.search(r"used (\d+)([KMG])", told.stdout).groups()
    return int(number) * {"K": 1 / 1024, "M": 1, "G": 1024}[unit]
