"""Signatures of rules: one entry each on the site's stream, by clinicians only."""

import pytest
from sqlalchemy import Engine

from storage.ledger import Author, Ledger
from storage.rebuild import rebuild
from storage.signing import signatures
from storage.verify import verify
from tests.storage.clinic import COORDINATOR, DOCTOR, START, opened, registered, snapshot
from workflow.errors import Invalid
from workflow.vocabulary import Role

RULE, CONTENT = "guard:interval_ct", "a" * 64


def test_a_signature_is_one_entry_of_the_journal(both: Engine) -> None:
    ledger = opened(both)
    registered(ledger)
    before = snapshot(both)
    signed = ledger.sign(RULE, CONTENT, now=START, author=DOCTOR, reason="read with the board")
    assert signatures(both) == [signed]
    assert (signed.rule, signed.content, signed.user, signed.reason) == (RULE, CONTENT, "dr-a", "read with the board")
    assert (str(signed.day), signed.at) == ("2026-11-02", START)
    after = snapshot(both)
    assert len(after["journal"]) == len(before["journal"]) + 1
    assert {name for name in after if after[name] != before[name]} == {"journal", "stream"}
    assert verify(both).ok
    rebuild(both)
    assert snapshot(both) == after


def test_the_same_signature_again_writes_nothing(engine: Engine, ledger: Ledger) -> None:
    first = ledger.sign(RULE, CONTENT, now=START, author=DOCTOR)
    before = snapshot(engine)
    assert ledger.sign(RULE, CONTENT, now=START, author=DOCTOR) == first
    assert snapshot(engine) == before


def test_others_may_sign_too_and_all_signatures_stay(engine: Engine, ledger: Ledger) -> None:
    other = Author(by=Role.CLINICIAN, user="dr-b")
    ledger.sign(RULE, CONTENT, now=START, author=DOCTOR)
    ledger.sign(RULE, CONTENT, now=START, author=other)
    ledger.sign(RULE, "b" * 64, now=START, author=DOCTOR)
    ledger.sign("transition:X11", CONTENT, now=START, author=DOCTOR)
    found = [(s.rule, s.content[0], s.user) for s in signatures(engine)]
    assert found == [(RULE, "a", "dr-a"), (RULE, "a", "dr-b"), (RULE, "b", "dr-a"), ("transition:X11", "a", "dr-a")]


def test_only_a_clinician_may_sign(engine: Engine, ledger: Ledger) -> None:
    before = snapshot(engine)
    with pytest.raises(Invalid, match="only a clinician"):
        ledger.sign(RULE, CONTENT, now=START, author=COORDINATOR)
    assert snapshot(engine) == before


@pytest.mark.parametrize(
    ("rule", "content"),
    [(RULE, "abc"), (RULE, CONTENT.upper()), (RULE, CONTENT + "\n"), ("", CONTENT), ("two\nlines", CONTENT)],
)
def test_what_is_no_rule_or_no_hash_is_not_signed(ledger: Ledger, rule: str, content: str) -> None:
    with pytest.raises(Invalid):
        ledger.sign(rule, content, now=START, author=DOCTOR)


def test_an_entry_that_only_speaks_of_signatures_is_none(engine: Engine, ledger: Ledger) -> None:
    ledger.set_site({"mdt.due_days": "9"}, now=START, author=DOCTOR, reason='"kind":"signature"')
    assert signatures(engine) == []


def test_a_rehearsed_signature_does_not_stay(engine: Engine, ledger: Ledger) -> None:
    with ledger.rehearsal() as rehearsed:
        rehearsed.sign(RULE, CONTENT, now=START, author=DOCTOR)
    assert signatures(engine) == []
