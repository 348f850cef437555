"""`init` and `site`: what must not stay open by oversight is asked for, and what is open is shown."""

import os
import pty
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.asps import Asps
from workflow.asps.site_keys import KEYS

ASKED = [key.name for key in KEYS.values() if key.ask]


def test_what_a_site_is_asked_for() -> None:
    assert sorted(ASKED) == ["brain_mri.due_days", "mdt.due_days", "override.expiry_hours", "staging_ct.due_days"]


def test_without_a_terminal_it_says_what_is_missing_and_writes_nothing(bare: Asps) -> None:
    result = bare("init", "--set", "mdt.due_days=7", stdin="Europe/Amsterdam\n")
    assert result.code == 2
    for name in ("timezone", "brain_mri.due_days", "staging_ct.due_days", "override.expiry_hours", "--yes"):
        assert name in result.err
    assert "mdt.due_days" not in result.err
    assert not bare.file.exists()


def test_with_everything_given_nothing_is_asked(bare: Asps) -> None:
    given = ["timezone=Asia/Tokyo", *(f"{name}=14" for name in ASKED)]
    bare.ok("init", *(part for setting in given for part in ("--set", setting)))
    shown = bare.ok("site", "show", "--json").json
    assert {s["key"]: s["value"] for s in shown["settings"] if s["value"] == 14} == dict.fromkeys(ASKED, 14)
    assert stat.S_IMODE(bare.file.stat().st_mode) == 0o600


def test_later_has_to_be_typed_and_then_shows_as_an_open_decision(bare: Asps) -> None:
    bare.ok("init", "--yes", "--set", "timezone=Asia/Tokyo", "--set", "mdt.due_days=later")
    assert "mdt.due_days" in bare.ok("site", "show", "--json").json["open_decisions"]


def test_with_yes_and_no_zone_it_is_utc_and_says_so(bare: Asps) -> None:
    assert "dates in UTC" in " ".join(bare.ok("init", "--yes").out.split())
    assert bare.ok("worklist", "--json").json == []


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("mdt.due_days=-1", "mdt.due_days: '-1' is not possible"),
        ("mdt.due_days=soon", "whole days"),
        ("mdt.due_day=7", "there is no such setting"),
        ("timezone=Mars/Olympus", "IANA"),
        ("timezone=later", "timezone"),
        ("timezone=../../etc/passwd", "timezone"),
        ("mdt", "name=value"),
    ],
)
def test_a_wrong_setting_makes_no_record(bare: Asps, setting: str, says: str) -> None:
    result = bare("init", "--yes", "--set", setting)
    assert (result.code, bare.file.exists()) == (2, False)
    assert says in result.err


def test_a_second_init_changes_nothing(asps: Asps) -> None:
    before = asps.content()
    result = asps("init", "--yes", "--set", "timezone=Asia/Tokyo")
    assert (result.code, "already set up" in result.err) == (1, True)
    assert asps.content() == before


def answered(folder: Path, answers: list[str]) -> tuple[int, str]:
    """Runs `asps init` at a terminal and types the answers as they are asked for."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100", "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "init"], cwd=folder, stdin=follower, stdout=follower, stderr=follower,
        env=environment,
    )  # fmt: skip
    os.close(follower)
    said = _typed(leader, answers)
    return process.wait(timeout=30), said


def _typed(leader: int, answers: list[str]) -> str:
    said, asked = b"", 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            chunk = os.read(leader, 4096)
        except OSError:  # the other end is closed: the process is done
            break
        said += chunk
        while asked < len(answers) and said.count(b"  : ") > asked:
            os.write(leader, answers[asked].encode() + b"\n")
            asked += 1
    os.close(leader)
    return said.decode()


def test_at_a_terminal_it_asks_until_the_answer_is_possible(tmp_path: Path) -> None:
    code, said = answered(tmp_path, ["later", "Europe/Amsterdam", "72", "14", "soon", "", "later", "7"])
    assert code == 0, said
    assert "'later' is not possible" in said
    assert "'soon' is not possible" in said
    asps = Asps(tmp_path)
    shown = {s["key"]: s for s in asps.ok("site", "show", "--json").json["settings"]}
    assert {name: shown[name]["value"] for name in ["timezone", *sorted(ASKED)]} == {
        "timezone": "Europe/Amsterdam", "brain_mri.due_days": None, "mdt.due_days": 7, "override.expiry_hours": 72,
        "staging_ct.due_days": 14,
    }  # fmt: skip
    assert shown["brain_mri.due_days"]["open"]


def test_site_show_tells_every_setting_with_source_and_who_set_it(asps: Asps) -> None:
    asps.ok(
        "site", "set", "mdt.due_days=10", "--user", "coordinator-9", "--at", "2026-10-02T10:00", "--reason", "agreed"
    )
    shown = asps.ok("site", "show", "--json").json
    assert [s["key"] for s in shown["settings"]] == list(KEYS)
    assert all(s["source"] and s["title"] and s["allowed"] for s in shown["settings"])
    one = next(s for s in shown["settings"] if s["key"] == "mdt.due_days")
    assert (one["value"], one["set_by"], one["set_as"], one["set_at"], one["reason"]) == (
        10, "coordinator-9", "coordinator", "2026-10-02T08:00:00+00:00", "agreed",
    )  # fmt: skip
    assert shown["revision"] == 2
    assert "mdt.due_days" not in shown["open_decisions"]
    assert "brain_surv.months_clear" in shown["open_decisions"]
    assert "coordinator-9" in asps.ok("site", "show", "mdt.due_days").out


def test_a_setting_can_be_opened_again(asps: Asps) -> None:
    asps.ok("site", "set", "mdt.due_days=UNSET")
    assert "mdt.due_days" in asps.ok("site", "show", "--json").json["open_decisions"]


def test_a_setting_given_as_two_words_is_understood(asps: Asps) -> None:
    asps.ok("site", "set", "confirm_pd.window", "30-60")
    one = asps.ok("site", "show", "confirm_pd.window", "--json").json["settings"][0]
    assert one["value"] == [30, 60]


@pytest.mark.parametrize(
    "given", [["nonsense=1"], ["mdt.due_days=x"], ["mdt.due_days=1", "mdt.due_days=2"], ["mdt"], []]
)
def test_a_wrong_setting_changes_nothing(asps: Asps, given: list[str]) -> None:
    result = asps("site", "set", *given)
    assert result.code == 2
    assert asps.ok("site", "show", "--json").json["revision"] == 1


def test_an_unknown_setting_cannot_be_shown(asps: Asps) -> None:
    assert asps("site", "show", "nonsense").code == 2


def test_a_new_setting_reaches_the_worklist_with_the_next_tick(asps: Asps) -> None:
    asps.ok("site", "set", "brain_mri.due_days=20")
    said = asps.ok("tick", "--at", "2026-10-02T09:00").out
    assert "planned anew" in said
    due = {row["task"]: row["due"] for row in asps.ok("worklist", "--json").json}
    assert due["baseline_brain_mri"] == "2026-10-21"
