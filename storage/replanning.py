"""What the date, new rules or new settings bring about, without anybody entering anything."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import bindparam, update

from storage.answer import Desk
from storage.casefile import CaseFile
from storage.codec import CLOCK, Stamp
from storage.effects import TaskChange, changes_of
from storage.posting import Outlook, Post, outlook, post
from storage.settings import ROW
from storage.site_stream import settle_site, site_stream
from storage.tables import patient
from workflow.site import Site

Replanned = tuple[str, tuple[TaskChange, ...]]
"""A patient for whom something changed, and the tasks it changed."""

BATCH = 100
"""Patients held in memory at a time."""

_STAMP = (
    update(patient)
    .where(patient.c.id == bindparam("patient"), patient.c.version == bindparam("at_version"))
    .values(pathway_version=bindparam("new_pathway"), settings_revision=bindparam("new_settings"))
)


def move_in_time(desk: Desk, name: str, now: datetime) -> bool:
    """Journals the timed moves that are due and plans anew; whether there was anything to write."""
    file = CaseFile.held(desk.connection, desk.settings, name)
    if file.wake_at is None or file.wake_at > now:
        return False
    stamp, found = _looked_at(desk, file, now)
    if found.is_as(file):
        return False
    post(desk.connection, Post.moves(file, stamp, found))
    return True


def replan(desk: Desk, names: Sequence[str], now: datetime) -> list[Replanned]:
    """Plans patients anew under the rules and settings in force; those for whom something changed.

    What changed is an entry of each patient; for whom nothing did is one entry of the site.
    """
    changed: list[Replanned] = []
    same: dict[str, int] = {}
    several = iter(sorted(set(names)))  # sorted: two replans at once lock in the same order
    while batch := list(islice(several, BATCH)):
        posts = list(_replanned(desk, batch, now, same))
        if posts:
            post(desk.connection, *posts)
        changed += ((one.file.patient, changes_of(one.found.effects, desk.pathway.tasks)) for one in posts)
    _upgrade(desk, now)
    if same:
        _leave_as_is(desk, same, now)
    return changed


def _replanned(desk: Desk, names: Sequence[str], now: datetime, same: dict[str, int]) -> Iterator[Post]:
    """What changes for patients; puts those in `same`, with their version, for whom only the stamp is another."""
    for file in CaseFile.all_held(desk.connection, desk.settings, names):
        stamp, found = _looked_at(desk, file, now)
        if not found.is_as(file):
            yield Post.moves(file, stamp, found)
        elif (file.pathway_version, file.settings_revision) != (stamp.pathway, stamp.settings):
            same[file.patient] = file.version


def _looked_at(desk: Desk, file: CaseFile, now: datetime) -> tuple[Stamp, Outlook]:
    stamp = _stamp(desk, file.site, now)
    return stamp, outlook(desk.pathway, file, file.chart, stamp.day, file.state)


def _stamp(desk: Desk, site: Site, now: datetime) -> Stamp:
    version, revision = desk.pathway.version, site.revision
    return Stamp(at=now, day=site.today(now), by=CLOCK, user="", pathway=version, settings=revision)


def _upgrade(desk: Desk, now: datetime) -> None:
    """The first time that another version of the rules plans, the site's stream says so."""
    row = desk.connection.execute(ROW).one()
    if row.pathway_version == desk.pathway.version:
        return
    chain, site = site_stream(desk.connection), desk.settings.of(row.revision, row.settings)
    effects = {"revision": row.revision, "pathway": desk.pathway.version}
    payload = _stamp(desk, site, now).payload("upgrade", former=row.pathway_version)
    chain.append(desk.connection, now, payload, effects)
    settle_site(desk.connection, row.revision, row.settings, desk.pathway.version)


def _leave_as_is(desk: Desk, same: dict[str, int], now: datetime) -> None:
    """Marks patients, each at its version, as planned under what is in force."""
    stamp = _stamp(desk, desk.settings.read(desk.connection), now)
    effects = {"planned": same, "pathway": stamp.pathway, "settings": stamp.settings}
    site_stream(desk.connection).append(desk.connection, now, stamp.payload("replan"), effects)
    rows = [
        {"patient": name, "at_version": version, "new_pathway": stamp.pathway, "new_settings": stamp.settings}
        for name, version in same.items()
    ]
    desk.connection.execute(_STAMP, rows)
