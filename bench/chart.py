"""Bars of processor time per operation, as SVG that reads on light and on dark ground."""

from html import escape

OURS = "session-store"
LIMIT = "raw Netty"
WIDTH = 760
TOP = 62
ROW = 19
GAP = 16
KIND_AT = 16
BAR_AT = 196
BAR_WIDTH = WIDTH - BAR_AT - 64
STYLE = """
    text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #424a53 }
    .title { font-size: 15px; font-weight: 600; fill: #1f2328 }
    .kind { font-weight: 600; fill: #1f2328 }
    .name, .value { text-anchor: end } .value { text-anchor: start }
    .ours { fill: #0969da } .other { fill: #afb8c1 } .limit { fill: none; stroke: #afb8c1 }
    text.ours { font-weight: 600 }
    .line { stroke: #d1d9e0 }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 } .title, .kind { fill: #f0f6fc }
      .ours { fill: #4493f8 } .other { fill: #57606a } .limit { stroke: #6e7681 }
      .line { stroke: #3d444d }
    }
"""


def draw(medians, caption):
    """medians: from a kind of operation to microseconds by peer, in the order to draw them in."""
    most = max(micros for peers in medians.values() for micros in peers.values())
    parts = []
    y = TOP
    for kind, peers in medians.items():
        parts.append(f'<line class="line" x1="{KIND_AT}" y1="{y}" x2="{WIDTH - KIND_AT}" y2="{y}"/>')
        y += GAP / 2
        parts.append(f'<text class="kind" x="{KIND_AT}" y="{y + 13:.0f}">{escape(kind)}</text>')
        for name, micros in peers.items():
            parts += bar(y, name, micros, micros / most * BAR_WIDTH)
            y += ROW
        y += GAP / 2
    height = round(y + GAP / 2)
    return "\n  ".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" aria-labelledby="title">',
            f"<style>{STYLE}  </style>",
            f'<text class="title" id="title" x="{KIND_AT}" y="26">Server CPU per operation, µs (less is better)</text>',
            f'<text x="{KIND_AT}" y="46">{escape(caption)}</text>',
            *parts,
        ]
    ) + "\n</svg>\n"


def bar(y, name, micros, width):
    kind = {OURS: "ours", LIMIT: "limit"}.get(name, "other")
    text = "ours" if name == OURS else ""
    return [
        f'<text class="name {text}" x="{BAR_AT - 8}" y="{y + 13:.0f}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{BAR_AT}" y="{y + 2:.1f}" width="{width:.1f}" height="{ROW - 5}" rx="2"/>',
        f'<text class="value {text}" x="{BAR_AT + width + 6:.1f}" y="{y + 13:.0f}">{micros:.1f}</text>',
    ]
