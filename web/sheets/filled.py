"""A form as it was sent: what was typed, and what it comes to."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from storage.ledger import Answer
from web.forgery import FIELD
from web.forms.fields import FormField, Widget
from web.forms.problems import Problems, problems_of, sentence
from web.forms.typed import Typed, given_in, rows_in, typed_in, whole
from web.here import Here
from web.patients.timeline import Told
from web.sheets.sheet import Sheet, Terms
from workflow.errors import Invalid
from workflow.moments import day
from workflow.vocabulary import Level

BLANK_ROWS = 3
VERSION, PASSWORD = "expect_version", "password"
CONTROLS = frozenset({FIELD, "key", "go", VERSION, PASSWORD})
"""What belongs to one form only, and is never sent on from it."""
KEPT = "kept."
"""Before the names of what is sent along unseen."""
SAVED_ONCE = "This form was saved once already, with other values. If you mean a second entry, save it again."


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form with all that was typed, and all that there is to say about it."""

    sheet: Sheet
    typed: Typed
    version: int
    """The patient's, when the form was shown."""
    problems: Problems = field(default_factory=dict)
    answer: Answer | None = None
    """What would come of it, or why it was refused."""
    previewed: bool = False
    since: tuple[Told, ...] = ()
    """What was entered meanwhile."""
    fresh_key: bool = True
    """The form gets a new idempotency key; else it keeps the one it was sent with."""
    more: int = 0
    """Rows asked for beyond those filled."""

    touched: bool = True
    """Someone has filled it: what holds nothing was left empty."""
    granted: str = ""
    """The override that was granted for it just now."""

    @classmethod
    def blank(cls, sheet: Sheet, version: int) -> Self:
        """A form as it is first shown."""
        return cls(sheet=sheet, typed=sheet.typed, version=version, touched=False)

    @classmethod
    def sent(cls, here: Here, sheet: Sheet, version: int) -> Self:
        """A form as it was sent; `version` where it says none."""
        typed = typed_in(here.fields.multi_items())
        shown = whole(next(iter(typed.get(VERSION, ())), ""), digits=9)
        return cls(sheet=sheet, typed=typed, version=version if shown is None else shown, fresh_key=False)

    def marked(self, wrong: Invalid) -> Self:
        """With what the rules found wrong, at the field it is about where that is on the form."""
        if wrong.field == "key":
            return replace(self, problems={"key": SAVED_ONCE}, fresh_key=True)
        return replace(self, problems={wrong.field: sentence(wrong)})

    def text(self, name: str) -> str:
        """What a control holds."""
        return next(iter(self.typed.get(name, ())), "")

    def held(self, asked: FormField, name: str) -> tuple[str, ...]:
        """What the control of a field holds: as typed, else as it is before anyone typed."""
        return self.typed.get(name) or ((asked.default,) if asked.default and not self.touched else ())

    def rows(self, asked: FormField) -> range:
        """The rows to show: those filled, and some to be filled."""
        return range(max(rows_in(asked, self.typed), default=-1) + 1 + BLANK_ROWS + self.more)

    @property
    def kept(self) -> Typed:
        """What is sent along unseen, by the names it has on its own form: the act for which an override is granted."""
        return {name.removeprefix(KEPT): texts for name, texts in self.typed.items() if name.startswith(KEPT)}

    @property
    def needs_reason(self) -> bool:
        """Nothing stands in the way but what a reason answers."""
        blockers = self.answer.blockers if self.answer else ()
        return any(b.level is Level.SOFT for b in blockers)

    @property
    def only_reason(self) -> bool:
        """A reason is all that is needed."""
        blockers = self.answer.blockers if self.answer else ()
        return bool(blockers) and all(b.level is Level.SOFT for b in blockers)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a form says, as the ledger takes it; or what is wrong with it."""

    given: dict[str, Any]
    terms: Terms
    problems: Problems


def read(here: Here, filled: Filled) -> Read:
    """Takes a form apart. Everything wrong is found at once."""
    sheet, problems = filled.sheet, dict[str, str]()
    try:
        given = given_in(sheet.fields, filled.typed, here.site.zone)
    except Invalid as wrong:
        given, problems = {}, {wrong.field: sentence(wrong)}
    else:
        problems.update(problems_of(sheet.kind, sheet.fields, filled.typed, {**given, **sheet.fixed}))
    on = _on(here, filled, problems)
    terms = Terms(
        patient=sheet.patient, now=here.now, author=here.author, on=on, reason=filled.text("reason").strip(),
        expect_version=filled.version, key=here.key,
    )  # fmt: skip
    return Read(given={**given, **sheet.fixed}, terms=terms, problems=problems)


def _on(here: Here, filled: Filled, problems: dict[str, str]) -> date | None:
    """The clinical date, where it is another than today."""
    text = filled.text("on").strip()
    if not filled.sheet.dated or not text:
        return None
    try:
        found = day(text)
    except Invalid as wrong:
        problems["on"] = sentence(wrong)
        return None
    return found


def controls(filled: Filled) -> list[tuple[str, str]]:
    """Every control of the form by its name, with its label, in order: for the summary of what is wrong."""
    found = [("on", "Clinical date")] if filled.sheet.dated else []
    for asked in filled.sheet.fields:
        found.append((asked.name, asked.label))
        if asked.widget is Widget.ROWS:
            for i in filled.rows(asked):
                found += [(f"{asked.name}.{i}.{part.name}", f"{part.label}, row {i + 1}") for part in asked.rows]
    return [*found, (PASSWORD, "Their password"), ("reason", "Reason")]
