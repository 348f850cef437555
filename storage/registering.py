"""What is written on the site's own stream: registrations and settings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage import tables
from storage.answer import Answer, Desk, replayed
from storage.casefile import CaseFile, Folded
from storage.chain import Chain
from storage.codec import Stamp, canonical, registration_content
from storage.effects import changes_of
from storage.inputs import Circumstances
from storage.past import Known, Past, Stopped, judge
from storage.posting import Post, outlook, post
from storage.settings import ROW
from storage.tables import SITE, SITE_STREAM
from workflow.chart import Chart, Registration
from workflow.errors import Invalid
from workflow.site import Site
from workflow.vocabulary import State

_SITE = ROW.with_for_update()
_STREAM = select(tables.stream.c.name).where(tables.stream.c.name == bindparam("stream"))
_NEW_PERSON = insert(tables.person)
_PERSON = select(tables.person.c.name, tables.person.c.contact).where(tables.person.c.patient == bindparam("patient"))
_SETTLE = (
    update(tables.site)
    .where(tables.site.c.id == SITE)
    .values(
        revision=bindparam("new_revision"), settings=bindparam("new_settings"), pathway_version=bindparam("new_version")
    )
)


def register(
    desk: Desk, patient: Registration, person: tuple[str, str], about: Circumstances, past: Sequence[Past] = ()
) -> Answer:
    """Opens a patient's stream with what is known already, and lists it on the site's.

    What follows from it all stands at its last entry. Refused, nothing is written. Raises Invalid where the id exists.
    """
    site_chain = site_stream(desk.connection)
    row = desk.connection.execute(ROW).one()
    site = desk.settings.of(row.revision, row.settings)
    stamp = about.stamp(desk.pathway, site, "register", _said(patient), [item.content for item in past])
    if known := desk.connection.execute(_STREAM, {"stream": patient.id}).scalar():
        return _again(desk, known, stamp, person)
    opening = replace(stamp, key="").payload("registration", **registration_content(patient))
    judged = judge(desk.pathway, site, Known(chart=Chart(patient=patient), payloads=[opening]), stamp, past)
    if isinstance(judged, Stopped):
        return _refused(judged)
    answer = _opened(desk, _new_file(desk.connection, judged.chart, site), judged, stamp)
    desk.connection.execute(_NEW_PERSON, {"patient": patient.id, "name": person[0], "contact": person[1]})
    listed = replace(stamp, key="").payload("registered", patient=patient.id)
    site_chain.append(desk.connection, stamp.at, listed, _first_rules(desk, row))
    return answer


def _said(patient: Registration) -> dict[str, Any]:
    """What an idempotency key stands for: not the day, or a call repeated after midnight would be another one."""
    return {name: value for name, value in registration_content(patient).items() if name != "on"}


def _refused(stopped: Stopped) -> Answer:
    return Answer(
        accepted=False, entry=stopped.entry, before=State.REFERRED, after=State.REFERRED, version=0,
        blockers=stopped.refused.blockers, denied=stopped.refused.denied,
    )  # fmt: skip


def _opened(desk: Desk, file: CaseFile, known: Known, stamp: Stamp) -> Answer:
    """Writes a new patient's entries; all that follows from them stands, with the key, at the last."""
    found = outlook(desk.pathway, file, known.chart, stamp.day, State.REFERRED)
    *earlier, last = known.payloads
    last |= {"key": stamp.key} if stamp.key else {}
    post(desk.connection, Post.of(file, stamp, last, found, earlier))
    return Answer(
        accepted=True, entry=last["id"], before=State.REFERRED, after=found.now.state, version=file.version,
        changes=changes_of(found.effects, desk.pathway.tasks),
    )  # fmt: skip


def set_site(desk: Desk, values: Mapping[str, str | None], about: Circumstances) -> Site:
    """Sets and unsets settings in one entry; what is so already changes nothing."""
    chain = site_stream(desk.connection)
    row = desk.connection.execute(_SITE).one()
    was, wanted = json.loads(row.settings), desk.settings.checked(values)
    changed = {name: text for name, text in wanted.items() if was.get(name) != text}
    if not changed:
        return desk.settings.of(row.revision, row.settings)
    texts = canonical({name: text for name, text in (was | changed).items() if text is not None})
    version = row.pathway_version or desk.pathway.version
    site = desk.settings.of(row.revision + 1, texts)
    stamp = about.stamp(desk.pathway, site)
    effects = {"revision": site.revision, "set": changed, "pathway": version}
    chain.append(desk.connection, stamp.at, stamp.payload("settings", set=changed), effects)
    settle_site(desk.connection, site.revision, texts, version)
    return site


def _first_rules(desk: Desk, row: Row[int, str, str]) -> dict[str, Any]:
    """The effects on a site where no version of the rules is in force yet: this one is. Later ones are upgrades."""
    if row.pathway_version:
        return {}
    settle_site(desk.connection, row.revision, row.settings, desk.pathway.version)
    return {"revision": row.revision, "pathway": desk.pathway.version}


def settle_site(connection: Connection, revision: int, texts: str, pathway_version: str) -> None:
    """Writes the site's row."""
    values = {"new_revision": revision, "new_settings": texts, "new_version": pathway_version}
    connection.execute(_SETTLE, values)


def site_stream(connection: Connection) -> Chain:
    """The site's stream, held: whoever writes on it is alone."""
    chain = Chain.held(connection, SITE_STREAM)
    assert chain is not None, "the first migration makes it"
    return chain


def _again(desk: Desk, name: str, stamp: Stamp, person: tuple[str, str]) -> Answer:
    again = replayed(desk, CaseFile.held(desk.connection, desk.settings, name), stamp) if stamp.key else None
    if again is None:
        raise Invalid("id", f"patient {name} is registered already", allowed="an id that is not in use")
    on_file = desk.connection.execute(_PERSON, {"patient": name}).first()
    for field, said, known in zip(("name", "contact"), person, on_file or ("", ""), strict=True):
        if said != known:
            raise Invalid(field, f"is not the one on file for patient {name}")
    return again


def _new_file(connection: Connection, chart: Chart, site: Site) -> CaseFile:
    patient = chart.patient
    return CaseFile(
        chain=Chain.begin(connection, patient.id, SITE), folded=Folded(patient=patient), chart=chart, site=site,
        state=State.REFERRED, since=patient.registered, version=0, pathway_version="", settings_revision=0,
        wake_at=None, tasks={},
    )  # fmt: skip
