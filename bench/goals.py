"""What the figures are meant to reach. A goal that is missed is told, not punished: machines differ."""

CPU = {
    ("GET", "Webdis + Redis"): 0.55,
    ("GET", "Infinispan"): 0.75,
    ("GET", "raw Netty"): 1.25,
    ("PUT", "Webdis + Redis"): 0.65,
    ("PUT", "Infinispan"): 0.85,
    ("PUT", "raw Netty"): 1.4,
    ("mix", "Webdis + Redis"): 0.65,
    ("mix", "Infinispan"): 0.85,
}
PACED_P99 = 1.0
EVERYSEC_CPU = 1.25
ALWAYS_RATE = 0.6
HEAP_AGAINST_DOCUMENT = 1.0
HEAP_AGAINST_BARE = 1.05
GROWN_CPU = 1.15


def at_most(ratio, goal):
    return "" if goal is None else f"≤ {goal}: {'reached' if ratio <= goal else 'missed'}"


def at_least(ratio, goal):
    return f"≥ {goal}: {'reached' if ratio >= goal else 'missed'}"
