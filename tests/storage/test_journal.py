"""The journal: append-only, chained, and folded to exactly the chart that was decided on."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from storage import posting
from storage.casefile import fold
from storage.chain import hash_of
from storage.codec import canonical
from storage.database import memory_database, writing
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.tables import journal
from storage.verify import verify
from tests.storage.clinic import CT, DOCTOR, LIMITED, MRI, START, accepted, opened, registered, snapshot
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.errors import AspsError, Invalid, NotFound

NOTICE = (
    "INTO notice (id, patient, task, subject, occurrence, due, stage, at) VALUES "
    "(7, 'P-1', 'staging_ct', 'once', 1, '2026-11-16', 'due', '2026-11-16 00:00:00')"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = '{}'",
        "UPDATE journal SET seq = 9 WHERE seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 2",
        "UPDATE notice SET stage = 'overdue'",
        "DELETE FROM notice",
    ],
)
def test_the_journal_and_the_notices_are_append_only(both: Engine, statement: str) -> None:
    accepted(opened(both))
    with writing(both).begin() as connection:
        connection.execute(text(f"INSERT {NOTICE}"))
    before = snapshot(both)
    with pytest.raises(IntegrityError, match="is append-only"), writing(both).begin() as connection:
        connection.execute(text(statement))
    assert snapshot(both) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO journal SELECT stream, seq, at, '{}', effects, prev, hash FROM journal",
        "REPLACE INTO journal SELECT stream, seq, at, '{}', effects, prev, hash FROM journal WHERE seq = 1",
        "INSERT INTO journal SELECT * FROM journal WHERE true ON CONFLICT DO UPDATE SET payload = '{}'",
        f"INSERT OR REPLACE {NOTICE.replace('(7,', '(8,')}",
    ],
)
def test_sqlite_does_not_replace_what_is_there(engine: Engine, statement: str) -> None:
    accepted(opened(engine))
    with writing(engine).begin() as connection:
        connection.execute(text(f"INSERT {NOTICE}"))
    before = snapshot(engine)
    with pytest.raises(IntegrityError, match="is append-only"), writing(engine).begin() as connection:
        connection.execute(text(statement))
    assert snapshot(engine) == before


@pytest.mark.parametrize("statement", ["TRUNCATE journal CASCADE", "TRUNCATE notice CASCADE"])
def test_postgresql_does_not_truncate(postgres_url: str, statement: str) -> None:
    from storage.database import open_database

    engine = open_database(postgres_url)
    with pytest.raises(IntegrityError, match="is append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_hash_of_an_entry_stays_what_it_was() -> None:
    """Hashes of years ago must still verify: this value never changes."""
    at = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    hashed = hash_of("P-1", 1, at, '{"a":"é"}', "{}", "")
    assert hashed == "484f12fa95855f963ad077b13f342a81bd2f5cedab8c2d22458e0cef23968605"


def test_every_part_of_an_entry_is_in_its_hash() -> None:
    at = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    one: dict[str, Any] = {"name": "P-1", "seq": 1, "at": at, "payload": "{}", "effects": "[]", "prev": ""}
    other = {
        "name": "P-2",
        "seq": 2,
        "at": at + timedelta(microseconds=1),
        "payload": "{} ",
        "effects": "",
        "prev": "a",
    }
    assert len({hash_of(**one), *(hash_of(**{**one, name: value}) for name, value in other.items())}) == 7


def test_the_json_is_canonical() -> None:
    assert canonical({"b": 1, "a": ["é", None, 0.1]}) == '{"a":["é",null,0.1],"b":1}'
    assert "\n" not in canonical({"text": "one\ntwo"})
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_an_entry_carries_who_when_and_under_what(ledger: Ledger) -> None:
    registered(ledger)
    now = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # the day after, at the site
    ledger.enter("P-1", "weight", {"kg": 70}, now=now, author=DOCTOR, stated=True, reason="a reason", key="k")
    with ledger.engine.connect() as connection:
        row = connection.execute(select(journal).where(journal.c.stream == "P-1", journal.c.seq == 2)).one()
    payload = json.loads(row.payload)
    assert len(payload.pop("key")) == 48
    assert payload == {
        "kind": "record",
        "id": "r2",
        "name": "weight",
        "fields": {"kg": 70.0},
        "at": "2026-11-02T23:30:00.000000+00:00",
        "day": "2026-11-03",
        "on": "2026-11-03",
        "by": "clinician",
        "user": "dr-a",
        "reason": "a reason",
        "stated": True,
        "pathway": ASPS.version,
        "settings": 1,
    }
    assert row.at == now
    assert json.loads(row.effects) == {"state": "referred", "since": "2026-11-02"}


def test_an_entry_that_cannot_be_read_says_so() -> None:
    rows = [(1, '{"kind": "registration"}')]
    with pytest.raises(AspsError, match="entry 1 of patient P-1 cannot be read by this version"):
        fold("P-1", rows)
    with pytest.raises(AspsError, match="entry 2 of patient P-1"):
        fold("P-1", [(1, '{"kind": "refusal"}'), (2, "not json")])
    with pytest.raises(AspsError, match="no registration"):
        fold("P-1", [])


# whatever is entered --------------------------------------------------------------------------------------------------

STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("accept_referral", {"centre_role": "reference_centre"}),
    ("histology", {"result": "asps_confirmed", "sarcoma_pathology_review": "yes"}),
    ("imaging", {"id": "ct-0", "report": "final", **CT}),
    ("imaging", {"id": "mri-0", "report": "preliminary", **MRI}),
    ("imaging", {"id": "mri-0", "report": "final", **MRI}),
    ("imaging", {"report": "final", "new_lesions": "yes", **CT}),
    ("complete_staging", {}),
    ("symptoms", {"symptomatic": "no"}),
    ("decide_interval_scan", LIMITED),
    ("decide_immunotherapy", {}),
    ("immunotherapy_screen", {"findings": ["none"]}),
    ("start_regimen", {"id": "io", "agents": ["atezolizumab"], "class": "ici_pdl1", "schedule": "1200_q3w"}),
    ("give_dose", {"agent": "atezolizumab"}),
    ("hold_regimen", {}),
    ("stop_regimen", {"stop_reason": "toxicity"}),
    ("progression", {"criterion": "recist_pd", "pattern": "systemic"}),
    ("override", {"guard": "interval_ct", "action": "decide_surgery", "reason_code": "emergency", "text": "why",
                  "signer_2": "dr-b", "expires": "2030-01-01T00:00:00Z"}),
    ("decide_surgery", LIMITED),
    ("perform_surgery", {"type": "lung_metastasectomy", "completeness": "R0", "residual_disease": "no"}),
    ("claim_task", {"task": "mdt_decision"}),
    ("snooze_task", {"task": "staging_ct", "until": "2027-03-01"}),
    ("waive_task", {"task": "palliative_care_offer"}),
    ("declare_death", {}),
    ("reverse_death", {"second_user": "dr-b"}),
)  # fmt: skip

a_step = st.tuples(st.sampled_from(STEPS), st.integers(0, 40), st.sampled_from(["", "a reason"]))
a_correction = st.tuples(st.sampled_from(["amend", "retract"]), st.sampled_from(["ct-0", "mri-0", "a2", "io", "a5"]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.one_of(a_step, a_step, a_correction), min_size=1, max_size=20), days=st.integers(0, 20))
def test_whatever_is_entered_the_record_holds(monkeypatch: pytest.MonkeyPatch, plan: list[Any], days: int) -> None:
    engine = memory_database()
    charts = seen_charts(monkeypatch)
    ledger, reader = opened(engine), Reader(engine, ASPS)
    registered(ledger)
    now = START
    for step in plan:
        now += timedelta(days=days, minutes=1)
        ledger.move_in_time("P-1", now)
        before = snapshot(engine, "journal", "stream")
        if not entered(ledger, step, now):
            assert snapshot(engine, "journal", "stream") == before
    if charts:
        assert reader.chart("P-1") == charts[-1]
    assert verify(engine).wrong == ()
    before = snapshot(engine)
    assert ledger.replan(["P-1"], now) == []
    assert snapshot(engine) == before
    rebuild(engine)
    assert snapshot(engine) == before
    engine.dispose()


def entered(ledger: Ledger, step: Any, now: datetime) -> bool:
    """Whether a step, whatever it is, was accepted."""
    try:
        if step[0] == "amend":
            return ledger.amend("P-1", step[1], {}, on=date(2026, 11, 5), now=now, author=DOCTOR).accepted
        if step[0] == "retract":
            return ledger.retract("P-1", step[1], now=now, author=DOCTOR).accepted
        (name, fields), ago, reason = step
        on = now.date() - timedelta(days=ago)
        return ledger.enter("P-1", name, fields, now=now, author=DOCTOR, on=on, reason=reason).accepted
    except (Invalid, NotFound):
        return False


def seen_charts(monkeypatch: pytest.MonkeyPatch) -> list[Chart]:
    """The charts that accepted steps came to, as they were decided on."""
    charts: list[Chart] = []
    original: Callable[..., Any] = posting.outlook

    def outlook(pathway: Any, file: Any, chart: Chart, *rest: Any) -> Any:
        charts.append(chart)
        return original(pathway, file, chart, *rest)

    monkeypatch.setattr("storage.ledger.outlook", outlook)
    return charts
