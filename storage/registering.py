"""Registering patients, one or a sheet full of them, with what is known of them already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from storage import chain, inputs, tables
from storage.answer import Answer, Desk, replayed
from storage.casefile import CaseFile, Folded
from storage.chain import Chain
from storage.codec import Stamp, registration_content
from storage.effects import changes_of
from storage.inputs import Circumstances
from storage.naming import WHO
from storage.past import Known, Past, Stopped, judge
from storage.posting import Post, outlook, post
from storage.settings import ROW
from storage.site_stream import first_rules, site_stream
from storage.tables import SITE
from workflow.chart import Chart, Registration
from workflow.errors import Invalid
from workflow.fields import YNU
from workflow.site import Site
from workflow.vocabulary import State

_STREAMS = select(tables.stream.c.name).where(tables.stream.c.name.in_(bindparam("names", expanding=True)))
_NEW_PERSON = insert(tables.person)


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """Who is to be registered, as given."""

    id: str
    born: date
    name: str = ""
    contact: str = ""
    sex_recorded: str = "unknown"
    can_become_pregnant: YNU = "unknown"
    key: str | None = None
    past: Sequence[Past] = ()
    """What is known of them already."""

    def on_record(self, today: date) -> Registration:
        """What the journal will hold of them. Raises Invalid."""
        return Registration(
            id=inputs.new_id(self.id), born=inputs.birth(self.born, today), registered=today,
            can_become_pregnant=inputs.ynu("can_become_pregnant", self.can_become_pregnant),
            sex_recorded=inputs.line("sex_recorded", self.sex_recorded),
        )  # fmt: skip

    @property
    def person(self) -> tuple[str, str]:
        """What only the table `person` will hold. Raises Invalid."""
        return inputs.person(self.name, self.contact)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A patient who can be registered, and what is to be written."""

    post: Post
    person: tuple[str, str]

    def answer(self, desk: Desk) -> Answer:
        """Once it is written."""
        found = self.post.found
        return Answer(
            accepted=True, entry=self.post.payloads[0]["id"], before=State.REFERRED, after=found.now.state,
            version=self.post.file.version, changes=changes_of(found.effects, desk.pathway.tasks),
        )  # fmt: skip


def register(desk: Desk, newcomers: Sequence[Newcomer], about: Circumstances) -> list[Answer | Invalid]:
    """Opens the streams of patients with what is known already, and lists them on the site's.

    What follows from all that is known stands at its last entry. Whoever is refused or invalid leaves no trace.
    """
    site_chain = site_stream(desk.connection)
    row = desk.connection.execute(ROW).one()
    site, known = desk.settings.of(row.revision, row.settings), _known(desk.connection, newcomers)
    found: list[_Opening | Answer | Invalid] = []
    for one in newcomers:
        try:
            found.append(_judged(desk, site, one, replace(about, key=one.key), known))
        except Invalid as error:
            found.append(error)
    openings = [one for one in found if isinstance(one, _Opening)]
    if openings:
        _write(desk, site_chain, openings, first_rules(desk, row))
    return [one.answer(desk) if isinstance(one, _Opening) else one for one in found]


def _known(connection: Connection, newcomers: Sequence[Newcomer]) -> dict[str, bool]:
    """The ids that are taken, each with whether it is on record already."""
    names = [one.id for one in newcomers if isinstance(one.id, str) and one.id.isascii()]
    return dict.fromkeys(connection.execute(_STREAMS, {"names": names}).scalars(), True)


def _judged(
    desk: Desk, site: Site, one: Newcomer, about: Circumstances, known: dict[str, bool]
) -> _Opening | Answer:  # fmt: skip
    person, patient = one.person, one.on_record(site.today(about.now))
    stamp = about.stamp(desk.pathway, site, "register", _said(patient), [item.content for item in one.past])
    if patient.id in known:
        return _again(desk, patient.id, stamp, person, on_record=known[patient.id])
    opening = replace(stamp, key="").payload("registration", **registration_content(patient))
    judged = judge(desk.pathway, site, Known(chart=Chart(patient=patient), payloads=[opening]), stamp, one.past)
    if isinstance(judged, Stopped):
        return _refused(judged)
    known[patient.id] = False
    return _Opening(_opened(desk, judged, site, stamp), person)


def _said(patient: Registration) -> dict[str, Any]:
    """What an idempotency key stands for: not the day, or a call repeated after midnight would be another one."""
    return {name: value for name, value in registration_content(patient).items() if name != "on"}


def _refused(stopped: Stopped) -> Answer:
    return Answer(
        accepted=False, entry=stopped.entry, before=State.REFERRED, after=State.REFERRED, version=0,
        blockers=stopped.refused.blockers, denied=stopped.refused.denied,
    )  # fmt: skip


def _opened(desk: Desk, known: Known, site: Site, stamp: Stamp) -> Post:
    """A new patient's entries; all that follows from them stands, with the key, at the last."""
    file = _new_file(known.chart, site)
    found = outlook(desk.pathway, file, known.chart, stamp.day, State.REFERRED)
    *earlier, last = known.payloads
    return Post.of(file, stamp, last | ({"key": stamp.key} if stamp.key else {}), found, earlier)


def _write(desk: Desk, site_chain: Chain, openings: Sequence[_Opening], effects: dict[str, Any]) -> None:
    """All of them with a few statements; `effects` are the site's, of the first."""
    connection, names = desk.connection, [one.post.file.patient for one in openings]
    chain.begin(connection, names, SITE)
    post(connection, *(one.post for one in openings))
    people = [{"patient": one.post.file.patient, "name": one.person[0], "contact": one.person[1]} for one in openings]
    connection.execute(_NEW_PERSON, people)
    stamp = replace(openings[0].post.stamp, key="")
    listed = [stamp.payload("registered", patient=name) for name in names]
    chain.write(connection, [site_chain.growth(stamp.at, zip(listed, [effects] + [{}] * len(listed), strict=False))])


def _again(desk: Desk, name: str, stamp: Stamp, person: tuple[str, str], *, on_record: bool) -> Answer:
    """The former answer to the same call. Raises Invalid where it was another one."""
    file = CaseFile.held(desk.connection, desk.settings, name) if stamp.key and on_record else None
    again = replayed(desk, file, stamp) if file else None
    if again is None:
        raise Invalid("id", f"patient {name} is registered already", allowed="an id that is not in use")
    on_file = desk.connection.execute(WHO, {"patient": name}).first()
    for field, said, known in zip(("name", "contact"), person, on_file or ("", ""), strict=True):
        if said != known:
            raise Invalid(field, f"is not the one on file for patient {name}")
    return again


def _new_file(chart: Chart, site: Site) -> CaseFile:
    patient = chart.patient
    return CaseFile(
        chain=Chain(name=patient.id, head="", length=0), folded=Folded(patient=patient), chart=chart, site=site,
        state=State.REFERRED, since=patient.registered, version=0, pathway_version="", settings_revision=0,
        wake_at=None, tasks={},
    )  # fmt: skip
