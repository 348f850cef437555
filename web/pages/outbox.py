"""Messages, and what became of each; what could not be delivered can be queued again."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from notifications.outbox import messages, retry
from notifications.trouble import trouble
from web.forms.typed import whole
from web.here import Now
from workflow.errors import Invalid, NotFound

router = APIRouter()

STATES: Final = {
    "queued": "waits to be sent", "sent": "was sent", "suppressed": "nothing of it held any more",
    "parked": "could not be delivered", "replaced": "a later digest tells of it",
}  # fmt: skip
SHOWN = 200


@router.get("/admin/outbox", name="outbox")
def outbox(here: Now, state: str = "") -> HTMLResponse:
    """The newest messages, of one state only where it is given."""
    if state and state not in STATES:
        raise Invalid("state", "there is no such state", allowed=", ".join(STATES))
    with here.desk.engine.connect() as connection:
        found = messages(connection, state=state or None, limit=SHOWN)
        wrong = trouble(connection, here.pathway, here.now)
    return here.page("outbox.html", messages=found, states=STATES, state=state, shown=SHOWN, trouble=wrong)


@router.post("/admin/outbox/retry", name="retry_messages")
def retry_messages(here: Now) -> Response:
    """Queues one parked message again, or all of them."""
    given = str(here.fields.get("id", ""))
    number = whole(given, digits=18)
    if given and number is None:
        raise Invalid("id", "is no message")
    try:
        count = retry(here.desk.engine, here.now, () if number is None else [number])
    except NotFound:
        here.tell("That message is not parked any more; somebody else has queued it.")
    else:
        here.tell(f"{count} {'message is' if count == 1 else 'messages are'} queued again.")
    return here.go("outbox")
