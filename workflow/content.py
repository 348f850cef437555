"""What a rule says and does, as one hash: a clinician signs it, and whoever changes the rule afterwards is found out.

Counted is all that the rule's object holds, and for its functions their code: with the functions these call, the
constants they use and the values of the site settings they read. Not counted are comments, layout, docstrings,
annotations, and the engine itself (charts, order, the asking of guards), which is tested, not signed. The hash is the
same on every machine.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from hashlib import sha256
from types import FunctionType
from typing import Any

from workflow.fields import Fields
from workflow.rules import Automatic, CareTask, Guard, Transition
from workflow.site import Site, SiteKey
from workflow.source_code import Written, class_written, function_written

ENGINE = re.compile(r"workflow\.(?!asps\b|calendar\b|labs\b)")
"""The modules whose functions a rule may name without being changed when they are."""
_PLACE = re.compile(r"\{([a-z_.0-9]+)\}")
"""Where a sentence has the value of a setting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a rule comes to."""

    hash: str
    reads: tuple[str, ...]
    """The site settings that its sentence or its code names."""


def content_of(*parts: Any, site: Site) -> Content:
    """The content of a rule, given as its object or objects. Raises OSError where no source code is installed."""
    reading = _Reading(site.keys)
    forms = [reading.whole(part) for part in parts]
    reads = tuple(key for key in site.keys if key in reading.keys)
    return Content(hash=hash_of([forms, {key: site.get(key) for key in reads}]), reads=reads)


def hash_of(value: Any) -> str:
    """The hash of a JSON value."""
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class _Reading:
    """Turns what one rule is made of into JSON values; each function and class once."""

    def __init__(self, settings: Iterable[str]) -> None:
        self._settings = frozenset(settings)
        self._met: dict[Any, int] = {}
        self.keys: set[str] = set()
        """The settings named so far."""

    def whole(self, part: Any) -> Any:
        """A rule with all that it holds."""
        return self._fields(part) if _is_record(part) else self.form(part)

    def form(self, value: Any) -> Any:
        """Whatever a rule holds or its code names. Another rule counts by its name: it is signed for itself."""
        if value is None or isinstance(value, bool | int | float | str | date | Enum):
            return self._plain(value)
        if isinstance(value, list | tuple):
            return [self.form(inner) for inner in value]
        if isinstance(value, set | frozenset):
            return ["set", *(self.form(inner) for inner in sorted(value, key=_order))]
        if isinstance(value, Mapping):
            return ["map", *([self.form(key), self.form(inner)] for key, inner in value.items())]
        if isinstance(value, Guard | CareTask | SiteKey):
            return [type(value).__name__, value.name]
        if isinstance(value, Transition | Automatic):
            return [type(value).__name__, value.id]
        return self._fields(value) if _is_record(value) else self._callable(value)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, str):
            self._note([value])
        return value.isoformat() if isinstance(value, date) else value

    def _note(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.keys |= self._settings.intersection((text, *_PLACE.findall(text)))

    def _fields(self, item: Any) -> Any:
        return [type(item).__name__, {f.name: self.form(getattr(item, f.name)) for f in fields(item)}]

    def _callable(self, value: Any) -> Any:
        if isinstance(value, partial):
            return ["partial", self.form(value.func), self.form(value.args), self.form(value.keywords)]
        if isinstance(value, FunctionType):
            return self._once(value, self._function)
        if isinstance(value, type):
            return self._once(value, self._class)
        if hasattr(value, "__wrapped__"):
            return self.form(value.__wrapped__)
        if hasattr(value, "__qualname__") or getattr(value, "__module__", "") == "typing":
            return _name(value)
        raise TypeError(f"a rule names {value!r}, of which no content can be made")

    def _once(self, value: Any, form: Callable[[Any], Any]) -> Any:
        if value in self._met:
            return ["again", self._met[value]]
        self._met[value] = len(self._met)
        return form(value)

    def _function(self, function: FunctionType) -> Any:
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        held = dict(zip(function.__code__.co_freevars, cells, strict=True))
        if not _is_rule(function):
            return [_name(function), {name: self.form(value) for name, value in held.items()}]
        kept = self.form((function.__defaults__, function.__kwdefaults__))
        return ["function", kept, *self._code(function_written(function), function.__globals__ | held)]

    def _class(self, kind: type) -> Any:
        if not _is_rule(kind) or issubclass(kind, Fields):
            return _name(kind)
        return ["class", *self._code(class_written(kind), vars(sys.modules[kind.__module__]))]

    def _code(self, written: Written, known: Mapping[str, Any]) -> tuple[Any, Any]:
        """Code as it is written, and what stands behind the names in it."""
        self._note(written.texts)
        return written.shape, {name: self.form(known[name]) for name in sorted(written.names & known.keys())}


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _is_rule(value: Any) -> bool:
    module = value.__module__
    return not ENGINE.match(module) and module.partition(".")[0] not in sys.stdlib_module_names


def _order(value: Any) -> str:
    """By which the members of a set stand in the same order everywhere."""
    return _name(value) if hasattr(value, "__qualname__") else str(value)


def _name(value: Any) -> str:
    return f"{value.__module__}.{getattr(value, '__qualname__', value)}"
