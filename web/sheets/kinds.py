"""A form for every kind of record and every act, and for correcting what is on file."""

from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException

from storage.accounts import WebRole, accounts
from storage.ledger import Answer, Ledger
from web.access import CARE
from web.forms.fields import FormField, fields_of, offered
from web.forms.offers import People, offers, suggestions
from web.forms.typed import Typed, typed_from, typed_in
from web.forms.words import title
from web.here import Here
from web.patients.file import PatientFile
from web.second_person import CONFIRMED
from web.sheets.sheet import Sheet, Terms, Write
from workflow.acts import ACTS, Act, Adopt, Nothing, Override
from workflow.chart import Entry
from workflow.decide import standing
from workflow.errors import NotFound
from workflow.fields import Fields
from workflow.records import KINDS
from workflow.vocabulary import CK, C, Role


def record(here: Here, file: PatientFile, kind: str) -> Sheet:
    """The form for a kind of record. Raises NotFound."""
    fields = KINDS.get(kind)
    if fields is None:
        raise NotFound("kind of record", kind[:60])
    return Sheet(
        patient=file.id, name=kind, title=f"Record: {title(kind)}", purpose=meaning(fields), kind=fields,
        post=here.request.url.path, fields=asked(here, file, kind, fields), write=_enter(kind), typed=begun(here),
    )  # fmt: skip


def act(here: Here, file: PatientFile, name: str) -> Sheet:
    """The form for an act. Raises NotFound, and 403 where the role may not do it."""
    found = ACTS.get(name)
    if found is None:
        raise NotFound("act", name[:60])
    _only(here, found.by)
    return _act(here, file, found, here.request.url.path)


class TakenBack(NotFound):
    """The entry is on record, and no longer counts."""


def _only(here: Here, allowed: frozenset[Role]) -> None:
    if Role(here.who.role) not in allowed:
        raise HTTPException(403, f"Only a {' or a '.join(sorted(allowed))} may do this.")


def _entry(here: Here, file: PatientFile, seq: int) -> Entry[Any]:
    """A standing entry by its position in the journal, which the role may correct: an act by those who may do it."""
    rows = here.reader.timeline(file.id)
    id = next((row.id for row in rows if row.seq == seq), "")
    if any(row.kind == "retraction" and row.id == id for row in rows):
        raise TakenBack("record", id)
    found = standing(file.chart, id)
    _only(here, ACTS[found.name].by if found.name in ACTS else C if found.name == "override" else CK)
    return found


def _act(here: Here, file: PatientFile, found: Act, post: str) -> Sheet:
    return Sheet(
        patient=file.id, name=found.name, title=found.title[:1].upper() + found.title[1:],
        purpose=meaning(found.fields) if found.fields is not Nothing else "", kind=found.fields, post=post,
        fields=asked(here, file, found.name, found.fields), write=_enter(found.name),
        dated=found.fields is not Adopt, signer=CONFIRMED.get(found.name, ""),
        may_break=here.who.role is WebRole.CLINICIAN, verb="Do it", typed=begun(here),
    )  # fmt: skip


def amendment(here: Here, file: PatientFile, seq: int) -> Sheet:
    """The form to correct a standing entry: only what is changed is sent on. Raises NotFound."""
    old = _entry(here, file, seq)
    fields = asked(here, file, old.name, type(old.fields))
    filled = dict(typed_from(fields, old.fields.plain(), here.site.zone))
    return Sheet(
        patient=file.id, name=old.name, title=f"Amend: {entry_title(old)}",
        purpose="Only what you change is changed. The old entry stays in the record, and what relied on it is opened "
        "for review.",
        kind=type(old.fields), post=here.request.url.path, fields=fields, write=_amend(old),
        typed=filled | {"on": (old.on.isoformat(),)}, may_break=here.who.role is WebRole.CLINICIAN,
        verb="Save the change",
    )  # fmt: skip


def retraction(here: Here, file: PatientFile, seq: int) -> Sheet:
    """The form to mark a standing entry as entered in error. Raises NotFound."""
    old = _entry(here, file, seq)

    def write(ledger: Ledger, given: Mapping[str, Any], terms: Terms) -> Answer:
        return ledger.retract(terms.patient, old.id, **terms.plain())

    return Sheet(
        patient=file.id, name=old.name, title=f"Entered in error: {entry_title(old)}",
        purpose="It no longer counts. It stays in the record, and what relied on it is opened for review.",
        kind=Nothing, post=here.request.url.path, fields=(), write=write, dated=False, verb="Mark as entered in error",
    )  # fmt: skip


def override(here: Here, file: PatientFile, act: str, guard: str) -> Sheet:
    """The form to break the glass: one hard stop, one act, one use. Raises NotFound."""
    if act not in ACTS or guard not in here.pathway.guards:
        raise NotFound("hard stop", f"{guard[:60]} of {act[:60]}")
    fixed = {"guard": guard, "action": act}
    fields = asked(here, file, "override", Override)
    return Sheet(
        patient=file.id, name="override", title=f"Override {title(guard)} for: {ACTS[act].title}",
        purpose="One hard stop, one act, one use, two clinicians, an expiry. It moves nothing by itself, it stays in "
        "the record, and the stop counts as overridden, not as satisfied.",
        kind=Override, post=here.request.url.path, fields=tuple(f for f in fields if f.name not in fixed), fixed=fixed,
        write=_enter("override"), dated=False, reasoned=False, signer=CONFIRMED["override"],
        verb="Grant the override",
    )  # fmt: skip


def act_again(here: Here, file: PatientFile, name: str) -> Sheet:
    """The form for an act, shown on another page than its own."""
    post = here.request.app.url_path_for("act", handle=file.handle, act=name)
    return _act(here, file, ACTS[name], post)


def begun(here: Here) -> Typed:
    """What the address of a form says already, where a task leads to it: which scan, which task."""
    return typed_in(here.request.query_params.multi_items())


def asked(here: Here, file: PatientFile, name: str, kind: type[Fields]) -> tuple[FormField, ...]:
    """The fields of a kind, with what is on file for this patient to choose from."""
    return offered(fields_of(name, kind), offers(file.chart, people(here), file.now.open), suggestions())


def people(here: Here) -> People:
    """Who can be named on a form."""
    with here.desk.engine.connect() as connection:
        known = [person for person in accounts(connection).values() if person.revoked_at is None]
    return People(
        me=here.who.id,
        clinicians={person.id: person.name for person in known if person.role is WebRole.CLINICIAN},
        carers={person.id: person.name for person in known if person.role in CARE},
    )


def meaning(kind: type[Fields]) -> str:
    """What a kind of record or act is, in a sentence; the numbers of the data fields are for its authors."""
    return (kind.__doc__ or "").partition(" (F")[0].partition(" (R")[0].strip().rstrip(".") + "."


def entry_title(entry: Entry[Any]) -> str:
    """An entry as people know it."""
    return f"{title(entry.name)} of {entry.on}"


def _enter(name: str) -> Write:
    def write(ledger: Ledger, given: Mapping[str, Any], terms: Terms) -> Answer:
        return ledger.enter(terms.patient, name, given, on=terms.on, **terms.plain())

    return write


def _amend(old: Entry[Any]) -> Write:
    before = old.fields.plain()

    def write(ledger: Ledger, given: Mapping[str, Any], terms: Terms) -> Answer:
        changed = {name: value for name, value in given.items() if name not in before or before[name] != value}
        gone = {name: None for name, value in before.items() if name not in given and value is not None}
        on = terms.on if terms.on != old.on else None
        return ledger.amend(terms.patient, old.id, changed | gone, on=on, **terms.plain())

    return write
