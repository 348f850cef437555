"""Small signs, drawn on a grid of 16 by 16. They say by shape what colour alone must not."""

from enum import StrEnum

from diagrams.scene import Group, Path, Pen, parse


class Icon(StrEnum):
    """The signs there are."""

    PERSON = "person"  # somebody decides
    FACTS = "facts"  # recorded facts bring it about
    CLOCK = "clock"  # the calendar brings it about
    HARD = "hard lock"
    SOFT = "soft lock"
    IN = "way in"
    OUT = "way out"
    STAY = "stays"
    START = "start"
    TREATMENT = "treatment"
    WAITING = "waiting"
    DECISION = "decision"
    EXIT = "exit"
    HERE = "here"
    TICK = "done"
    BLOCKED = "blocked"
    POSSIBLE = "possible"


_CIRCLE = "M8 1 C11.87 1 15 4.13 15 8 C15 11.87 11.87 15 8 15 C4.13 15 1 11.87 1 8 C1 4.13 4.13 1 8 1 Z"
_HEAD = "M8 1 C10 1 11.5 2.5 11.5 4.5 C11.5 6.5 10 8 8 8 C6 8 4.5 6.5 4.5 4.5 C4.5 2.5 6 1 8 1 Z"
_SHACKLE = "M4.5 7.5 L4.5 5 C4.5 3 6 1.4 8 1.4 C10 1.4 11.5 3 11.5 5 L11.5 7.5"
_BODY = "M2.5 7.5 L13.5 7.5 L13.5 15 L2.5 15 Z"

# (outline, filled): filled ones are drawn in the ink, the others as lines of it
_SIGNS: dict[Icon, tuple[tuple[str, bool], ...]] = {
    Icon.PERSON: ((_HEAD, True), ("M1.5 15 C1.5 11.5 4 9.5 8 9.5 C12 9.5 14.5 11.5 14.5 15 Z", True)),
    Icon.FACTS: (
        ("M2.5 1.5 L10 1.5 L13.5 5 L13.5 14.5 L2.5 14.5 Z", False),
        ("M5 9.5 L7.2 11.7 L11 6.8", False),
    ),
    Icon.CLOCK: ((_CIRCLE, False), ("M8 4 L8 8.4 L11 10.2", False)),
    Icon.HARD: ((_SHACKLE, False), (_BODY, True)),
    Icon.SOFT: ((_SHACKLE, False), (_BODY, False)),
    Icon.IN: (("M1 8 L11 8", False), ("M7 4 L11 8 L7 12", False), ("M14.5 2 L14.5 14", False)),
    Icon.OUT: (("M5 8 L15 8", False), ("M11 4 L15 8 L11 12", False), ("M1.5 2 L1.5 14", False)),
    Icon.STAY: (
        (
            "M12.5 5 C11 2.5 8.5 1.6 6 2.3 C2.8 3.2 1.2 6.4 2 9.6 C3 13 6.6 14.7 9.8 13.6 C11.6 13 13 11.5 13.5 9.6",
            False,
        ),
        ("M13.2 1 L12.8 5.4 L8.6 4.8", False),
    ),
    Icon.START: (("M3 1 L3 15", False), ("M3 1.5 L13.5 4.8 L3 8.6 Z", True)),
    Icon.TREATMENT: (
        ("M6 1.5 L10 1.5 L10 6 L14.5 6 L14.5 10 L10 10 L10 14.5 L6 14.5 L6 10 L1.5 10 L1.5 6 L6 6 Z", True),
    ),
    Icon.WAITING: (
        ("M3 1.3 L13 1.3", False),
        ("M3 14.7 L13 14.7", False),
        ("M4 1.5 C4 5.2 6 6.4 8 8 C10 6.4 12 5.2 12 1.5", False),
        ("M4 14.5 C4 10.8 6 9.6 8 8 C10 9.6 12 10.8 12 14.5 Z", True),
    ),
    Icon.DECISION: (("M8 1 L15 8 L8 15 L1 8 Z", False), ("M8 4.8 L8 8.8", False), ("M8 10.4 L8 11.6", False)),
    Icon.EXIT: (
        ("M9.5 1.5 L2 1.5 L2 14.5 L9.5 14.5", False),
        ("M5.5 8 L15 8", False),
        ("M11.3 4.3 L15 8 L11.3 11.7", False),
    ),
    Icon.HERE: (
        ("M8 15.5 C6 12 2.8 9.4 2.8 5.8 C2.8 2.8 5 0.6 8 0.6 C11 0.6 13.2 2.8 13.2 5.8 C13.2 9.4 10 12 8 15.5 Z", True),
    ),
    Icon.TICK: (("M1.8 8.6 L6 12.8 L14.2 3.4", False),),
    Icon.BLOCKED: ((_CIRCLE, False), ("M3.2 12.8 L12.8 3.2", False)),
    Icon.POSSIBLE: (("M8 2.5 L13.5 8 L8 13.5", False), ("M2 8 L13 8", False)),
}


def icon(which: Icon, x: float, y: float, size: float, colour: str) -> Group:
    """A sign with its upper left corner at (x, y)."""
    scale = size / 16
    lined = Pen(stroke=colour, width=1.7 * scale)
    filled = Pen(fill=colour, stroke=colour, width=0.6 * scale)
    paths = (Path(parse(text, x, y, scale), filled if solid else lined) for text, solid in _SIGNS[which])
    return Group(parts=tuple(paths))
