"""Accounts, sessions, failed attempts, keys and the access log, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from storage import access_log, accounts, attempts, sessions
from storage.accounts import Account, WebRole
from storage.keys import key
from storage.sessions import Session
from workflow.errors import Invalid, NotFound

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def nora(engine: Engine) -> Account:
    return accounts.add(engine, id="nora", name="Nora New", role=WebRole.COORDINATOR, password="hash", now=NOW)


def begin(engine: Engine, token: str, now: datetime = NOW) -> Session:
    return sessions.begin(engine, token, account="nora", now=now, lasts=HOUR, address="192.0.2.7", agent="Browser")


def test_an_account_is_read_as_it_was_added(both: Engine) -> None:
    added = nora(both)
    with both.connect() as connection:
        assert accounts.get(connection, "nora") == added
        assert accounts.accounts(connection) == {"nora": added}
        assert accounts.find(connection, "nobody") is None
        with pytest.raises(NotFound):
            accounts.get(connection, "nobody")
    assert added == Account(
        id="nora", name="Nora New", role=WebRole.COORDINATOR, password="hash", must_change=True, created_at=NOW,
        changed_at=NOW,
    )  # fmt: skip


def test_nobody_is_added_twice_or_without_a_name(both: Engine) -> None:
    nora(both)
    for id, name in (
        ("nora", "Another"),
        ("Nora", "Another"),
        ("no spaces", "X"),
        ("", "X"),
        ("eve", ""),
        ("eve", "two\nlines"),
    ):
        with pytest.raises(Invalid):
            accounts.add(both, id=id, name=name, role=WebRole.AUDITOR, password="hash", now=NOW)
    with both.connect() as connection:
        assert list(accounts.accounts(connection)) == ["nora"]


@pytest.mark.parametrize("change", [
    lambda engine, id: accounts.revoke(engine, id, NOW),
    lambda engine, id: accounts.set_role(engine, id, WebRole.AUDITOR),
])  # fmt: skip
def test_the_last_administrator_stays(both: Engine, change: Callable[[Engine, str], None]) -> None:
    """A revoked one does not count: nobody at the desk could let anybody in again."""
    for id in ("ada", "alan"):
        accounts.add(both, id=id, name=id, role=WebRole.ADMINISTRATOR, password="hash", now=NOW)
    change(both, "alan")
    with pytest.raises(Invalid, match="ada is the last administrator"):
        change(both, "ada")
    with both.connect() as connection:
        ada = accounts.get(connection, "ada")
    assert (ada.role, ada.revoked_at) == (WebRole.ADMINISTRATOR, None)


def test_whatever_changes_an_account_ends_its_sessions(both: Engine) -> None:
    nora(both)
    changes: dict[str, Callable[[], None]] = {
        "password": lambda: accounts.set_password(both, "nora", "other", NOW + HOUR, must_change=False),
        "role": lambda: accounts.set_role(both, "nora", WebRole.AUDITOR),
        "revoked": lambda: accounts.revoke(both, "nora", NOW),
    }
    for name, change in changes.items():
        begin(both, name)
        change()
        with both.connect() as connection:
            assert sessions.of_account(connection, "nora") == [], name
    accounts.restore(both, "nora")
    with both.connect() as connection:
        found = accounts.get(connection, "nora")
    assert found == Account(
        id="nora", name="Nora New", role=WebRole.AUDITOR, password="other", must_change=False, created_at=NOW,
        changed_at=NOW + HOUR,
    )  # fmt: skip


def test_one_session_may_be_kept(both: Engine) -> None:
    nora(both)
    kept, _ = begin(both, "kept"), begin(both, "other")
    accounts.set_password(both, "nora", "other", NOW, must_change=False, keep=kept.id)
    with both.connect() as connection:
        assert sessions.of_account(connection, "nora") == [kept]


def test_a_session_is_found_by_its_token_alone(both: Engine) -> None:
    nora(both)
    begun = begin(both, "token")
    with both.connect() as connection:
        assert sessions.find(connection, "token") == begun
        assert sessions.find(connection, begun.id) is None, "who reads the table cannot take it over"
    assert [begun.is_over(NOW + timedelta(minutes=m), timedelta(minutes=30)) for m in (0, 29, 30, 60)] == [
        False, False, True, True,
    ]  # fmt: skip


def test_being_seen_is_noted_once_a_minute(both: Engine) -> None:
    nora(both)
    begun = begin(both, "token")
    for seconds, noted in ((59, NOW), (60, NOW + timedelta(seconds=60))):
        sessions.seen(both, begun, NOW + timedelta(seconds=seconds))
        with both.connect() as connection:
            assert [session.seen_at for session in sessions.of_account(connection, "nora")] == [noted]


def test_a_message_for_the_next_page_is_taken_once(both: Engine) -> None:
    nora(both)
    id = begin(both, "token").id
    sessions.put_flash(both, id, "hello")
    assert [sessions.take_flash(both, id) for _ in range(2)] == ["hello", ""]


def test_failures_are_counted_and_forgotten_after_a_day(both: Engine) -> None:
    keys = [attempts.key("account", "nora"), attempts.key("address", "192.0.2.7")]
    for _ in range(7):
        attempts.failed(both, keys, NOW)

    def waits(now: datetime) -> list[float]:
        with both.connect() as connection:
            return [attempts.wait(connection, one, 5, now).total_seconds() for one in keys]

    assert waits(NOW) == [2, 2]
    assert waits(NOW + timedelta(seconds=2)) == [0, 0]
    attempts.succeeded(both, keys[0])
    assert waits(NOW) == [0, 2]
    attempts.failed(both, keys[:1], NOW + timedelta(days=1))
    assert waits(NOW + timedelta(days=1)) == [0, 0]


def test_the_access_log_is_read_by_patient_person_and_time(both: Engine) -> None:
    def note(now: datetime, account: str, what: str, *patients: str) -> None:
        access_log.note(both, now, account=account, role="auditor", session="f" * 64, what=what, patients=patients)

    note(NOW, "nora", "patient", "P-1")
    note(NOW + HOUR, "eve", "list", "P-1", "P-2")
    note(NOW + HOUR, "eve", "nobody at all")
    with both.connect() as connection:
        found = access_log.looks(connection)
        assert [(look.account, look.what, look.patient, look.session) for look in found] == [
            ("eve", "list", "P-2", "f" * 12), ("eve", "list", "P-1", "f" * 12), ("nora", "patient", "P-1", "f" * 12),
        ]  # fmt: skip
        assert access_log.looks(connection, patient="P-1") == found[1:]
        assert access_log.looks(connection, account="nora") == found[2:]
        assert access_log.looks(connection, since=NOW, until=NOW + HOUR) == found[2:]
        assert access_log.looks(connection, limit=1) == found[:1]


def test_a_list_that_is_shown_again_soon_is_the_same_look(both: Engine) -> None:
    def shown(minutes: int, session: str, what: str, *patients: str) -> None:
        now = NOW + timedelta(minutes=minutes)
        access_log.note(
            both, now, account="nora", role="coordinator", session=session, what=what, patients=patients,
            unless_since=now - timedelta(minutes=15),
        )  # fmt: skip

    shown(0, "one", "worklist", "P-1")
    shown(14, "one", "worklist", "P-1", "P-2")  # P-2 is new
    shown(15, "one", "worklist", "P-1")  # long ago
    shown(16, "one", "board", "P-1")  # another list
    shown(16, "two", "board", "P-1")  # another browser
    with both.connect() as connection:
        found = [(look.session, look.what, look.patient) for look in access_log.looks(connection)][::-1]
    assert found == [
        ("one", "worklist", "P-1"), ("one", "worklist", "P-2"), ("one", "worklist", "P-1"), ("one", "board", "P-1"),
        ("two", "board", "P-1"),
    ]  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE access SET patient = 'P-2'", "DELETE FROM access"])
def test_the_access_log_cannot_be_changed(both: Engine, statement: str) -> None:
    access_log.note(both, NOW, account="nora", role="auditor", session="", what="patient", patients=["P-1"])
    with pytest.raises(IntegrityError, match="access is append-only"), both.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_key_is_made_once_even_where_many_ask_at_once(both: Engine) -> None:
    found = list[bytes]()
    threads = [Thread(target=lambda: found.append(key(both, "forms"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert key(both, "handles") != found[0]
