"""The weeks ahead: what the chart and its table count, what they say they do not, and how many patients that is."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from tests.web.clinic import Clinic, Visitor
from tests.web.pages import words
from web.lists.chart import chart, top_of
from web.lists.weeks import Calendar, Weeks
from workflow.asps.completing import Demand

MONDAY = date(2026, 11, 23)


@pytest.fixture
def cora(client_as: Callable[[str], Visitor]) -> Visitor:
    return client_as("coordinator")


def numbers(page: str) -> dict[str, tuple[int, ...]]:
    """The table: scans, visits, decisions by week."""
    found = re.findall(r'<th scope="row"[^>]*>([\d-]+)</th>(.*?)</tr>', page, re.DOTALL)
    return {week: tuple(map(int, words(cells).split())) for week, cells in found}


def weeks(clinic: Clinic, calendar: Calendar, number: int = 12, patience: float = 60) -> Weeks:
    """The clinic's weeks."""
    reader = clinic.desk.reader
    site = reader.site()
    return calendar.weeks(reader, clinic.desk.pathway, site, site.today(clinic.now), number, patience)


def test_the_weeks_begin_on_monday_with_what_is_late(cora: Visitor) -> None:
    found = numbers(cora.get("/forecast").text)
    assert len(found) == 12 and list(found)[:2] == ["2026-11-23", "2026-11-30"]
    assert found["2026-11-23"] == (2, 0, 0)  # the CT and the MRI of P-1, both late
    assert found["2026-11-30"] == (2, 0, 0)  # those of P-2, due on 1 December
    assert len(numbers(cora.get("/forecast?weeks=26").text)) == 26
    assert cora.get("/forecast?weeks=1000").status_code == 422


def test_it_says_what_it_counts_and_what_not(cora: Visitor, clinic: Clinic) -> None:
    said = words(cora.get("/forecast").text)
    assert "3 patients on the pathway are counted." in said
    undated = sum(t.target is None for p in ("P-1", "P-2", "P-3") for t in clinic.desk.reader.tasks(p))
    assert f"Not counted: {undated} open tasks without a date" in said
    clinic.enter("P-2", "declare_death")
    said = words(cora.get("/forecast").text)
    assert "2 patients on the pathway are counted." in said


def test_the_chart_says_what_the_table_says(cora: Visitor) -> None:
    page = cora.get("/forecast").text
    told = re.findall(r"<title>week of ([\d-]+): (\d+) (\w+)</title>", page)
    places = ("scans", "visits", "decisions")
    assert told and sum(int(n) for _, n, _ in told) == sum(map(sum, numbers(page).values()))
    assert all(numbers(page)[week][places.index(what)] == int(n) for week, n, what in told)
    assert 'role="img"' in page and 'aria-labelledby="chart-title"' in page and "style=" not in page


def test_nobody_is_named(cora: Visitor) -> None:
    page = cora.get("/forecast").text
    assert "P-1" not in page and "Aalto" not in page


def test_a_change_is_seen_at_once_and_only_that_patient_is_counted_again(clinic: Clinic) -> None:
    calendar = Calendar()
    before = weeks(clinic, calendar)
    kept = dict(calendar.known)
    clinic.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    after = weeks(clinic, calendar)
    assert (before.of(Demand.SCAN)[0], after.of(Demand.SCAN)[0]) == (2, 1)
    assert calendar.known["P-2"] is kept["P-2"] and calendar.known["P-1"] is not kept["P-1"]


def test_whoever_has_no_time_counts_a_part_and_says_so(clinic: Clinic) -> None:
    calendar = Calendar()
    found = weeks(clinic, calendar, patience=-1)
    assert (found.counted, found.patients, found.complete) == (1, 3, False)
    found = weeks(clinic, calendar)
    assert (found.counted, found.patients, found.complete) == (3, 3, True)


def test_another_day_or_other_settings_begin_anew(clinic: Clinic) -> None:
    calendar = Calendar()
    weeks(clinic, calendar)
    first = calendar.known
    clinic.later(days=7)
    assert weeks(clinic, calendar).first == date(2026, 11, 30) and calendar.known is not first


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 5), (6, 10), (11, 20), (4001, 5000)])
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert top_of(most) == top


def test_bars_stand_inside_the_chart_and_nothing_is_drawn_for_nothing() -> None:
    counts = Counter({(0, Demand.SCAN): 3, (11, Demand.DECISION): 7, (2, Demand.DESK): 9})
    found = Weeks(first=MONDAY, number=12, counts=counts, undated=0, counted=1, patients=1)
    drawn = chart(found)
    assert [(bar.count, bar.demand) for bar in drawn.bars] == [(3, Demand.SCAN), (7, Demand.DECISION)]
    for bar in drawn.bars:
        assert bar.x >= drawn.left and bar.x + bar.width <= drawn.width
        assert bar.y >= 0 and round(bar.y + bar.height) == drawn.base
    assert drawn.bars[0].height / drawn.bars[1].height == pytest.approx(3 / 7, abs=0.01)


def test_a_patients_next_months(cora: Visitor, clinic: Clinic) -> None:
    said = words(cora.get(f"/patients/{clinic.handle('P-1')}/forecast").text)
    assert "late baseline brain MRI on the list now scan start of staging 2026-10-15 + 14 days = 2026-10-29" in said
    assert "Open without a date confirm histology" in said
    assert cora.get("/patients/nobody/forecast").status_code == 404
