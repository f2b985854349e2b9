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
CLIENT_RATE = {"Jedis on Redis": 0.65, "raw pooled socket": 0.85}


class Goals:
    """Compares figures with their goals, and keeps the outcome for a summary."""

    def __init__(self):
        self.rows = []

    def at_most(self, goal, ratio, what):
        """Answers what to say of it; nothing where there is no goal."""
        return "" if goal is None else self._tell(f"≤ {goal}", ratio, ratio <= goal, what)

    def at_least(self, goal, ratio, what):
        return self._tell(f"≥ {goal}", ratio, ratio >= goal, what)

    def _tell(self, goal, ratio, is_reached, what):
        verdict = "reached" if is_reached else "missed"
        self.rows.append(f"| {what} | {goal} | {ratio:.2f} | {verdict} |")
        return f"{goal}: {verdict}"

    def summary(self):
        """Markdown, or nothing."""
        if not self.rows:
            return ""
        return "\n".join(["## Goals", "", "| What | goal | measured | |", "|---|---:|---:|---|", *self.rows, "", ""])
