"""The lock of those who look and then write what is missing: two at once would both find it missing."""

from sqlalchemy import Connection, select

from storage.tables import SITE, site

_SITE = select(site.c.id).where(site.c.id == SITE).with_for_update(key_share=True)


def alone(connection: Connection) -> None:
    """One at a time until the transaction ends; readers are not held up. SQLite has one writer anyway."""
    connection.execute(_SITE)
