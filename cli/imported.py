"""What became of a sheet, as people and programs see it. Names stay in the sheet."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rich.console import RenderableType

from cli import shapes
from cli.screen import facts, say, words
from interchange.rejected import Rejects
from interchange.taking import Became, Outcome
from storage.effects import TaskChange

MOST_SHOWN = 20
"""Rejected rows on the screen; all of them stand in the file."""
MISSING = "complete_missing_data"
"""The task that says what the rules had to read as unknown."""

_SIGNS = {Became.TAKEN: ("✓ ", "bold green"), Became.KNOWN: ("○ ", "cyan"), Became.REJECTED: ("✗ ", "bold red")}


@dataclass(kw_only=True)
class Report:
    """Gathers outcomes, shows what is to be shown at once, and sums up."""

    rehearsed: bool
    json: bool
    ignored: tuple[str, ...]
    """Header cells that mean nothing here."""
    rejects: Rejects | None
    """Where rejected rows go; nowhere in a rehearsal."""
    counts: Counter[Became] = field(default_factory=Counter)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """For programs: the rejected rows; of a rehearsal, all."""

    @property
    def tells_rows(self) -> bool:
        """Every row is shown as it comes."""
        return self.rehearsed and not self.json

    @property
    def taken(self) -> int:
        """Patients who came in."""
        return self.counts[Became.TAKEN]

    @property
    def rejected(self) -> int:
        """Rows that came back."""
        return self.counts[Became.REJECTED]

    def add(self, outcome: Outcome) -> None:
        """One row more."""
        self.counts[outcome.became] += 1
        rejected = outcome.became is Became.REJECTED
        if rejected and self.rejects:
            self.rejects.add(outcome.row.number, outcome.row.cells, "; ".join(outcome.because))
        if self.json and (self.rehearsed or rejected):
            self.rows.append(_shape(outcome))
        elif self.tells_rows or (rejected and self.rejected <= MOST_SHOWN and not self.json):
            say(*_row(outcome, self.rehearsed))

    def end(self) -> None:
        """Sums up."""
        if self.json:
            counts = {became.value.replace(" ", "_"): self.counts[became] for became in Became}
            file = str(self.rejects.path) if self.rejects and self.rejects.count else None
            shapes.put({"written": not self.rehearsed, **counts, "rejected_file": file, "not_read": self.ignored,
                        "rows": self.rows})  # fmt: skip
        else:
            say(*self._summary())

    def _summary(self) -> Iterator[RenderableType]:
        if self.rejected > MOST_SHOWN and self.rejects:
            yield words(f"… and {self.rejected - MOST_SHOWN} more rejected rows", "dim")
        for became in Became:
            if self.counts[became] or became is Became.TAKEN:
                sign, style = _SIGNS[became]
                yield words(sign, style) + words(f"{_rows(self.counts[became])} {self._verb(became)}")
        if self.ignored:
            yield words(f"Not read, as their names mean nothing here: {', '.join(self.ignored)}", "yellow")
        if self.rejects is None:
            yield words("Nothing was written.", "dim")
        elif self.rejects.count:
            yield words(f"The rejected rows are in {self.rejects.path}: mend them there, and import that file.")

    def _verb(self, became: Became) -> str:
        return f"would be {became}" if self.rehearsed and became is not Became.KNOWN else f"{became}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _row(outcome: Outcome, rehearsed: bool) -> Iterator[RenderableType]:
    sign, style = _SIGNS[outcome.became]
    head = words(sign, style) + words(f"row {outcome.row.number}  ") + words(outcome.patient, "bold")
    yield head + words(f"  {_standing(outcome)}")
    rows = [("reason", list(outcome.because))]
    if rehearsed and outcome.answer and outcome.became is Became.TAKEN:
        rows += [("opens", [_task(c) for c in _opened(outcome)]), ("missing", _missing(outcome))]
    yield facts([(f"    {name}", values) for name, values in rows])


def _standing(outcome: Outcome) -> str:
    """Where the patient would stand; what moved them on from where the row says, the rules know."""
    answer = outcome.answer
    if answer is None or not answer.accepted or outcome.intake is None:
        return outcome.became.value
    if outcome.became is Became.KNOWN:
        return outcome.became.value
    stated = outcome.intake.state
    moved = "" if answer.after is stated else f", moved on from {stated.title} by what the row says"
    return f"{answer.after.title}{moved}"


def _opened(outcome: Outcome) -> list[TaskChange]:
    changes = outcome.answer.changes if outcome.answer else ()
    return [change for change in changes if change.what == "opened"]


def _task(change: TaskChange) -> str:
    return f"{change.title}, {f'due {change.new_due}' if change.new_due else 'no date'}"


def _missing(outcome: Outcome) -> list[str]:
    return [change.why for change in _opened(outcome) if change.name == MISSING]


def _shape(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    taken = answer is not None and answer.accepted
    return {
        "row": outcome.row.number,
        "patient": outcome.patient,
        "became": outcome.became,
        "because": outcome.because,
        "state": answer.after if answer and taken else None,
        "tasks": [{"task": c.name, "title": c.title, "due": c.new_due, "why": c.why} for c in _opened(outcome)],
        "missing": _missing(outcome),
    }
