"""Why a message has nothing left to say: what became of the tasks it was about, in words without a patient."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, select

from notifications.outbox import Message
from notifications.pressing import same_task
from storage.tables import notice, task
from workflow.plan import Status
from workflow.vocabulary import EXITS

_LEFT = {state.value: state.title for state in EXITS}


def why_settled(connection: Connection, held: Message, now: datetime) -> str:
    """`2 done, 1 put off, 1 cancelled (transferred)`, of all notices that the message was about."""
    query = (
        select(task.c.status, task.c.reason, task.c.target, task.c.snoozed_until, notice.c.due)
        .join_from(notice, task, same_task(), isouter=True)
        .where(notice.c.id > held.since, notice.c.id <= held.upto)
    )
    counts = Counter(_became(*row) for row in connection.execute(query))
    words = [f"{count} {what}" for what, count in counts.most_common() if what]
    return ", ".join(words) or "somebody else is told of it now"


def _became(status: str | None, reason: str, target: object, snoozed: object, due: object) -> str:
    """What became of one task; empty: it stands as it was."""
    if status is None:
        return "gone"
    if status == Status.CANCELLED.value:
        return f"cancelled ({_LEFT[reason]})" if reason in _LEFT else "cancelled"
    if status != Status.OPEN.value:
        return status
    if target != due:
        return "put off" if snoozed else "moved"
    return ""
