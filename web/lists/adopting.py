"""Taking over a patient who was under way already: the columns of an import, asked for on a page, for one patient."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interchange.columns import ADOPTION, GROUPS, REGISTRATION, REQUIRED, Column
from interchange.intake import Faulty, Intake, read_row
from storage.ledger import Answer, Ledger
from web.forms.words import title, value_label
from web.here import Here
from web.lists.outcomes import for_a_page, split
from workflow.vocabulary import EXITS, State

NEEDED = frozenset({*REQUIRED, "reason"})
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """One control of the form."""

    name: str
    label: str
    hint: str
    options: tuple[tuple[str, str], ...]
    """Empty: it is typed."""
    required: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Controls that belong together."""

    title: str
    fields: tuple[Asked, ...]
    optional: bool


def sections() -> Iterator[Section]:
    """Who, where they stand, and the history, which may all be left out."""
    yield Section("Who", tuple(map(_asked, REGISTRATION)), optional=False)
    yield Section("Where the patient stands", tuple(map(_asked, ADOPTION)), optional=False)
    for group in GROUPS:
        yield Section(
            _TITLES.get(group.id) or title(group.id.replace("-", "_")), tuple(map(_asked, group.columns)), optional=True
        )


def _asked(column: Column) -> Asked:
    options = () if column.text else _options(column)
    kind = "" if options or column.text else f"{column.allowed}; "
    return Asked(
        column.name, title(column.name), for_a_page(f"{kind}{column.means}"), options,
        column.name in NEEDED,
    )  # fmt: skip


def _options(column: Column) -> tuple[tuple[str, str], ...]:
    if column.name == "state":
        return tuple((s.value, s.title) for s in State if s not in EXITS | {State.REFERRED})
    values = column.allowed.split(" / ")
    return tuple((value, value_label(value)) for value in values) if len(values) > 1 else ()


_TITLES = {
    "performance": "Performance status", "prior-1": "Earlier treatment", "prior-2": "Second earlier treatment",
    "prior-3": "Third earlier treatment", "current": "Treatment that is running", "palliative": "Palliative care",
}  # fmt: skip


def typed(here: Here) -> dict[str, str]:
    """What was sent, by column."""
    names = [asked.name for section in sections() for asked in section.fields]
    given = {name: str(here.fields.get(name, "")).strip()[:LONGEST] for name in names}
    return {name: value for name, value in given.items() if value}


def read(given: Mapping[str, str]) -> tuple[Intake | None, dict[str, str]]:
    """What was typed as it will be entered, or what is wrong, by column."""
    found = read_row(dict(given))
    if isinstance(found, Faulty):
        return None, {column: f"{title(column)}: {why}" for column, why in map(split, found.faults)}
    return found, {}


def take(ledger: Ledger, here: Here, intake: Intake, key: str | None) -> Answer:
    """Registers with the history and where the patient stands; all of it or nothing. Raises Invalid."""
    return ledger.register(**intake.registration, now=here.now, author=here.author, key=key, past=intake.past)


def refusals(answer: Answer) -> list[str]:
    """Why it was refused."""
    return [
        for_a_page(b.why) + (f" ({for_a_page(b.cleared_by)})" if b.cleared_by else "") for b in answer.blockers
    ]  # fmt: skip
