"""Settings of a site: UNSET stays UNSET, a slip of the pen is refused, and days are those of the site's own zone."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.build import settings
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.site import Site, SiteKey, one_of, whole, window, zone
from workflow.vocabulary import extrapolated


def key(name: str, **given: object) -> SiteKey:
    """A setting of days, or as said."""
    usual: dict[str, object] = {"title": name, "parse": whole(0, 100), "allowed": "whole days, 0 to 100"}
    return SiteKey(name=name, source=(extrapolated("invented"),), **(usual | given))  # type: ignore[arg-type]


KEYS = {
    "open.days": key("open.days"),
    "sourced.days": key("sourced.days", default=28),
    "limit.days": key("limit.days", unset_means="no limit"),
    "timezone": key("timezone", parse=zone),
    "window": key("window", parse=window, default=(28, 56)),
    "offered.days": key("offered.days", offer="63"),
}


def test_a_value_set_holds_else_the_sourced_default_else_nothing() -> None:
    site = Site(keys=KEYS, values={"limit.days": 7, "offered.days": None})
    assert {name: site.get(name) for name in KEYS} == {
        "open.days": None,
        "sourced.days": 28,
        "limit.days": 7,
        "timezone": None,
        "window": (28, 56),
        "offered.days": None,
    }


def test_zero_is_a_value_and_not_unset() -> None:
    site = Site(keys=KEYS, values={"sourced.days": 0})
    assert (site.get("sourced.days"), site.number("sourced.days")) == (0, 0)


def test_numbers_windows_and_words_are_read_as_such_only() -> None:
    site = Site(keys=KEYS, values={"timezone": "Europe/Amsterdam"})
    assert (site.number("sourced.days"), site.pair("sourced.days"), site.word("sourced.days")) == (28, None, None)
    assert (site.number("window"), site.pair("window"), site.word("window")) == (None, (28, 56), None)
    assert (site.number("timezone"), site.pair("timezone"), site.word("timezone")) == (None, None, "Europe/Amsterdam")


def test_an_open_decision_is_what_nobody_fixed_and_whose_absence_means_nothing_by_itself() -> None:
    assert [k.name for k in Site(keys=KEYS).open_decisions()] == ["open.days", "timezone", "offered.days"]
    decided = Site(keys=KEYS, values={"open.days": 0, "timezone": "UTC", "offered.days": 63})
    assert decided.open_decisions() == ()


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (whole(1, 120), "1", 1), (whole(1, 120), "120", 120), (whole(0, 10), "007", 7),
        (one_of("yes", "no"), "no", "no"), (window, "28-56", (28, 56)), (window, "0-0", (0, 0)),
        (zone, "Europe/Amsterdam", "Europe/Amsterdam"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_its_value(parse: object, text: str, value: object) -> None:
    assert key("k", parse=parse).read(f" {text} ") == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (whole(1, 120), "0"), (whole(1, 120), "121"), (whole(1, 120), ""), (whole(1, 120), "-1"),
        (whole(1, 120), "1.5"), (whole(1, 120), "three"), (whole(1, 120), "\u0663"), (whole(1, 120), "1" * 5000),
        (one_of("yes", "no"), "Yes"), (one_of("yes", "no"), ""), (window, "56-28"), (window, "28"), (window, "a-b"),
        (window, "28-"), (zone, "Amsterdam"), (zone, "../../etc/passwd"), (zone, ""),
    ],
)  # fmt: skip
def test_another_text_is_refused_with_what_is_allowed(parse: object, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        key("k", parse=parse, allowed="something else").read(text)
    assert (caught.value.field, caught.value.allowed) == ("k", "something else")


@given(text=st.text(max_size=8))
def test_whatever_is_typed_is_a_whole_number_within_bounds_or_refused(text: str) -> None:
    try:
        value = key("k").read(text)
    except Invalid:
        return
    assert isinstance(value, int)
    assert 0 <= value <= 100
    assert text.strip().isascii()


AMSTERDAM, HONOLULU = "Europe/Amsterdam", "Pacific/Honolulu"


@pytest.mark.parametrize(
    ("place", "instant", "today"),
    [
        (AMSTERDAM, "2026-01-05T22:59:59+00:00", "2026-01-05"),
        (AMSTERDAM, "2026-01-05T23:00:00+00:00", "2026-01-06"),
        (AMSTERDAM, "2026-07-05T21:59:59+00:00", "2026-07-05"),
        (AMSTERDAM, "2026-07-05T22:00:00+00:00", "2026-07-06"),
        (AMSTERDAM, "2026-03-28T22:59:59+00:00", "2026-03-28"),  # the night of the spring change
        (AMSTERDAM, "2026-03-29T21:59:59+00:00", "2026-03-29"),
        (AMSTERDAM, "2026-03-29T22:00:00+00:00", "2026-03-30"),
        (AMSTERDAM, "2026-10-25T00:30:00+00:00", "2026-10-25"),  # the hour there twice, the first time
        (AMSTERDAM, "2026-10-25T22:59:59+00:00", "2026-10-25"),
        (AMSTERDAM, "2026-10-25T23:00:00+00:00", "2026-10-26"),
        (HONOLULU, "2026-01-06T09:59:59+00:00", "2026-01-05"),
        (HONOLULU, "2026-01-05T23:30:00-10:00", "2026-01-05"),
        ("UTC", "2026-01-05T23:30:00-10:00", "2026-01-06"),
    ],
)
def test_a_day_is_the_civil_date_at_the_site(place: str, instant: str, today: str) -> None:
    site = settings(ASPS, {"timezone": place})
    assert site.today(datetime.fromisoformat(instant)) == date.fromisoformat(today)


def test_a_site_without_a_zone_lives_in_utc() -> None:
    assert settings(ASPS, {}).today(datetime(2026, 1, 5, 23, 59, tzinfo=UTC)) == date(2026, 1, 5)


@pytest.mark.parametrize("name", ASPS.keys)
def test_every_setting_takes_its_own_default_and_offers_and_refuses_nonsense(name: str) -> None:
    setting = ASPS.keys[name]
    offers = [text for text in setting.offer.split(" or ") if text]
    if setting.default is not None:
        value = setting.default
        offers.append(f"{value[0]}-{value[1]}" if isinstance(value, tuple) else str(value))
    assert [str(setting.read(text)) for text in offers if "-" not in text] == [t for t in offers if "-" not in t]
    with pytest.raises(Invalid) as caught:
        setting.read("nonsense; DROP TABLE site")
    assert (caught.value.field, caught.value.allowed) == (name, setting.allowed)
    assert setting.allowed != ""
