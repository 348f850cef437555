"""What the site decided about messages and about the desk itself; nothing clinical."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from notifications.policy import KEYS, decide, decided
from web.here import Here, Now
from workflow.errors import Invalid

router = APIRouter()


@router.get("/admin/policies", name="policies")
def policies(here: Now) -> HTMLResponse:
    """All decisions."""
    return _page(here)


@router.post("/admin/policies", name="decide_policies")
def decide_policies(here: Now) -> Response:
    """Decides what differs from what was shown: all of it, or nothing, and nothing over somebody else's decision."""
    now = _decided(here)
    shown = {name: _text(here, f"was.{name}", now[name]) for name in KEYS}
    given = {name: _text(here, name, shown[name]) for name in KEYS}
    changed = {name: value for name, value in given.items() if value != shown[name]}
    if meanwhile := [name for name in changed if shown[name] != now[name]]:
        told = {name: f"{KEYS[name].title}: somebody decided {now[name]} meanwhile. Look again" for name in meanwhile}
        return _page(here, now | changed, told, 409)
    try:
        decide(here.desk.engine, changed, now=here.now, user=here.who.id)
    except Invalid as error:
        return _page(here, given, {error.field: f"{KEYS[error.field].title}: possible is {error.allowed}"}, 422)
    here.tell("Saved." if changed else "Nothing was changed.")
    return here.go("policies")


def _text(here: Here, name: str, otherwise: str) -> str:
    return str(here.fields.get(name, otherwise)).strip()


def _decided(here: Here) -> dict[str, str]:
    with here.desk.engine.connect() as connection:
        return decided(connection)


def _page(
    here: Here, given: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    now = _decided(here)
    return here.page(
        "policies.html", keys=KEYS, given=given or now, shown=now, errors=errors or {}, status=status
    )  # fmt: skip
