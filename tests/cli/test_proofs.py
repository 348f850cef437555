"""`asps pathway check`: the proof at the terminal."""

from pathlib import Path

import pytest

from cli.proofs import _counterexample, _plain, _shown
from cli.screen import say
from cli.stories.runner import run_file
from tests.cli.asps import Asps
from tests.workflow.proof.planted import PLANTED
from workflow.pathway import Pathway
from workflow.proof.checking import Proof
from workflow.proof.exploring import Explored
from workflow.proof.pitfalls import pitfalls
from workflow.proof.sites import decided

FAULT = "chemotherapy may come first"


def faulty() -> tuple[Pathway, Proof]:
    """A pathway with a fault, and what the proof says of it."""
    pathway = PLANTED[FAULT][1]()
    verdict = pitfalls(pathway, decided(pathway))
    return pathway, Proof(version=pathway.version, verdicts=(verdict,), found=Explored(), beside={})


def test_a_fault_is_told_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    _, proof = faulty()
    say(*_shown(proof))
    said = " ".join(capsys.readouterr().out.split())
    assert "✗ 2. The four pitfalls" in said
    assert "first-line chemotherapy: start_regimen was accepted" in said
    assert "do start_regimen agents ['doxorubicin']" in said
    assert "Not every property holds" in said


def test_the_story_of_a_fault_is_a_file_that_plays(tmp_path: Path) -> None:
    pathway, proof = faulty()
    file = tmp_path / "fault.yaml"
    file.write_text(_counterexample(proof), encoding="utf-8")
    assert run_file(pathway, file).good
    (verdict,) = _plain(proof)["verdicts"]
    assert verdict["counterexample"]["steps"][-1]["do"] == "start_regimen"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_pathway_that_runs_is_proven(tmp_path: Path) -> None:
    said = Asps(tmp_path).set_up().ok("pathway", "check", "--json").json
    assert said["holds"]
    assert [v["number"] for v in said["verdicts"]] == [*range(1, 10)]
    assert said["configurations"] > 1000
