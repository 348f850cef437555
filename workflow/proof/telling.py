"""A patient's steps as a story that plays: plain values, as a story file holds them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from workflow.acts import ACTS
from workflow.proof.verdicts import Fault
from workflow.proof.worlds import Line, World
from workflow.site import Site
from workflow.vocabulary import Role

FORMAT = "%Y-%m-%dT%H:%M"


def story(fault: Fault) -> dict[str, Any]:
    """The shortest way to a fault, with what is true at its end."""
    world = fault.world
    steps = [step for line in world.lines for step in _step(line)] or [_nothing(world)]
    if fault.expect:
        steps[-1] = {**steps[-1], "expect": _plain(fault.expect)}
    return {
        "story": fault.why[:4000],
        "site": _settings(world.site),
        "patient": {"id": world.chart.patient.id, "born": str(world.chart.patient.born), "can_become_pregnant": "no"},
        "steps": steps,
    }


def _settings(site: Site) -> dict[str, str]:
    """What the site has set, as texts."""
    texts = {key: "-".join(map(str, v)) if isinstance(v, tuple) else str(v) for key, v in site.values.items() if v}
    return {"timezone": "UTC", **texts}


def _nothing(world: World) -> dict[str, Any]:
    return {"tick": world.now.strftime(FORMAT)}


def _step(line: Line) -> Iterator[dict[str, Any]]:
    at = line.at.strftime(FORMAT)
    if line.verb == "tick":
        yield {"tick": at}
        return
    step: dict[str, Any] = {"at": at, line.verb: line.what}
    if line.on:
        step["on"] = str(line.on)
    if fields := _fields(line):
        step["with"] = fields
    if line.reason:
        step["reason"] = line.reason
    if line.by is not Role.CLINICIAN:
        step["by"] = line.by.value
    yield step


def _fields(line: Line) -> dict[str, Any]:
    """What the step says; an entry that may be corrected carries its id."""
    given = line.fields.plain() if line.fields else {}
    if line.verb == "amend":
        return {name: given[name] for name in line.only}
    if line.verb == "override":
        return {name: value for name, value in given.items() if name != "guard"}
    return {"id": line.id, **given} if line.verb == "record" or line.what in ACTS else given


def _plain(expect: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in expect.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _value(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, date) else value
