"""Delivery: every notice told once, in one digest, with no patient in it; and told again where telling failed."""

import io
from datetime import date

import pytest

from notifications.console import Console, lines
from notifications.deliver import DeliveryError, deliver
from notifications.digest import Digest, Line
from storage.queries import Reader
from storage.tables import delivery
from tests.scheduler.clinic import AUTHOR, Clinic
from workflow.asps import ASPS


def due(*ids: str) -> Clinic:
    """A clinic on the day after staging was due."""
    clinic = Clinic()
    clinic.register(*ids)
    clinic.later(days=15)
    clinic.tick()
    return clinic


def test_many_notices_make_one_digest() -> None:
    clinic = due("P-1", "P-2", "P-3")
    assert clinic.deliver() == 6
    (message,) = clinic.listener.told
    assert (message.day, message.new) == (date(2026, 3, 17), 6)
    assert [line for line in message.lines if line.overdue] == [
        Line(title="baseline brain MRI", overdue=3, due=0, undated=0),
        Line(title="staging CT", overdue=3, due=0, undated=0),
    ]


def test_what_was_told_is_not_told_again() -> None:
    clinic = due("P-1")
    assert [clinic.deliver(), clinic.deliver()] == [2, 0]
    assert len(clinic.listener.told) == 1
    clinic.later(days=1)
    clinic.tick()
    assert clinic.deliver() == 0


def test_a_new_notice_brings_a_new_digest_with_all_that_is_pressing() -> None:
    clinic = due("P-1")
    clinic.deliver()
    clinic.register("P-2")
    clinic.later(days=20)
    clinic.tick()
    assert clinic.deliver() == 2
    assert {line.overdue for line in clinic.listener.told[-1].lines if line.overdue} == {2}


def test_what_was_done_in_the_meantime_is_not_told() -> None:
    clinic = due("P-1")
    clinic.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    assert clinic.deliver() == 1
    clinic = due("P-1")
    clinic.enter("P-1", "transfer")
    assert clinic.deliver() == 0
    assert clinic.listener.told == []
    assert clinic.count(delivery) == 2, "noted as settled, so that they do not come back"


def test_tasks_without_a_date_stand_in_every_digest() -> None:
    clinic = Clinic()
    clinic.ledger.set_site({"staging_ct.due_days": None}, now=clinic.now, author=AUTHOR)
    clinic.register("P-1")
    clinic.later(days=30)
    clinic.tick()
    clinic.deliver()
    undated = {line.title: line.undated for line in clinic.listener.told[-1].lines}
    assert undated["staging CT"] == 1
    assert undated["baseline brain MRI"] == 0


def test_what_could_not_be_told_stays_to_be_told() -> None:
    clinic = due("P-1")

    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    reader = Reader(clinic.engine, ASPS)
    with pytest.raises(DeliveryError, match="closed: Broken pipe"):
        deliver(reader, Console(Closed()), clinic.now)
    told = io.StringIO()
    assert deliver(reader, Console(told), clinic.now) == 2
    assert "2 new notices" in told.getvalue()


def test_each_channel_is_told_on_its_own() -> None:
    clinic = due("P-1")
    clinic.deliver()
    assert deliver(Reader(clinic.engine, ASPS), Console(io.StringIO()), clinic.now) == 2


def test_no_patient_is_named() -> None:
    clinic = due("WHO-IS-THIS")
    told = io.StringIO()
    deliver(Reader(clinic.engine, ASPS), Console(told), clinic.now)
    assert "WHO-IS-THIS" not in told.getvalue()


def test_a_digest_reads_as_a_small_table() -> None:
    message = Digest(
        day=date(2026, 3, 17),
        new=1,
        lines=(
            Line(title="baseline brain MRI", overdue=12, due=1, undated=0),
            Line(title="staging CT", overdue=0, due=0, undated=3),
        ),
    )
    assert list(lines(message)) == [
        "2026-03-17: 1 new notice",
        "  overdue  today  undated",
        "       12      1        -  baseline brain MRI",
        "        -      -        3  staging CT",
    ]
