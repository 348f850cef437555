"""What reaches the terminal: whole, harmless, and as it was written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.refusals import refusal
from cli.screen import command, facts, plain, say, shortly, table, two, words
from workflow.vocabulary import Blocker, Level


def shown(part: object, width: int = 40) -> str:
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(part)
    return captured.get()


@given(st.text())
def test_plain_text_is_one_line_that_commands_nothing(text: str) -> None:
    found = plain(text)
    assert not [c for c in found if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    found.encode("utf-8")


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("O'Brien", "Zoë Ångström", "李小龙", "50 % [sic] \\ /", "e\u0301"):
        assert plain(text) == text


def test_control_characters_are_written_out() -> None:
    assert plain("a\x1b[31mb\n\u202ec\U000e0001") == "a\\x1b[31mb\\x0a\\u202ec\\U000e0001"


@given(st.text(alphabet="[]/abc=bold#", max_size=20))
def test_markup_means_nothing(text: str) -> None:
    assert shown(words(text)).rstrip("\n") == text.rstrip()


@pytest.mark.parametrize("width", [20, 40, 80])
def test_cells_wrap_and_are_never_cut_off(width: int) -> None:
    id = "P-" + "7" * 62
    found = shown(table("Patient", "Task", "Due", rows=[(id, two("MRI", "of the brain"), "2026-10-15")]), width)
    assert "…" not in found
    assert found.count("7") == 62
    assert max(map(len, found.splitlines())) <= width


def test_a_command_to_be_copied_stays_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = "asps record DEMO-1 imaging --set modality=mri_brain --set report=final"
    say(command(text))
    assert capsys.readouterr().out == f"{text}\n"


def test_what_has_no_value_is_left_out() -> None:
    assert shown(facts([("one", "1"), ("none", ""), ("two", ["a", "b"]), ("nothing", [])])).split() == [
        "one", "1", "two", "a", "b",
    ]  # fmt: skip


def test_values_are_shown_as_people_say_them() -> None:
    labs = [{"analyte": "ALT", "value": 22, "unit": "U/L"}, {"analyte": "AST", "value": 19, "unit": "U/L"}]
    assert shortly(labs) == "ALT 22 U/L, AST 19 U/L"
    assert shortly(["cough", "pain"]) == "cough, pain"


def test_in_a_pipe_lines_have_no_blanks_at_their_ends(capsys: pytest.CaptureFixture[str]) -> None:
    say(table("A", "B", rows=[("x", ""), ("longer", "y")]), "plain [red]text[/]")
    lines = capsys.readouterr().out.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert lines[-1] == "plain [red]text[/]"


def test_a_refusal_says_how_to_go_on() -> None:
    def said(what: str, *blockers: Blocker) -> str:
        return " ".join(" ".join(shown(part, 120) for part in refusal(what, "P-1", blockers)).split())

    soft = Blocker(guard="single_regimen", level=Level.SOFT, why="another drug runs")
    hard = Blocker(guard="interval_ct", level=Level.HARD, why="no CT", cleared_by="a CT", source=("[S24] guide",))
    role = Blocker(guard="role", level=Level.ABSOLUTE, why="a clinician only")
    assert "repeat it with --reason" in said("start_regimen", soft)
    assert "asps override P-1 interval_ct" in said("decide_surgery", soft, hard)
    assert "--reason" not in said("decide_surgery", soft, hard)
    assert "asps why P-1 decide_surgery" in said("decide_surgery", hard)
    assert "asps why" not in said("transfer", role) + said("the amendment of r1", hard) + said("imaging", hard)
