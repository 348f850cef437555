"""The review book: everything that runs is in it, with its source and what its signature is worth."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from diagrams.book import book, fingerprint
from diagrams.book_model import Book, Kind, Rule, Standing
from storage.signing import Signature
from workflow.asps import ASPS
from workflow.asps.sources import INDEPENDENT, NOT_CONFIRMED, PLACE
from workflow.asps.texts import TEXTS
from workflow.errors import Invalid
from workflow.site import Site
from workflow.vocabulary import Level, State

SITE = Site(keys=ASPS.keys, values={"interval_ct.months": 4}, revision=3)


@pytest.fixture(scope="module")
def plain() -> Book:
    """The book without a site."""
    return book(ASPS)


@pytest.fixture(scope="module")
def ours() -> Book:
    """The book of a site."""
    return book(ASPS, SITE)


def signature(rule: Rule, user: str = "dr-a", content: str = "", day: int = 2) -> Signature:
    """A signature of a rule as it stands, or of another content."""
    return Signature(
        seq=day, rule=rule.id, content=content or rule.content, user=user, at=datetime(2026, 3, day, tzinfo=UTC),
        day=date(2026, 3, day), reason="", pathway="2026.1",
    )  # fmt: skip


def names(found: Book, kind: Kind) -> set[str]:
    return {name for rule in found if rule.kind is kind for name in (rule.rows or (rule.name,))}


def test_everything_that_runs_is_in_the_book(plain: Book) -> None:
    assert names(plain, Kind.STATE) == {state.value for state in State}
    assert names(plain, Kind.GUARD) == set(ASPS.guards)
    assert names(plain, Kind.TRANSITION) == {row.id for row in ASPS.transitions}
    assert names(plain, Kind.MOVE) == {move.id for move in ASPS.automatic}
    assert names(plain, Kind.TASK) == set(ASPS.tasks)
    assert len(names(plain, Kind.OPTION)) == len(ASPS.options)
    assert names(plain, Kind.SETTING) == set(ASPS.keys)
    assert names(plain, Kind.TEXT) == set(TEXTS)
    assert {timer.name for timer in plain.timers} >= {t for task in ASPS.tasks.values() for t in task.timer.split()}


def test_each_rule_is_there_once_and_has_a_sentence_a_source_and_a_content_of_its_own(plain: Book) -> None:
    rules = list(plain)
    assert len({rule.id for rule in rules}) == len(rules) == len({rule.content for rule in rules})
    assert [rule.id for rule in rules if not (rule.sentence and rule.title and rule.sources)] == []


def test_it_runs_as_the_pathway_does(plain: Book) -> None:
    titles = [section.title.lower() for section in plain.sections]
    topics = [topic.name.lower() for topic in ASPS.topics]
    assert titles == ["states", "before every act", *topics, "suggestions", "site settings", "texts"]
    assert [rule.name for rule in plain.sections[0].rules] == [state.value for state in State]


def test_the_disclaimers_stand_on_top(plain: Book) -> None:
    first, second = plain.disclaimers
    assert first.startswith("Decision support for clinicians and coordinators. It does not diagnose")
    assert f"rule set version {ASPS.version} (not signed by any clinician)" in second
    assert "Not for emergencies. Not for patient self-use." in second


def test_sentences_have_the_numbers_of_the_site(plain: Book, ours: Book) -> None:
    assert "at least 3 calendar months" in plain.rule("guard:interval_ct").sentence
    guard = ours.rule("guard:interval_ct")
    assert "at least 4 calendar months" in guard.sentence
    assert [str(reading) for reading in guard.readings] == [
        "interval_ct.months = 4 (set by the site)",
        "interval_ct.early_tolerance_days = 0 (default)",
        "interval_ct.valid_for_days = UNSET (means: no limit)",
    ]
    assert str(ours.rule("mdt.due_days").readings[0]) == "mdt.due_days = UNSET (an open site decision)"
    assert "4 calendar months" in ours.rule("X05t").sentence


def test_a_guard_says_how_firm_it_is_who_clears_it_and_where_it_is_asked(plain: Book) -> None:
    facts = plain.rule("guard:interval_ct").facts
    assert str(facts["level"]).startswith("hard stop")
    assert str(facts["cleared_by"]).startswith("a coordinator: have the interval CT done")
    assert {"X11", "X12", "X13"} <= set(facts["asked_at"])
    assert plain.rule("pathway_ended").facts["asked_at"] == ("every act",)
    levels = {rule.name: str(rule.facts["level"]).split()[0].strip(":") for rule in plain if rule.kind is Kind.GUARD}
    assert levels == {name: guard.level.value for name, guard in ASPS.guards.items()}
    assert set(levels.values()) == {level.value for level in Level}


def test_a_task_says_whose_it_is_and_what_opens_and_ends_it(plain: Book) -> None:
    for name, task in ASPS.tasks.items():
        facts = plain.rule(f"task:{name}").facts
        assert (facts["owner"], facts["opened_by"], facts["done_with"]) == (task.owner, task.opens, task.done_when)
        assert str(facts["priority"]).startswith(f"P{task.priority.value} ")


def test_statements_of_the_guide_have_their_place_and_who_else_says_so(plain: Book) -> None:
    for rule in plain:
        for source in rule.sources:
            if source.tag in PLACE:
                place = PLACE[source.tag]
                assert (source.line, source.markers) == place
                assert source.independent == INDEPENDENT.get(source.tag, NOT_CONFIRMED)
            else:
                assert (source.line, source.independent) == (None, "")
    assert plain.rule("guard:interval_ct").is_guides
    assert not plain.rule("pathway_ended").is_guides


def test_rows_that_differ_only_in_where_they_lead_are_one_rule(plain: Book) -> None:
    adopt = plain.rule("X00")
    assert plain.rule("X00.tki") is adopt
    assert adopt.rows == tuple(row.id for row in ASPS.rows["adopt"])
    assert len(adopt.facts["leads_to"]) == len(adopt.rows)


def test_a_signature_holds_until_the_rule_changes(ours: Book) -> None:
    rule, other = ours.rule("guard:interval_ct"), ours.rule("X11")
    signed = book(ASPS, SITE, [signature(rule)])
    assert str(signed.rule(rule.id).sign_off) == "signed by dr-a, 2026-03-02"
    assert signed.rule(other.id).sign_off.standing is Standing.UNSIGNED
    set_otherwise = book(ASPS, replace(SITE, values={"interval_ct.months": 5}), [signature(rule), signature(other)])
    assert str(set_otherwise.rule(rule.id).sign_off) == "changed since it was signed by dr-a, 2026-03-02"
    assert set_otherwise.rule(other.id).sign_off.standing is Standing.SIGNED  # it does not read that setting


def test_a_rule_that_is_again_what_was_signed_is_signed(ours: Book) -> None:
    rule = ours.rule("guard:interval_ct")
    later = signature(rule, "dr-b", content="0" * 64, day=5)
    assert str(book(ASPS, SITE, [signature(rule), later]).rule(rule.id).sign_off) == "signed by dr-a, 2026-03-02"
    assert book(ASPS, SITE, [later]).rule(rule.id).sign_off.user == "dr-b"


def test_the_disclaimer_says_how_much_is_signed_and_by_whom(ours: Book) -> None:
    one = book(ASPS, SITE, [signature(ours.rule("X11"))])
    assert f"signed in part (1 of {len(list(ours))} rules) by dr-a, 2026-03-02" in one.disclaimers[1]
    users = ("dr-a", "dr-b")
    everything = [signature(rule, users[n % 2], day=2 + n % 2) for n, rule in enumerate(ours)]
    assert f"version {ASPS.version} signed by dr-a, dr-b, 2026-03-03." in book(ASPS, SITE, everything).disclaimers[1]


def test_a_part_of_the_book(plain: Book) -> None:
    assert [rule.id for rule in plain.only("guard:interval_ct")] == ["guard:interval_ct"]
    assert {rule.id for rule in plain.only("INTERVAL_CT")} >= {"guard:interval_ct", "task:interval_ct"}
    topic = plain.only("interval scan")
    assert [section.title for section in topic.sections] == ["Interval scan"]
    assert {timer.name for timer in topic.timers} == {"T04", "X05t"}
    assert {rule.kind for rule in plain.only("guards")} == {Kind.GUARD}
    assert {rule.name.partition(".")[0] for rule in plain.only("X14b")} == {"X14b"}


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("guard:intervall_ct", "guard:interval_ct"),
        ("no_first_line_chemo", "guard:no_first_line_chemotherapy"),
        ("T-CHEMO", "text:T-CHEMO-TTP"),
        ("interval_ct", "task:interval_ct, guard:interval_ct"),
        ("zzz", "asps pathway show"),
        ("x" * 5000, "asps pathway show"),
    ],
)
def test_an_unknown_or_unclear_name_is_answered_with_what_is_near(plain: Book, text: str, near: str) -> None:
    with pytest.raises(Invalid) as said:
        plain.rule(text)
    assert near in str(said.value)
    assert len(str(said.value)) < 500


def test_the_fingerprint_is_of_the_rules_and_not_of_a_site(plain: Book, ours: Book) -> None:
    assert plain.fingerprint == ours.fingerprint == fingerprint(ASPS)
    fewer = replace(ASPS, options=ASPS.options[:-1])
    turned = replace(ASPS, options=ASPS.options[::-1])
    renamed = replace(ASPS, version="other")
    assert len({fingerprint(p) for p in (ASPS, fewer, turned)}) == 3
    assert fingerprint(renamed) == fingerprint(ASPS)
