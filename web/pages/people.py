"""Who is told, where and when; who is away, and who is told meanwhile."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from notifications import people as on_file
from notifications.addresses import CHANNELS, EXAMPLES
from notifications.addresses import shown as shown_address
from notifications.people import Duty, Member
from notifications.trouble import trouble
from web.forms.problems import labelled
from web.here import Here, Now
from workflow.errors import Invalid

router = APIRouter()

SECRET = frozenset({"apprise"})
"""Channels whose address is as good as a password: it is not shown, and stays unless another is given."""


@router.get("/admin/people", name="people")
def people(here: Now) -> HTMLResponse:
    """Everybody who is told."""
    return _list(here)


@router.post("/admin/people", name="add_person")
def add_person(here: Now) -> Response:
    """Adds somebody."""
    given = _given(here)
    try:
        new = Member(id=given.get("id", ""), **_read(given, {}))
        on_file.add(here.desk.engine, new)
    except Invalid as error:
        return _list(here, given, _errors(error), 422)
    here.tell(f"{new.id} is told from now on.")
    return here.go("people")


@router.get("/admin/people/{id}", name="person")
def person(here: Now, id: str) -> HTMLResponse:
    """One of them."""
    return _page(here, id)


@router.post("/admin/people/{id}", name="change_person")
def change_person(here: Now, id: str) -> Response:
    """Changes somebody."""
    given, present = _given(here), _member(here, id)
    if given.get("seen") != seen(present):
        return _page(here, id, errors={"": "Somebody changed this meanwhile: here is how it stands now"}, status=409)
    try:
        on_file.change(here.desk.engine, id, **_read(given, present.addresses))
    except Invalid as error:
        return _page(here, id, given, _errors(error), 422)
    return _told(here, id, "Saved.")


@router.post("/admin/people/{id}/away", name="person_away")
def person_away(here: Now, id: str) -> Response:
    """Says that somebody is away and who is told meanwhile; or that they are back."""
    given = _given(here)
    try:
        away = None if given.get("back") else (_day(given, "from"), _day(given, "until"))
        on_file.change(here.desk.engine, id, absent=away, deputy=given.get("deputy", ""))
    except Invalid as error:
        return _page(here, id, given, _errors(error), 422)
    return _told(here, id, "Saved." if away else f"{id} is back.")


@router.post("/admin/people/{id}/remove", name="remove_person")
def remove_person(here: Now, id: str) -> Response:
    """Takes somebody off the list."""
    on_file.remove(here.desk.engine, id)
    here.tell(f"{id} is told nothing any more.")
    return here.go("people")


def _given(here: Here) -> dict[str, str]:
    return {name: value.strip() for name, value in here.fields.items() if isinstance(value, str)}


def seen(member: Member) -> str:
    """What a form was made from, so that nobody writes over what somebody else has changed."""
    return sha256(repr(member).encode()).hexdigest()


def _read(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, Any]:
    """The form as the record takes it. Raises Invalid."""
    if given.get("role") not in set(Duty):
        raise Invalid("role", "is required", allowed=", ".join(Duty))
    said = {channel: given.get(channel, "") for channel in CHANNELS}
    kept = {c: before[c] for c in SECRET if c in before and not said[c] and not given.get(f"without_{c}")}
    return {
        "name": given.get("name") or given.get("id", ""), "role": Duty(given["role"]),
        "addresses": {channel: address for channel, address in said.items() if address} | kept,
        "digest_hour": _hour(given, "hour"), "quiet": (_hour(given, "quiet_from"), _hour(given, "quiet_until")),
    }  # fmt: skip


def _hour(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "")
    if not (text.isascii() and text.isdigit() and int(text[:3]) <= 23):
        raise Invalid(name, "is no hour", allowed="0 to 23")
    return int(text)


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(given.get(name, ""))
    except ValueError:
        raise Invalid(name, "is no date", allowed="YYYY-MM-DD") from None


def _errors(error: Invalid) -> dict[str, str]:
    field = {"quiet": "quiet_from"}.get(error.field, error.field)
    label = error.field.replace("_", " ")
    return {field: labelled(f"{label[0].upper()}{label[1:]}", error)}


def _member(here: Here, id: str) -> Member:
    with here.desk.engine.connect() as connection:
        return on_file.member(connection, id)


def _told(here: Here, id: str, message: str) -> Response:
    here.tell(message)
    return here.go("person", id=id)


def _context(given: Mapping[str, str] | None, errors: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "given": given or {}, "errors": errors or {}, "duties": [duty.value for duty in Duty], "channels": EXAMPLES,
        "secret": SECRET, "shown_address": shown_address,
    }  # fmt: skip


def _list(
    here: Here, given: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    with here.desk.engine.connect() as connection:
        found, wrong = on_file.everyone(connection).values(), trouble(connection, here.pathway, here.now)
    return here.page(
        "people.html", people=found, new=Member(id="", name="", role=Duty.COORDINATOR), trouble=wrong, status=status,
        **_context(given, errors),
    )  # fmt: skip


def _page(
    here: Here, id: str, given: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    with here.desk.engine.connect() as connection:
        found, others = on_file.member(connection, id), on_file.everyone(connection)
    deputies = [("", "nobody"), *((one.id, f"{one.name} ({one.id})") for one in others.values() if one.id != id)]
    return here.page(
        "person.html", person=found, seen=seen(found), deputies=deputies, status=status, **_context(given, errors)
    )
