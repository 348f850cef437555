"""What is written on the site's own stream beside registrations: settings, and which rules are in force."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, update

from storage import tables
from storage.answer import Desk
from storage.chain import Chain
from storage.codec import canonical
from storage.inputs import Circumstances
from storage.settings import ROW
from storage.tables import SITE, SITE_STREAM
from workflow.site import Site

_SITE = ROW.with_for_update()
_SETTLE = (
    update(tables.site)
    .where(tables.site.c.id == SITE)
    .values(
        revision=bindparam("new_revision"), settings=bindparam("new_settings"), pathway_version=bindparam("new_version")
    )
)


def set_site(desk: Desk, values: Mapping[str, str | None], about: Circumstances) -> Site:
    """Sets and unsets settings in one entry; what is so already changes nothing."""
    stream = site_stream(desk.connection)
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
    stream.append(desk.connection, stamp.at, stamp.payload("settings", set=changed), effects)
    settle_site(desk.connection, site.revision, texts, version)
    return site


def first_rules(desk: Desk, row: Row[int, str, str]) -> dict[str, Any]:
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
    found = Chain.held(connection, SITE_STREAM)
    assert found is not None, "the first migration makes it"
    return found
