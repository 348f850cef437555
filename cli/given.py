"""Fields as people give them: `--set name=value` and `--file record.json`, made into plain JSON values.

Text becomes a number or a list where the field asks for one; whether the value is right is for the rules to say.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workflow.acts import ACTS, Override
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.records import KINDS
from workflow.typed import no_constant, once_each, value_of

LARGEST = 1_000_000
"""Bytes of one file."""


def fields_of(name: str) -> type[Fields] | None:
    """The fields of a kind of record, an act or an override; None where there is no such thing."""
    if name == "override":
        return Override
    return KINDS.get(name) or (ACTS[name].fields if name in ACTS else None)


def known_kind(name: str) -> str:
    """The name of a kind of record. Raises Invalid: an act is not recorded, it is done."""
    if name not in KINDS:
        raise Invalid("kind", f"there is no kind of record {name[:60]!r}", allowed=", ".join(KINDS))
    return name


def known_act(name: str) -> str:
    """The name of an act. Raises Invalid: a fact is not done, it is recorded."""
    if name not in ACTS:
        raise Invalid("action", f"there is no act {name[:60]!r}", allowed=", ".join(ACTS))
    return name


def gather(name: str, sets: Sequence[str], file: str | None) -> dict[str, Any]:
    """Everything given for a record or act, by field. Raises Invalid; a name given twice is refused."""
    given = read_file(file) if file else {}
    types = _types(fields_of(name))
    for field, text in pairs(sets):
        if field in given:
            raise Invalid(field, "is given twice")
        given[field] = value_of(text, types.get(field), field)
    return given


def pairs(sets: Iterable[str]) -> Iterable[tuple[str, str]]:
    """`name=value`, taken apart. Raises Invalid."""
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Invalid("--set", f"{text[:60]!r} is not understood", allowed="name=value")
        yield name.strip(), value


def read_file(file: str) -> dict[str, Any]:
    """The fields in a JSON file, `-` for standard input. Raises Invalid; a name given twice is refused."""
    raw = _bytes(file)
    if len(raw) > LARGEST:
        raise Invalid("--file", f"is larger than {LARGEST // 1_000_000} MB; that is no record")
    try:
        found = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once_each, parse_constant=no_constant)
    except UnicodeDecodeError:
        raise Invalid("--file", "is no text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Invalid("--file", f"is no JSON: {str(error)[:120]}") from None
    if not isinstance(found, dict):
        raise Invalid("--file", "holds no fields", allowed='a JSON object such as {"modality": "ct_chest"}')
    return found


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as stream:
        return stream.read(LARGEST + 1)


def _types(fields: type[Fields] | None) -> Mapping[str, Any]:
    if fields is None:
        return {}
    return {field.alias or name: field.annotation for name, field in fields.model_fields.items()}
