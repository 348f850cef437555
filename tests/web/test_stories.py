"""The stories through the pages: every step typed into its form leaves in the journal what the terminal leaves there.

Each story is played twice, on two records. Ids of entries that a story chooses are the record's own here, for no form
asks for them; a step that the page does not offer to a role leaves no denial, for it never gets to the record.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.stories.format import Step, Story, load
from cli.stories.player import Player
from scheduler.tick import tick
from storage import accounts, sessions
from storage.accounts import WebRole
from storage.database import memory_database, open_database
from storage.ledger import Ledger
from storage.timeline import JournalRow
from tests.stories import HERE
from tests.web.clinic import PASSWORD, Clinic, Visitor
from tests.web.test_entering import Form
from tests.web.test_patient import text
from web import forgery, passwords
from web.cookies import new_token
from web.forms.fields import fields_of
from web.forms.typed import typed_from
from workflow.acts import ACTS, Override
from workflow.asps import ASPS
from workflow.records import KINDS

STORIES = sorted(HERE.glob("*.yaml"))
SIGNERS = ("signer_2", "second_user")


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_typed_into_the_forms_is_the_same_record(file: Path, tmp_path: Path) -> None:
    story = load(file.read_text(encoding="utf-8"))
    terminal = Player(Ledger(memory_database(), ASPS), story)
    terminal.begin()
    pages = Pages(Ledger(open_database(f"sqlite:///{tmp_path / 'asps.db'}"), ASPS), story)
    for number, step in enumerate(story.steps, 1):
        if pages.offers(step):
            terminal.play(step)
            pages.play(step)
            assert pages.told() == [row for row in told(terminal) if not row["denied"]], f"step {number}: {step}"
    pages.player.ledger.engine.dispose()


def told(player: Player, ids: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The journal, without positions and with the ids as the story spells them."""
    return [_told(row, ids or {}) for row in player.reader.timeline(player.patient)]


def _spelled(value: Any, ids: dict[str, str]) -> Any:
    """A value with the ids that `ids` gives for those in it."""
    if isinstance(value, list):
        return [_spelled(one, ids) for one in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _told(row: JournalRow, ids: dict[str, str]) -> dict[str, Any]:
    fields = {name: _spelled(value, ids) for name, value in row.fields.items()}
    return {
        "kind": row.kind, "at": row.at, "on": row.on, "name": row.name, "by": row.by, "user": row.user,
        "reason": row.reason, "fields": fields, "changed": sorted(row.changed), "refused_by": row.refused_by,
        "denied": row.denied, "warned": row.warned, "overridden": row.overridden, "before": row.before,
        "after": row.after,
        "changes": sorted((c.what, c.name, c.occurrence, str(c.old_due), str(c.new_due)) for c in row.changes),
    }  # fmt: skip


class Pages:
    """People at the desk, who type a story into forms."""

    def __init__(self, ledger: Ledger, story: Story) -> None:
        self.player, self.story = Player(ledger, story), story
        self.player.begin()
        self.clinic = Clinic(ledger=ledger, now=self.player.start)
        self.ids: dict[str, str] = {}
        """Of entries, as the story spells them, with their own."""
        kept = passwords.hashed(PASSWORD)
        for id, role in people(story):
            accounts.add(ledger.engine, id=id, name=id, role=role, password=kept, now=self.player.start)
            accounts.set_password(ledger.engine, id, kept, self.player.start, must_change=False)

    def told(self) -> list[dict[str, Any]]:
        """The journal, as the story would tell it."""
        return told(self.player, {own: spelled for spelled, own in self.ids.items()})

    def offers(self, step: Step) -> bool:
        """Whether the step can be typed at all: a form has no field that its class has not."""
        kind = self._kind(step)
        return kind is None or set(step.fields) <= {*kind.names(), "id"}

    def play(self, step: Step) -> None:
        """Fills the form of a step and sends it; what comes back is what the story expects."""
        self.clinic.now = self.player.moment(step)
        if step.tick:
            tick(self.player.ledger, self.clinic.now)
            return
        visitor, address = self._visitor(step), self._address(step)
        if visitor.get(address).status_code != 200:
            assert step.denied or step.invalid, address
            return
        answer = Form(visitor, address).send(**self._typed(step), on=step.on or "", reason=step.reason or "")
        saved = answer.status_code == 303 or "Granted" in text(answer.text)
        assert saved == (step.invalid is None and step.refused_by is None), (str(step), text(answer.text))
        if saved and "id" in step.fields:
            self.ids[step.fields["id"]] = self.player.reader.timeline(self.player.patient)[-1].id

    def _kind(self, step: Step) -> Any:
        if step.override:
            return Override
        act = ACTS.get(step.do or "")
        return KINDS.get(step.record or "") or (act.fields if act else None)

    def _address(self, step: Step) -> str:
        place = f"/patients/{self.clinic.handle(self.player.patient)}"
        if step.override:
            return f"{place}/override/{step.fields['action']}/{step.override}"
        if step.record or step.do:
            return f"{place}/{'record' if step.record else 'do'}/{step.object}"
        return f"{place}/{step.verb}/{self._position(step.object)}"

    def _position(self, spelled: str) -> int:
        """Of an entry, by the id that the story gives it."""
        rows = self.player.reader.timeline(self.player.patient)
        id = self.ids.get(spelled, spelled)
        return next((row.seq for row in rows if row.id == id and row.kind in ("record", "act", "override")), 0)

    def _typed(self, step: Step) -> dict[str, Any]:
        given = {name: _spelled(value, self.ids) for name, value in step.fields.items() if name != "id"}
        kind, name = self._kind(step), step.object
        if step.amend:
            old = self.player.reader.chart(self.player.patient).entries[self.ids.get(step.amend, step.amend)]
            kind, name, given = type(old.fields), old.name, {**old.fields.plain(), **given}
        if kind is None:
            return {}
        typed = typed_from(fields_of(name, kind), given, self.player.zone)
        signed = {"password": PASSWORD} if set(given) & set(SIGNERS) else {}
        return {**typed, **signed}

    def _visitor(self, step: Step) -> Visitor:
        """Whoever takes the step, freshly signed in."""
        visitor, token, user = self.clinic.visitor(), new_token(), step.user or f"{step.by}-1"
        session = sessions.begin(
            self.clinic.desk.engine, token, account=user, now=self.clinic.now, lasts=timedelta(hours=12),
            address="testclient", agent=visitor.headers["user-agent"],
        )  # fmt: skip
        visitor.cookies.set("__Host-sid", token)
        visitor.token = forgery.token(self.clinic.desk.form_key, session.id)
        return visitor


def people(story: Story) -> Iterator[tuple[str, WebRole]]:
    """Everybody a story names, each once."""
    found: dict[str, WebRole] = {}
    for step in story.steps:
        found.setdefault(step.user or f"{step.by}-1", WebRole(step.by.value))
        for name in SIGNERS:
            if name in step.fields:
                found.setdefault(step.fields[name], WebRole.CLINICIAN)
    yield from found.items()
