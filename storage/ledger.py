"""The one writer. Every change of the record goes through here: one journal entry, its effects, one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from storage import erasing, inputs, registering, replanning, signing, site_stream
from storage.answer import Answer, Desk, listed, replayed
from storage.casefile import CaseFile
from storage.codec import LETTERS, Payload, Stamp, entry_content, kind_of
from storage.database import writing
from storage.effects import changes_of
from storage.inputs import Author, Circumstances
from storage.past import Past
from storage.posting import Post, outlook, post
from storage.registering import Newcomer
from storage.replanning import Replanned
from storage.settings import Settings
from storage.signing import Signature
from workflow.chart import Entry
from workflow.course import state_of
from workflow.decide import decide, decide_amendment, retract, standing
from workflow.errors import Invalid, Stale
from workflow.fields import YNU
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.steps import Accepted, Decision, Refused, Step
from workflow.vocabulary import Role, State

__all__ = ["Answer", "Author", "Ledger", "Newcomer", "Past"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """A step, what was decided about it, and what its entry says if it was accepted."""

    kind: str
    step: Step
    decision: Decision
    content: Callable[[Accepted], Payload]


class Ledger:
    """Writes the record. Each call is one transaction: all of it is on disk when it returns, or nothing.

    Every call takes `now` (aware), the `author`, and where it applies: `on` (the clinical date, else today at the
    site), a `reason`, `expect_version` (raises Stale where the patient has changed since), an idempotency `key`
    (asked again, the first answer is given and nothing written), and `stated` (the moment was stated by the user).
    """

    def __init__(self, engine: Engine, pathway: Pathway) -> None:
        self.engine, self.pathway = engine, pathway
        self._settings = Settings(pathway)
        self._writer = writing(engine)
        self._held: Connection | None = None

    def register(
        self, *, id: str, born: date, now: datetime, author: Author, name: str = "", contact: str = "",
        sex_recorded: str = "unknown", can_become_pregnant: YNU = "unknown", stated: bool = False,
        key: str | None = None, past: Sequence[Past] = (),
    ) -> Answer:  # fmt: skip
        """Registers a patient, who stands in `referred`. Name and contact stay outside the journal. Raises Invalid.

        With a `past`, all that is known already is entered in the same go and planned once, at its end; where any of it
        is refused, nothing is written at all.
        """
        newcomer = Newcomer(
            id=id, born=born, name=name, contact=contact, sex_recorded=sex_recorded,
            can_become_pregnant=can_become_pregnant, key=key, past=past,
        )  # fmt: skip
        (found,) = self.register_all([newcomer], now=now, author=author, stated=stated)
        if isinstance(found, Invalid):
            raise found
        return found

    def register_all(
        self, newcomers: Sequence[Newcomer], *, now: datetime, author: Author, stated: bool = False
    ) -> list[Answer | Invalid]:
        """Registers patients in one transaction; what became of each. One that is refused or invalid stops no other."""
        about = Circumstances(now=now, author=author, stated=stated)
        about.of_a_patient()
        with self._desk() as desk:
            return registering.register(desk, newcomers, about)

    def enter(
        self, patient: str, name: str, given: Mapping[str, Any], *, now: datetime, author: Author,
        on: date | None = None, reason: str = "", expect_version: int | None = None, key: str | None = None,
        stated: bool = False,
    ) -> Answer:  # fmt: skip
        """Enters a record, an act or an `override`. `given`: its fields as JSON values, and `id` where one is chosen.

        A refused step, and one that the role may not take, changes nothing but the journal, which keeps the guards
        and nothing of the fields. Raises Invalid, NotFound and Stale; then nothing at all is written.
        """
        about = Circumstances(
            now=now, author=author, on=on, reason=reason, expect_version=expect_version, key=key, stated=stated
        )
        inputs.fields_of(name)
        request = ("enter", name, dict(given), on)
        return self._do(patient, about, request, lambda file, stamp: self._entered(file, stamp, name, given, on))

    def amend(
        self, patient: str, id: str, given: Mapping[str, Any], *, now: datetime, author: Author,
        on: date | None = None, reason: str = "", expect_version: int | None = None, key: str | None = None,
        stated: bool = False,
    ) -> Answer:  # fmt: skip
        """Changes the given fields of a standing record or act, and its clinical date where `on` is given.

        An amended act meets its guards anew. Raises as `enter`; NotFound also for the id.
        """
        about = Circumstances(
            now=now, author=author, on=on, reason=reason, expect_version=expect_version, key=key, stated=stated
        )
        request = ("amend", id, dict(given), on)
        return self._do(patient, about, request, lambda file, stamp: self._amended(file, stamp, id, given, on))

    def retract(
        self, patient: str, id: str, *, now: datetime, author: Author, reason: str = "",
        expect_version: int | None = None, key: str | None = None, stated: bool = False,
    ) -> Answer:  # fmt: skip
        """Marks a record or act as entered in error. Raises NotFound and Stale."""
        about = Circumstances(
            now=now, author=author, reason=reason, expect_version=expect_version, key=key, stated=stated
        )
        return self._do(patient, about, ("retract", id), lambda file, stamp: self._retracted(file, stamp, id))

    def set_site(
        self, values: Mapping[str, str | None], *, now: datetime, author: Author, reason: str = "",
        stated: bool = False,
    ) -> Site:  # fmt: skip
        """Sets settings from texts, None unsets: all of them in one entry and one new revision, or Invalid.

        Patients are planned under the new revision by the next `replan`.
        """
        about = Circumstances(now=now, author=author, reason=reason, stated=stated)
        with self._desk() as desk:
            return site_stream.set_site(desk, values, about)

    def sign(
        self, rule: str, content: str, *, now: datetime, author: Author, reason: str = "", stated: bool = False
    ) -> Signature:
        """Signs a rule as it stands, `content` being its hash. Raises Invalid for anyone but a clinician."""
        about = Circumstances(now=now, author=author, reason=reason, stated=stated)
        with self._desk() as desk:
            return signing.sign(desk, rule, content, about)

    def erase(self, patient: str, *, now: datetime, author: Author, reason: str, stated: bool = False) -> bool:
        """Erases name and contact for good and journals that it was done; False where it was done before.

        Raises NotFound, and Invalid for anyone but a clinician, without a reason, or with the name in it.
        """
        about = Circumstances(now=now, author=author, reason=reason, stated=stated)
        with self._desk() as desk:
            erased = erasing.erase(desk, patient, about)
        if self._held is None:
            erasing.scrub(self.engine)
        return erased

    def site(self) -> Site:
        """The settings in force."""
        if self._held is not None:
            return self._settings.read(self._held)
        with self.engine.connect() as connection:
            return self._settings.read(connection)

    def move_in_time(self, patient: str, now: datetime) -> bool:
        """Journals the timed moves due, each once, and plans anew; whether there was anything. Raises NotFound."""
        with self._desk() as desk:
            return replanning.move_in_time(desk, patient, now)

    def replan(self, patients: Sequence[str], now: datetime) -> list[Replanned]:
        """Plans patients under the rules and settings in force, in one transaction; those it changed, and how."""
        with self._desk() as desk:
            return replanning.replan(desk, patients, now)

    @contextmanager
    def batch(self) -> Iterator["Ledger"]:
        """A ledger whose calls are one transaction: committed at the end, or undone by an exception."""
        with self._desk() as desk:
            yield self._on(desk.connection)

    @contextmanager
    def rehearsal(self) -> Iterator["Ledger"]:
        """A ledger on which everything happens as usual, and of which nothing stays: for previews and dry runs."""
        with self._desk() as desk:
            everything = desk.connection.begin_nested()
            try:
                yield self._on(desk.connection)
            finally:
                everything.rollback()

    def _on(self, connection: Connection) -> "Ledger":
        ledger = Ledger(self.engine, self.pathway)
        ledger._settings, ledger._held = self._settings, connection
        return ledger

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        if self._held is not None:
            yield Desk(connection=self._held, pathway=self.pathway, settings=self._settings)
            return
        with self._writer.begin() as connection:
            yield Desk(connection=connection, pathway=self.pathway, settings=self._settings)

    def _do(
        self, patient: str, about: Circumstances, request: tuple[Any, ...],
        judge: Callable[[CaseFile, Stamp], _Judged],
    ) -> Answer:  # fmt: skip
        """One step on one patient, from the lock to the answer."""
        about.of_a_patient()
        with self._desk() as desk:
            file = CaseFile.held(desk.connection, desk.settings, patient)
            stamp = about.stamp(self.pathway, file.site, *request)
            if again := replayed(desk, file, stamp):
                return again
            if about.expect_version not in (None, file.version):
                raise Stale(patient)
            judged = judge(file, stamp)
            before = self._state(file, stamp)
            if isinstance(judged.decision, Refused):
                return _refuse(desk, file, stamp, judged, judged.decision, before)
            return _accept(desk, file, stamp, judged, judged.decision, before)

    def _state(self, file: CaseFile, stamp: Stamp) -> State:
        """Where the patient stands before the step: the row knows, unless the date has moved them since."""
        if file.wake_at is None or file.wake_at > stamp.at:
            return file.state
        return state_of(self.pathway, file.chart, file.site, stamp.day)

    def _entered(self, file: CaseFile, stamp: Stamp, name: str, given: Mapping[str, Any], on: date | None) -> _Judged:
        kind = kind_of(name)
        id, fields = inputs.entry(name, given, file.folded.ids, file.free_id(LETTERS[kind]))
        step = _step(file, stamp, id=id, name=name, fields=fields, on=on or stamp.day)
        decision = decide(self.pathway, file.chart, file.site, step)
        return _Judged(kind=kind, step=step, decision=decision, content=lambda found: entry_content(found.entry))

    def _amended(self, file: CaseFile, stamp: Stamp, id: str, given: Mapping[str, Any], on: date | None) -> _Judged:
        old = standing(file.chart, id)
        if "id" in given:
            raise Invalid("id", "cannot be changed", allowed="retract the entry and enter it again")
        fields = type(old.fields).accept({**old.fields.plain(), **given})
        step = _step(file, stamp, id=id, name=old.name, fields=fields, on=on or old.on)
        decision = decide_amendment(self.pathway, file.chart, file.site, old, step)
        return _Judged(
            kind="amendment", step=step, decision=decision,
            content=lambda found: entry_content(found.entry) | {"changed": _differences(old, found.entry)},
        )  # fmt: skip

    def _retracted(self, file: CaseFile, stamp: Stamp, id: str) -> _Judged:
        old = standing(file.chart, id)
        step = _step(file, stamp, id=id, name=old.name, fields=old.fields, on=old.on)
        return _Judged(
            kind="retraction", step=step, decision=retract(file.chart, file.site, old, step),
            content=lambda found: {"id": id, "name": old.name, "on": old.on.isoformat()},
        )  # fmt: skip


def _step(file: CaseFile, stamp: Stamp, **what: Any) -> Step:
    return Step(seq=file.chain.length + 1, at=stamp.at, by=Role(stamp.by), user=stamp.user, reason=stamp.reason, **what)


def _differences(old: Entry[Any], new: Entry[Any]) -> list[str]:
    """The names of the fields that an amendment changed, `on` among them."""
    was, now = old.fields.plain(), new.fields.plain()
    fields = [name for name in now if name not in was or was[name] != now[name]]
    return fields + (["on"] if old.on != new.on else [])


def _refuse(desk: Desk, file: CaseFile, stamp: Stamp, judged: _Judged, refused: Refused, state: State) -> Answer:
    """Keeps that it was asked and which guards said no."""
    payload = replace(stamp, reason="").payload(
        "refusal", step=judged.kind, name=judged.step.name, guards=listed(refused.blockers), denied=refused.denied,
        target=judged.step.id if judged.kind == "amendment" else "", state=state.value,
    )  # fmt: skip
    file.chain.append(desk.connection, stamp.at, payload, {})
    return Answer(
        accepted=False, entry="", before=state, after=state, version=file.version, blockers=refused.blockers,
        denied=refused.denied,
    )  # fmt: skip


def _accept(desk: Desk, file: CaseFile, stamp: Stamp, judged: _Judged, accepted: Accepted, before: State) -> Answer:
    """Keeps the entry and all that follows from it."""
    entered = None if judged.kind in ("amendment", "retraction") else accepted.entry.fields
    found = outlook(desk.pathway, file, accepted.chart, stamp.day, before, entered)
    guards = {"warned": listed(accepted.warned), "overridden": listed(accepted.overridden)}
    post(desk.connection, Post.of(file, stamp, stamp.payload(judged.kind, **judged.content(accepted), **guards), found))
    return Answer(
        accepted=True, entry=accepted.entry.id, before=before, after=found.now.state, version=file.version,
        warned=accepted.warned, overridden=accepted.overridden,
        changes=changes_of(found.effects, desk.pathway.tasks),
    )  # fmt: skip
