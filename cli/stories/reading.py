"""Reads YAML as a story needs it: `on`, `yes`, `no` and dates stay text, and nothing clever is accepted.

As in YAML 1.2, only null, true, false and numbers become more than text. Anchors, aliases, tags, duplicate keys,
several documents in one file, deep nesting and large files are refused: a story is plain data.
"""

import math
import re
from typing import Any

import yaml

from workflow.errors import Invalid

LARGEST = 1_000_000
"""Characters of one file."""
DEEPEST = 30
"""Levels of nesting."""
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,3})?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Any:
    """The value of a YAML text. Raises Invalid, naming the line, where it is no plain data."""
    if len(text) > LARGEST:
        raise Invalid("file", f"is longer than {LARGEST:,} characters")
    try:
        return _Reader(text).document()
    except yaml.YAMLError as error:
        raise _invalid(getattr(error, "problem_mark", None), _problem(error)) from None


class _Reader:
    """Builds the value from the events of the parser, so that nothing of PyYAML's own guessing takes part."""

    def __init__(self, text: str) -> None:
        self.events = yaml.parse(text, Loader=_LOADER)
        self.depth = 0

    def document(self) -> Any:
        value = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                value = self.value(next(self.events))
                next(self.events)
                break
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise _invalid(event.start_mark, "a second document begins here; one file holds one story")
        return value

    def value(self, event: Any) -> Any:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _invalid(event.start_mark, "anchors and aliases are not accepted")
        if event.tag:
            raise _invalid(event.start_mark, f"the tag {event.tag!r} is not accepted")
        if isinstance(event, yaml.ScalarEvent):
            return _plain(event.value) if event.implicit[0] else event.value
        self.depth += 1
        if self.depth > DEEPEST:
            raise _invalid(event.start_mark, f"is nested more than {DEEPEST} levels deep")
        found = self.mapping() if isinstance(event, yaml.MappingStartEvent) else self.sequence()
        self.depth -= 1
        return found

    def mapping(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _invalid(event.start_mark, "a key has to be plain text")
            if event.value in found:
                raise _invalid(event.start_mark, f"{event.value!r} is given twice")
            if event.anchor or event.tag:
                raise _invalid(event.start_mark, "anchors and tags are not accepted")
            found[event.value] = self.value(next(self.events))
        return found

    def sequence(self) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event))
        return found


def _plain(text: str) -> Any:
    """An unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _problem(error: yaml.YAMLError) -> str:
    said = getattr(error, "problem", None) or getattr(error, "reason", None)
    return f"is no YAML: {said or 'not readable'}"


def _invalid(mark: Any, why: str) -> Invalid:
    where = f"line {mark.line + 1}: " if mark is not None else ""
    return Invalid("file", f"{where}{why}")
