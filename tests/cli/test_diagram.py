"""`asps diagram`: the pathway, a patient on it, and all of them."""

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


def test_all_patients_are_counted_on_it_and_none_is_named(asps: Asps) -> None:
    said = asps.ok("diagram", "cohort").out
    assert 'state "Staging (1)" as staging' in said or 'state "Staging (1), ' in said
    assert "accept_referral × 1" in said
    assert "P-1" not in said


def test_a_picture_can_be_put_into_a_file(bare: Asps, tmp_path: Path) -> None:
    file = tmp_path / "pathway.mmd"
    result = bare.ok("diagram", "pathway", "-o", str(file))
    assert str(file) in "".join(result.out.split())
    assert "stateDiagram" in file.read_text(encoding="utf-8")


BEGINS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "mermaid": b"---", "dot": b"digraph", "scxml": b"<?xml"}


@pytest.mark.parametrize("format", BEGINS)
def test_pictures_are_drawn_from_the_committed_layout(bare: Asps, tmp_path: Path, format: str) -> None:
    file = tmp_path / "pathway.anything"
    bare.ok("diagram", "pathway", "--format", format, "-o", str(file))
    assert file.read_bytes().startswith(BEGINS[format])


@pytest.mark.parametrize(("name", "begins"), [("a.SVG", b"<svg"), ("a.pdf", b"%PDF"), ("a.gv", b"digraph")])
def test_the_files_ending_says_what_to_write(bare: Asps, tmp_path: Path, name: str, begins: bytes) -> None:
    bare.ok("diagram", "pathway", "-o", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("patient", "P-9"), 1, "no patient 'P-9'; asps patient list shows who is registered"),
        (("patient",), 2, "Missing argument 'PATIENT'"),
        (("pathway", "--format", "crayon"), 2, "'crayon' is not one of 'mermaid', 'svg', 'png', 'pdf', 'dot', 'scxml'"),
        (
            ("pathway", "-o", "picture.gif"),
            2,
            "--format: picture.gif does not say what to write (allowed: mermaid, svg",
        ),
        (("pathway", "-o", "/no/such/folder/x.svg"), 1, "/no/such/folder/x.svg: No such file or directory"),
        (("cohort", "--format", "svg", "-o", "/"), 1, "/: Is a directory"),
        (("cohort", "--database", "/no/such/record.db"), 1, "there is no record at /no/such/record.db; run: asps init"),
    ],
)
def test_wrong_input_is_answered_with_the_way_out(asps: Asps, asked: tuple[str, ...], code: int, said: str) -> None:
    result = asps("diagram", *asked)
    assert result.code == code
    assert said in " ".join(result.err.split())
