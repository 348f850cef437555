"""Tasks that somebody else gave to a person: nothing new about the task, and news to them."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, literal_column, select

from storage.asking import is_open
from storage.tables import journal, task


def given(connection: Connection, id: str, since: datetime) -> bool:
    """Whether somebody else gave this person a task since then, of a patient with an open task that is theirs."""
    patients = select(task.c.patient).where(is_open, task.c.claimed_by == id, task.c.claimed_by != literal_column("''"))
    claims = journal.c.payload.contains('"name":"claim_task"')
    entries = select(journal.c.payload).where(journal.c.stream.in_(patients), journal.c.at > since, claims)
    return any(_by_another(json.loads(payload), id) for payload in connection.execute(entries).scalars())


def _by_another(entry: dict[str, Any], id: str) -> bool:
    return bool(entry["user"] != id and entry["fields"].get("user") == id)
