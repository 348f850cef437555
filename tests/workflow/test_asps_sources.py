"""Nothing of the guide is lost: each statement is carried by a rule or a text, or it is said why not."""

from collections.abc import Iterable

import pytest

from workflow.asps import ASPS
from workflow.asps.not_carried import NOT_CARRIED
from workflow.asps.sources import INDEPENDENT, NOT_CONFIRMED, PLACE, S, independent, s
from workflow.asps.texts import TEXTS, for_statement
from workflow.vocabulary import Confidence, Source

STATEMENTS = [f"S{n}" for n in range(1, 59)]
ITEMS = ["S23a", "S23b", "S23c", "S23d", "S23e"]
"""What one sentence of the guide lists."""
OTHER_TAGS = {"LABEL", "GUIDE", "TRIAL", "EXTRAP", "MEM"}


def rules() -> dict[str, tuple[Source, ...]]:
    """Every rule of the pathway with its sources."""
    return {
        **{f"guard {g.name}": g.source for g in ASPS.guards.values()},
        **{f"transition {t.id}": t.source for t in ASPS.transitions},
        **{f"move {m.id}": m.source for m in ASPS.automatic},
        **{f"task {t.name}": t.source for t in ASPS.tasks.values()},
        **{f"options {o.situation}": o.source for o in ASPS.options},
        **{f"setting {k.name}": k.source for k in ASPS.keys.values()},
    }


def tags(sources: Iterable[tuple[Source, ...]]) -> set[str]:
    """The tags of sources."""
    return {source.tag for each in sources for source in each}


def test_the_guide_has_58_statements_and_the_items_of_one_of_them() -> None:
    assert set(S) == {*STATEMENTS, *ITEMS}
    assert set(PLACE) == set(S)


@pytest.mark.parametrize("tag", [*STATEMENTS, *ITEMS])
def test_a_statement_is_carried_or_it_is_said_why_not(tag: str) -> None:
    carried = tag in tags(rules().values()) | tags(text.source for text in TEXTS.values())
    assert carried != (tag in NOT_CARRIED), f"{tag} is carried: {carried}, and stands in the list of those that are not"


def test_a_reason_why_not_is_given_in_words() -> None:
    assert set(NOT_CARRIED) <= set(S)
    assert [tag for tag, why in NOT_CARRIED.items() if len(why.split()) < 10] == []


@pytest.mark.parametrize("name", rules())
def test_a_rule_names_a_source_and_quotes_the_guide_as_it_stands(name: str) -> None:
    sources = rules()[name]
    assert sources != ()
    for source in sources:
        assert source.tag in S or source.tag in OTHER_TAGS, source.tag
        assert source.tag not in S or source == S[source.tag]


def test_what_was_made_up_or_remembered_is_marked_as_of_low_confidence() -> None:
    low = [source for sources in rules().values() for source in sources if source.tag in ("EXTRAP", "MEM")]
    assert {source.confidence for source in low} == {Confidence.LOW}


def test_the_four_pitfalls_of_the_guide_are_its_hard_stops() -> None:
    carried = {tag: sorted(n for n, sources in rules().items() if tag in tags([sources])) for tag in ("S50", "S52")}
    assert carried == {
        "S50": ["guard no_first_line_chemotherapy"],
        "S52": ["guard interval_ct", "setting interval_ct.months", "task interval_ct"],
    }


def test_figures_of_survival_are_texts_with_their_population_and_no_rule() -> None:
    figures = ["S13", "S14", "S15", "S28", "S41", "S45", "S46"]
    assert tags(rules().values()) & set(figures) == set()
    for tag in figures:
        texts = for_statement(tag)
        assert texts != ()
        assert all(text.population and text.as_of and text.population in str(text) for text in texts)


def test_the_two_published_response_rates_stand_together_or_not_at_all() -> None:
    shown = [(id, "24%" in text.body, "37%" in text.body) for id, text in TEXTS.items()]
    assert [entry for entry in shown if entry[1] or entry[2]] == [("T-ATEZO-RESPONSE", True, True)]


def test_survival_with_sarcomas_is_never_shown_without_the_milder_course_of_asps() -> None:
    assert [text.id for text in for_statement("S41")] == [text.id for text in for_statement("S42")]
    assert for_statement("S41")[0].population != for_statement("S46")[0].population


def test_who_else_says_so() -> None:
    assert independent("S24") == NOT_CONFIRMED == "no independent source found"
    assert independent("S33") == INDEPENDENT["S33"] != NOT_CONFIRMED


def test_a_statement_that_does_not_exist_cannot_be_cited() -> None:
    assert s(24, "23a") == (S["S24"], S["S23a"])
    with pytest.raises(KeyError):
        s(59)
