"""The proof can fail: faults are planted, and each is found, with the shortest way there as a story that plays."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cli.stories.runner import run_file
from tests.workflow.proof.planted import NOT_PLAYABLE, PLANTED, PLANTED_DEEP
from tests.workflow.proof.planted_ends import PLANTED_ENDS, SEEN_LATER
from tests.workflow.proof.planted_guards import PLANTED_GUARDS, PLANTED_OVERRIDES
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.pathway import Pathway
from workflow.proof.beside import explored_group
from workflow.proof.checking import Watcher, check, explored
from workflow.proof.clearing import clearing
from workflow.proof.dead_ends import dead_ends
from workflow.proof.exploring import Explored, walk
from workflow.proof.forgotten import Forgotten
from workflow.proof.meanings import Meanings
from workflow.proof.numbers import numbers
from workflow.proof.pitfalls import pitfalls
from workflow.proof.races import Races
from workflow.proof.sites import decided, undecided
from workflow.proof.slices import SLICES
from workflow.proof.telling import story
from workflow.proof.timers import timers
from workflow.proof.verdicts import Fault, Verdict
from workflow.site import Site
from workflow.steps import Accepted, Decision, Step, entry_of


def first_fault(pathway: Pathway, number: int) -> Fault:
    """The first fault that one property finds: as little is explored as it takes."""
    fault = next((v.fault for v in verdicts(pathway, number) if v.fault), None)
    assert fault is not None, "nothing was found"
    return fault


def verdicts(pathway: Pathway, number: int) -> Iterator[Verdict]:
    site, own, found = decided(pathway), undecided(pathway), Explored()
    if number in (1, 5, 9):
        watchers: dict[int, Watcher] = {1: Forgotten(pathway, own), 5: Races(), 9: Meanings(found)}
        watcher = watchers[number]
        for here in walk(found, pathway, site):
            watcher.look(here, found.worlds[here])
            if watcher.fault:
                break
        yield watcher.verdict()
    elif number == 6:
        changed = {t.name for t in pathway.tasks.values() if t is not ASPS.tasks[t.name]}
        groups = [one for one in SLICES if one.tasks & changed]
        yield from (timers(found, [explored_group(one, pathway, site, own)]) for one in groups)
    elif number == 8:
        for here in walk(found, pathway, site):
            if len(found.worlds) > 60 and here:
                break
        yield clearing(found, pathway, site)[0]
    else:
        yield {2: pitfalls, 7: numbers}[number](pathway, site)


def plays(pathway: Pathway, fault: Fault, folder: Path) -> None:
    """The story of a fault, read from a file as anyone would."""
    file = folder / "fault.yaml"
    file.write_text(yaml.safe_dump(story(fault), sort_keys=False), encoding="utf-8")
    played = run_file(pathway, file)
    assert played.good, [f"step {d.step} {d.what}: {d.says}" for d in played.differences]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", [*PLANTED, *PLANTED_ENDS])
def test_a_planted_fault_is_found_and_its_story_plays(name: str, tmp_path: Path) -> None:
    number, planted = (PLANTED | PLANTED_ENDS)[name]
    pathway = planted()
    fault = first_fault(pathway, number)
    plays(pathway, fault, tmp_path)


@pytest.mark.parametrize("name", PLANTED_GUARDS)
def test_a_guard_that_looks_at_the_wrong_thing_is_found(name: str, tmp_path: Path) -> None:
    pathway = PLANTED_GUARDS[name]()
    plays(pathway, first_fault(pathway, 2), tmp_path)


@pytest.mark.parametrize("name", PLANTED_OVERRIDES)
def test_an_override_that_is_worth_too_much_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.decide.live_overrides", PLANTED_OVERRIDES[name])
    plays(ASPS, first_fault(ASPS, 2), tmp_path)


def test_an_override_of_one_signer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.decide.grant", granted_to_anyone)
    plays(ASPS, first_fault(ASPS, 2), tmp_path)


def granted_to_anyone(pathway: Pathway, chart: Chart, site: Site, step: Step) -> Decision:
    """An override, whoever asks for it and whoever signs."""
    entry = entry_of(step, site)
    return Accepted(chart=chart.plus(entry), entry=entry)


@pytest.mark.parametrize("name", [*NOT_PLAYABLE, *SEEN_LATER])
def test_a_fault_that_no_story_shows_is_found_all_the_same(name: str) -> None:
    number, planted = (NOT_PLAYABLE | SEEN_LATER)[name]
    assert "nobody is reminded of a patient in sur" in first_fault(planted(), number).why


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", PLANTED_DEEP)
def test_a_fault_that_hides_is_found_when_all_has_been_explored(name: str, tmp_path: Path) -> None:
    number, planted = PLANTED_DEEP[name]
    pathway = planted()
    verdicts = [dead_ends(explored(pathway)[0])] if number == 3 else check(pathway).verdicts
    fault = next(v.fault for v in verdicts if v.number == number)
    assert fault is not None
    plays(pathway, fault, tmp_path)


@pytest.mark.parametrize("number", [2, 7])
def test_what_is_as_it_should_be_is_no_fault(number: int) -> None:
    assert all(v.holds for v in verdicts(ASPS, number))


@pytest.mark.parametrize("line", ["months(2)", "add_months(day, 2 * n)", "timedelta(days=1)", "_age(case) >= 2"])
def test_a_small_number_of_which_a_date_or_an_age_is_made_needs_a_source(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = inspect.getsource
    planted = sys.modules["workflow.asps.follow_up"]
    monkeypatch.setattr(inspect, "getsource", lambda file: read(file) + (f"\n{line}\n" if file is planted else ""))
    assert "workflow.asps.follow_up holds" in first_fault(ASPS, 7).why


def test_at_least_twenty_faults_are_planted() -> None:
    assert len(PLANTED) + len(PLANTED_DEEP) >= 20
