"""Someone's calendar at its secret address, for programs that cannot sign in. No patient is in it."""

import re
from hashlib import sha256

from fastapi import APIRouter
from starlette.responses import Response

from notifications.calendar import feed
from web.here import Now

router = APIRouter()

STAMP = re.compile(rb"DTSTAMP:[0-9TZ]+\r\n")
"""When it was asked for: no change of the calendar."""


@router.get("/calendar/{secret}.ics", name="calendar")
def calendar(here: Now, secret: str) -> Response:
    """The calendar; 304 where the program has it already."""
    with here.desk.engine.connect() as connection:
        link = str(here.request.url_for("home"))
        content = feed(connection, here.pathway, secret, now=here.now, link=link)
    tag = f'"{sha256(STAMP.sub(b"", content)).hexdigest()[:32]}"'
    if tag in _known(here.request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"ETag": tag})


def _known(header: str) -> list[str]:
    """The versions that a program has. A proxy that packs the answer makes the tag of it a weak one."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
