"""Colours and measures. Every difference they make is made by shape, icon or line style as well."""

from diagrams.graph import EdgeKind, NodeKind

MM = 96 / 25.4
"""CSS pixels."""
PAGE = (420 * MM, 297 * MM)
"""A3, landscape."""
MARGIN = 9 * MM

FOOT = 22.0
"""Kept free for the footer."""

PAPER = "#ffffff"
INK = "#16222e"
SOFT_INK = "#4a5866"
FAINT = "#c2cbd4"
RULE = "#b4bec9"
LINE = "#33424f"
LOCK = "#8f1d1d"
GROUND = "#f5f7f9"
"""Behind a group."""
DARK = "#0f2f4a"
"""Badges, and the path so far."""
ALERT = "#8f1d1d"

KIND_COLOUR = {EdgeKind.DECISION: "#3b3a92", EdgeKind.AUTOMATIC: "#0b6b57", EdgeKind.TIMED: "#9a5200"}
NODE_FILL = {
    NodeKind.START: "#eef1f4",
    NodeKind.TREATMENT: "#dff1ec",
    NodeKind.WAITING: "#fdf2dc",
    NodeKind.DECISION: "#e6e6f8",
    NodeKind.EXIT: "#f1f2f4",
}
NODE_STROKE = {
    NodeKind.START: "#46535f",
    NodeKind.TREATMENT: "#0b6b57",
    NodeKind.WAITING: "#9a5200",
    NodeKind.DECISION: "#3b3a92",
    NodeKind.EXIT: "#46535f",
}
ADDED_DASH = (5.0, 3.2)
"""What was added to the guide."""
