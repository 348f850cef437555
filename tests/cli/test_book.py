"""`asps pathway show` and `asps pathway sign`."""

import json
from pathlib import Path

import pytest

from tests.cli.asps import Asps
from workflow.asps import ASPS

SIGN = ("--by", "clinician", "--user", "dr-a", "--at", "2026-10-06T12:00")


def plain(text: str) -> str:
    """Without the wrapping of lines and the frames."""
    return " ".join(text.replace("│", " ").split())


def test_the_whole_book_in_the_terminal(asps: Asps) -> None:
    shown = plain(asps.ok("pathway", "show").out)
    assert shown.startswith("Review book: the pathway of metastatic alveolar soft part sarcoma Decision support")
    for name in ("pathway_ended", "X05t", "T-CHEMO-TTP", "T15b", "surveillance_visit", "palliative.offer_days"):
        assert name in shown
    assert "0 signed, 0 changed since it was signed" in shown


def test_one_rule_is_shown_in_full(asps: Asps) -> None:
    shown = plain(asps.ok("pathway", "show", "--only", "guard:interval_ct").out)
    for part in (
        "a final chest CT at least 3 calendar months after the index CT",
        "hard stop: only an override by two clinicians passes it",
        "a coordinator: have the interval CT done",
        "interval_ct.months = 3 (default)",
        "source guide, line 21, citation marker 1; H; no independent source found",
        "– not signed",
    ):
        assert part in shown


@pytest.mark.parametrize("form", ["json", "markdown", "html"])
def test_the_forms_on_standard_output_and_in_a_file_are_the_same(asps: Asps, tmp_path: Path, form: str) -> None:
    out = asps.ok("pathway", "show", "--format", form, "--only", "surgery").out
    file = tmp_path / "book"
    asps.ok("pathway", "show", "--format", form, "--only", "surgery", "-o", str(file))
    assert file.read_text(encoding="utf-8") == out


@pytest.mark.parametrize(
    ("ending", "starts"), [(".md", "# Review"), (".html", "<!DOCTYPE"), (".json", "{"), (".txt", "Review book")]
)
def test_the_ending_of_the_file_tells_the_form(asps: Asps, tmp_path: Path, ending: str, starts: str) -> None:
    file = tmp_path / f"book{ending}"
    asps.ok("pathway", "show", "-o", str(file))
    assert file.read_text(encoding="utf-8").startswith(starts)
    assert "\x1b" not in file.read_text(encoding="utf-8")


def test_a_signature_is_shown_and_ends_with_a_setting_that_the_rule_reads(asps: Asps) -> None:
    signed = asps.ok("pathway", "sign", "guard:interval_ct", *SIGN, "--reason", "read")
    assert "guard:interval_ct is signed by dr-a, 2026-10-06" in plain(signed.out)
    shown = asps.ok("pathway", "show", "--format", "json", "--only", "guard:interval_ct").json
    assert shown["sections"][0]["rules"][0]["sign_off"]["standing"] == "signed"
    assert "signed in part (1 of " in shown["disclaimers"][1]
    asps.ok("site", "set", "interval_ct.months=4")
    again = plain(asps.ok("pathway", "show", "--only", "guard:interval_ct").out)
    assert "at least 4 calendar months" in again
    assert "! changed since it was signed by dr-a, 2026-10-06" in again
    asps.ok("journal", "verify")


def test_signing_twice_writes_one_entry(asps: Asps) -> None:
    first = asps.ok("pathway", "sign", "X11", *SIGN, "--json").json
    before = asps.content()
    assert asps.ok("pathway", "sign", "X11", *SIGN, "--json").json == first
    assert asps.content() == before
    assert (first["rule"], first["user"], first["pathway"]) == ("transition:X11", "dr-a", ASPS.version)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("X11", "--by", "coordinator"), "only a clinician"),
        (("X11",), "--by"),
        (("interval_ct", "--by", "clinician"), "task:interval_ct, guard:interval_ct"),
        (("no_first_line_chemo", "--by", "clinician"), "guard:no_first_line_chemotherapy"),
        (("[bold]x[/bold]\x1b[31m", "--by", "clinician"), "[bold]x[/bold]"),
    ],
)
def test_what_cannot_be_signed_is_said_and_nothing_is_written(
    asps: Asps, arguments: tuple[str, ...], says: str
) -> None:
    before = asps.content()
    result = asps("pathway", "sign", *arguments)
    assert result.code == 2
    assert says in plain(result.err)
    assert "\x1b" not in result.err
    assert asps.content() == before


def test_an_unknown_topic_is_answered_with_what_is_near(asps: Asps) -> None:
    result = asps("pathway", "show", "--only", "intervall scan")
    assert result.code == 2
    assert "Interval scan" in result.err


def test_what_people_typed_is_shown_as_it_is(asps: Asps) -> None:
    asps.ok("pathway", "sign", "X11", "--by", "clinician", "--user", "[bold]<b>dr</b>[/bold]")
    assert "[bold]<b>dr</b>[/bold]" in plain(asps.ok("pathway", "show", "--only", "X11").out)
    assert "&lt;b&gt;dr&lt;/b&gt;" in asps.ok("pathway", "show", "--only", "X11", "--format", "html").out


def test_without_any_record_the_book_has_the_defaults(
    bare: Asps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = bare.ok("pathway", "show", "--only", "guard:interval_ct", "--database", "asps.db")
    assert "no site: every number is the default" in plain(shown.out)
    assert not bare.file.exists()
    missing = bare("pathway", "show", "--database", "other.db")
    assert (missing.code, "there is no record at other.db" in missing.err) == (1, True)


def test_programs_read_the_whole_book(asps: Asps) -> None:
    read = json.loads(asps.ok("pathway", "show", "--format", "json").out)
    assert (read["version"], read["revision"]) == (ASPS.version, 1)
