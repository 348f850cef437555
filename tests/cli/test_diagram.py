"""`asps diagram`: the pathway, and a patient on it."""

from pathlib import Path

import pytest

from tests.cli.asps import Asps
from workflow.vocabulary import State


def test_the_pathway_is_told_from_the_rules_that_run(bare: Asps) -> None:
    said = bare.ok("diagram", "pathway").out
    assert "stateDiagram" in said
    assert all(state.value in said for state in State)
    assert "interval_ct" in said, "a guard of the table"
    assert not bare.file.exists()


def test_a_patient_stands_somewhere_on_it(asps: Asps) -> None:
    said = asps.ok("diagram", "patient", "P-1").out
    assert "class staging here" in said
    assert asps.ok("diagram", "patient", "P-1", "--at", "2026-10-01T08:45").out != said
    assert asps("diagram", "patient", "P-9").code == 1


def test_a_picture_can_be_put_into_a_file(bare: Asps, tmp_path: Path) -> None:
    file = tmp_path / "pathway.mmd"
    result = bare.ok("diagram", "pathway", "-o", str(file))
    assert str(file) in "".join(result.out.split())
    assert "stateDiagram" in file.read_text(encoding="utf-8")
    assert bare("diagram", "pathway", "-o", "/no/such/folder/x.mmd").code == 1
    assert bare("diagram", "pathway", "--format", "crayon").code == 2


@pytest.mark.parametrize(("format", "begins"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_pictures_are_drawn_from_the_committed_layout(bare: Asps, tmp_path: Path, format: str, begins: bytes) -> None:
    file = tmp_path / f"pathway.{format}"
    bare.ok("diagram", "pathway", "--format", format, "-o", str(file))
    assert file.read_bytes().startswith(begins)
