"""`asps patient adopt`: where a patient stands, since when, and why."""

from pathlib import Path

import pytest

from tests.cli.asps import Asps

AT = ("--at", "2026-11-02T09:00")


@pytest.fixture
def newcomer(tmp_path: Path) -> Asps:
    """A record with a patient who was just registered."""
    asps = Asps(tmp_path)
    asps.ok("init", "--yes", "--set", "timezone=Europe/Amsterdam")
    asps.ok("patient", "add", "P-1", "--born", "1990-01-01", *AT)
    asps.ok("record", "P-1", "imaging", "--set", "modality=ct_chest", "--set", "report=final",
            "--set", "lung_lesions_right=2", "--on", "2026-08-20", *AT)  # fmt: skip
    return asps


ADOPT = ("patient", "adopt", "P-1", "--state", "interval_wait", "--since", "2026-09-15", "--reason", "waits", *AT)


def test_the_plan_runs_from_today_and_says_what_is_missing(newcomer: Asps) -> None:
    before = newcomer.content()
    assert "interval CT" in newcomer.ok(*ADOPT, "--dry-run").out
    assert newcomer.content() == before
    said = " ".join(newcomer.ok(*ADOPT, "--staging-started", "2026-08-01", "--user", "dr-a").out.split())
    assert "referred → interval wait" in said and "2026-11-20" in said
    shown = newcomer.ok("patient", "show", "P-1", "--json", *AT).json
    assert (shown["state"], shown["since"]) == ("interval_wait", "2026-09-15")
    missing = next(task for task in shown["tasks"] if task["task"] == "complete_missing_data")
    assert "histology, centre_role" in missing["why"]


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("--by", "coordinator"), 1, "adopt may be done by a clinician only"),
        (("--since", "2027-01-01"), 1, "lies in the future"),
        (("--since", "3/4/2026"), 2, "since"),
        (("--state", "asleep"), 2, "asleep"),
        (("--reason", ""), 2, "reason: is required"),
    ],
)
def test_what_is_not_possible_is_said(newcomer: Asps, change: tuple[str, ...], code: int, says: str) -> None:
    result = newcomer(*ADOPT, *change)
    assert (result.code, says in " ".join((result.out + result.err).split())) == (code, True), result
    assert newcomer.ok("patient", "show", "P-1", "--json").json["state"] == "referred"


def test_state_since_and_reason_are_asked_for(newcomer: Asps) -> None:
    for option in ("--state", "--since", "--reason"):
        place = ADOPT.index(option)
        result = newcomer(*ADOPT[:place], *ADOPT[place + 2 :])
        assert result.code == 2 and option.strip("-") in result.err
