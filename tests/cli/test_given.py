"""`--set` and `--file`: text becomes what the field asks for, and what is not understood is said."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.given import LARGEST, gather
from workflow.errors import Invalid
from workflow.records import KINDS


@pytest.mark.parametrize(
    ("name", "sets", "given"),
    [
        ("imaging", ["modality=ct_chest", "lung_lesions_right=2", "reported=2026-01-01"],
         {"modality": "ct_chest", "lung_lesions_right": 2, "reported": "2026-01-01"}),
        ("weight", ["kg=70.5"], {"kg": 70.5}),
        ("weight", ["kg=70"], {"kg": 70}),
        ("toxicity", ["grade=3", "term=rash = itching"], {"grade": 3, "term": "rash = itching"}),
        ("performance_status", ["ecog=0"], {"ecog": 0}),
        ("performance_status", ["ecog=unknown"], {"ecog": "unknown"}),
        ("prior_regimen", ["agents=doxorubicin, ifosfamide", "class=trial"],
         {"agents": ["doxorubicin", "ifosfamide"], "class": "trial"}),
        ("start_regimen", ['agents=["pazopanib"]', "line=2"], {"agents": ["pazopanib"], "line": 2}),
        ("labs", ['results=[{"analyte": "ALT", "value": 22, "unit": "U/L"}]'],
         {"results": [{"analyte": "ALT", "value": 22, "unit": "U/L"}]}),
        ("immunotherapy_screen", ["findings=none"], {"findings": ["none"]}),
        ("override", ["action=decide_surgery"], {"action": "decide_surgery"}),
        ("imaging", ["id=ct-1"], {"id": "ct-1"}),
    ],
)  # fmt: skip
def test_text_becomes_what_the_field_asks_for(name: str, sets: list[str], given: dict[str, Any]) -> None:
    assert gather(name, sets, None) == given


@pytest.mark.parametrize("text", ["1e999", "NaN", "Infinity", "１２", "1_000", "0x10", "9" * 5000, "two"])
def test_what_is_no_number_stays_text_for_the_rules_to_refuse(text: str) -> None:
    given = gather("weight", [f"kg={text}"], None)
    assert given == {"kg": text}
    with pytest.raises(Invalid, match="kg"):
        KINDS["weight"].accept(given)


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        (["modality"], "name=value"),
        (["=x"], "name=value"),
        (["report=final", "report=preliminary"], "report: is given twice"),
    ],
)
def test_what_is_not_understood_is_said(sets: list[str], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        gather("imaging", sets, None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[]", "holds no fields"),
        (b"{", "is no JSON"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "a: is given twice"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "is no JSON"),
        (b'{"a": "' + b"x" * 10_000_000 + b'"}', "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    with pytest.raises(Invalid, match=says):
        gather("imaging", [], str(file))


def test_a_file_with_a_mark_at_its_beginning_is_read(tmp_path: Path) -> None:
    """Windows writes it."""
    (tmp_path / "record.json").write_text('{"report": "final"}', encoding="utf-8-sig")
    assert gather("imaging", [], str(tmp_path / "record.json")) == {"report": "final"}


def test_a_name_given_in_the_file_and_beside_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text('{"report": "final"}', encoding="utf-8")
    assert gather("imaging", ["modality=pet_ct"], str(file)) == {"report": "final", "modality": "pet_ct"}
    with pytest.raises(Invalid, match="report: is given twice"):
        gather("imaging", ["report=final"], str(file))


def test_a_dash_reads_standard_input_and_no_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO(b'{"kg": 70}')
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    assert gather("weight", [], "-") == {"kg": 70}
    endless = io.BytesIO(b" " * (LARGEST * 3))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
    with pytest.raises(Invalid, match="larger than"):
        gather("weight", [], "-")
    assert endless.tell() < LARGEST * 2
