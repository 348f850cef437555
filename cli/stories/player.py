"""Plays a story step by step, through the same ledger and the same tick as everybody else."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cli.given import known_act, known_kind
from cli.said import in_words
from cli.stories.format import Step, Story
from notifications.console import Console
from notifications.deliver import deliver
from scheduler.tick import tick
from storage.ledger import Answer, Author, Ledger
from storage.queries import Reader, TaskRow
from workflow.chart import Chart
from workflow.errors import AspsError, Invalid, NotFound
from workflow.moments import day, instant
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.vocabulary import Role, State


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the record says at a moment."""

    now: datetime
    chart: Chart
    site: Site
    kept: State
    """The state as stored."""
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of one step."""

    step: Step
    before: Sight
    after: Sight
    answer: Answer | None = None
    alone: Answer | None = None
    """For `warned_by`: the answer to the same step without its reason."""
    error: AspsError | None = None
    notices: int | None = None
    says: str = ""


COORDINATOR = Author(by=Role.COORDINATOR, user="coordinator-1")


def zone_of(pathway: Pathway, story: Story) -> ZoneInfo:
    """The time zone that a story's site sets; UTC until it does. Raises Invalid."""
    text = story.site.get("timezone")
    values = {} if text is None else {"timezone": pathway.keys["timezone"].read(str(text))}
    return Site(keys=pathway.keys, values=values).zone


class Player:
    """One story on one ledger."""

    def __init__(self, ledger: Ledger, story: Story) -> None:
        self.ledger, self.story = ledger, story
        self.reader = Reader(ledger.engine, ledger.pathway)
        self.patient = story.patient.id
        self.zone = zone_of(ledger.pathway, story)

    def begin(self) -> None:
        """Sets up the site and registers the patient, at the moment of the first step. Raises Invalid."""
        settings = {key: None if value is None else str(value) for key, value in self.story.site.items()}
        self.ledger.set_site(settings, now=self.start, author=COORDINATOR)
        self.register()

    def register(self) -> None:
        """Registers the patient at the moment of the first step. Raises Invalid."""
        self.ledger.register(**self.story.patient.model_dump(), now=self.start, author=COORDINATOR)

    @property
    def start(self) -> datetime:
        """The instant of the first step."""
        return self.moment(self.story.steps[0])

    def moment(self, step: Step) -> datetime:
        """The instant of a step. Raises Invalid."""
        return instant(step.moment, self.zone, "tick" if step.tick else "at")

    def play(self, step: Step) -> Played:
        """Takes a step and looks at the record before and after."""
        now = self.moment(step)
        before = self.sight(now)
        came = self._tick(now) if step.tick else self._enter(step, now)
        if not step.tick and step.expect.notices is not None:
            came["notices"] = tick(self.ledger, now).notices
        return Played(step=step, before=before, after=self.sight(now), **came)

    def sight(self, now: datetime) -> Sight:
        """The record as it is."""
        return Sight(
            now=now,
            chart=self.reader.chart(self.patient),
            site=self.ledger.site(),
            kept=self.reader.patient(self.patient).state,
            tasks=tuple(self.reader.tasks(self.patient, all=True)),
        )

    def _tick(self, now: datetime) -> dict[str, Any]:
        report = tick(self.ledger, now)
        said = io.StringIO()
        deliver(self.reader, Console(said), now)
        return {"notices": report.notices, "says": said.getvalue()}

    def _enter(self, step: Step, now: datetime) -> dict[str, Any]:
        try:
            alone = self._rehearse(step, now) if step.warned_by else None
            answer = self._write(self.ledger, step, now, step.reason or "")
        except (Invalid, NotFound) as error:
            return {"error": error, "says": str(error)}
        return {"answer": answer, "alone": alone, "says": in_words(answer)}

    def _rehearse(self, step: Step, now: datetime) -> Answer:
        with self.ledger.rehearsal() as rehearsal:
            return self._write(rehearsal, step, now, "")

    def _write(self, writer: Ledger, step: Step, now: datetime, reason: str) -> Answer:
        author = Author(by=step.by, user=step.user or f"{step.by}-1")
        how: dict[str, Any] = {"now": now, "author": author, "reason": reason}
        if step.retract:
            return writer.retract(self.patient, step.retract, **how)
        how["on"] = day(step.on) if step.on else None
        if step.amend:
            return writer.amend(self.patient, step.amend, step.fields, **how)
        if step.override:
            return writer.enter(self.patient, "override", {"guard": step.override, **step.fields}, **how)
        name = known_kind(step.record) if step.record else known_act(step.object)
        return writer.enter(self.patient, name, step.fields, **how)
