"""Anything that could be entered: strategies made from the field models themselves."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from workflow.fields import Fields
from workflow.labs import UNITS, LabResult

Values = st.SearchStrategy[Any]
AGENTS = ("atezolizumab", "pembrolizumab", "pazopanib", "axitinib", "doxorubicin")
SCHEDULES = ("1200_q3w", "840_q2w", "200_q3w", "120_q4w", "4_q4w")


def fields_of(kind: type[Fields], around: date, ids: tuple[str, ...]) -> Values:
    """Plain JSON fields that this kind accepts; dates near a day, references to entries on file."""
    required = {_name(kind, n): _values(kind, n, around, ids) for n in kind.model_fields if _needed(kind, n)}
    optional = {_name(kind, n): _values(kind, n, around, ids) for n in kind.model_fields if not _needed(kind, n)}
    return st.fixed_dictionaries(required, optional=optional)


def _name(kind: type[Fields], name: str) -> str:
    return kind.model_fields[name].alias or name


def _needed(kind: type[Fields], name: str) -> bool:
    return kind.model_fields[name].is_required()


def _values(kind: type[Fields], name: str, around: date, ids: tuple[str, ...]) -> Values:
    if kind is LabResult:
        raise AssertionError("laboratory results are made as a whole")
    if name in ("agents", "agent") and kind.__name__ not in ("StartBoneAgent", "GiveBoneAgent"):
        return (
            st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2) if name == "agents" else st.sampled_from(AGENTS)
        )
    if name == "schedule":
        return st.sampled_from(SCHEDULES)
    if name in ("imaging", "index_ct", "regimen", "surgery", "target"):
        return st.sampled_from(ids or ("none",))
    if name in ("reference_centre", "centre"):
        return st.sampled_from(("RC-1", "RC-2"))
    return _of(kind.model_fields[name].annotation, around)


def _of(annotation: Any, around: date) -> Values:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(args[0], around)
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, UnionType):
        return st.one_of(*(_of(a, around) for a in args if a is not NoneType))
    if origin is list:
        return _LABS if args[0] is LabResult else st.lists(_of(args[0], around), min_size=1, max_size=3)
    return _plain(annotation, around)


def _plain(annotation: Any, around: date) -> Values:
    if annotation is datetime:
        return st.just("2099-01-01T00:00:00+00:00")
    if annotation is date:
        return st.integers(-400, 200).map(lambda n: (around + timedelta(days=n)).isoformat())
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from([member.value for member in annotation])
    return {int: st.integers(0, 4), float: st.sampled_from([0.5, 9.0, 11.0, 120.0]), str: _TEXT}[annotation]


_TEXT = st.sampled_from(["cough", "seen on the disc", "TRIAL-1"])


def _results() -> Iterator[Values]:
    for analyte, units in UNITS.items():
        yield st.fixed_dictionaries(
            {"analyte": st.just(analyte), "value": st.sampled_from([5, 30, 130, 400]), "unit": st.sampled_from(units)},
            optional={"uln": st.just(40), "lln": st.just(10)},
        )


_LABS = st.lists(st.one_of(*_results()), min_size=1, max_size=9)
