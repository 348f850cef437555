"""The site's settings in force: kept as texts, read by their keys."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from storage.faults import legible
from storage.tables import SITE, site
from workflow.errors import AspsError, Invalid
from workflow.pathway import Pathway
from workflow.site import Site, Value

ROW = select(site.c.revision, site.c.settings, site.c.pathway_version).where(site.c.id == SITE)


class Settings:
    """Turns the stored texts into a `Site`; remembers the last, since reading time zones is slow."""

    def __init__(self, pathway: Pathway) -> None:
        self._keys = pathway.keys
        self._last: tuple[int, str, Site] | None = None

    def of(self, revision: int, texts: str) -> Site:
        """The site at a revision."""
        last = self._last
        if last is None or last[:2] != (revision, texts):
            values = {name: self._value(name, text) for name, text in json.loads(texts).items()}
            known = {name: value for name, value in values.items() if value is not None}
            last = revision, texts, Site(keys=self._keys, values=known, revision=revision)
            self._last = last
        return last[2]

    @legible()
    def read(self, connection: Connection) -> Site:
        """The site as it stands in the database. Raises AspsError where its row is gone or not legible."""
        row = connection.execute(ROW).first()
        if row is None:
            raise AspsError("the site's row is missing; run asps journal verify")
        return self.of(row.revision, row.settings)

    def checked(self, values: Mapping[str, str | None]) -> dict[str, str | None]:
        """The texts as they will be kept. Raises Invalid for an unknown key or an impossible value."""
        for name, text in values.items():
            if name not in self._keys:
                raise Invalid(name, "there is no such setting", allowed=", ".join(self._keys))
            if text is not None:
                self._keys[name].read(text)
        return {name: text if text is None else text.strip() for name, text in values.items()}

    def _value(self, name: str, text: str) -> Value:
        """A stored text that this version of the rules no longer takes counts as UNSET, an open decision."""
        try:
            return self._keys[name].read(text)
        except (KeyError, Invalid):
            return None


def number(at: Site, key: str) -> int | None:
    """A number that this pathway may not have as a setting at all."""
    return at.number(key) if key in at.keys else None
