"""The site's settings with their history, what waits for a decision, and what a change would do."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from diagrams.book_model import Kind
from storage.what_if import WhatIf, effects, what_if
from web import settings as on_file
from web.forms.problems import labelled
from web.here import Here, Now
from web.rulebook import rule_of
from workflow.errors import Invalid, NotFound

router = APIRouter()

OPEN = "UNSET"
"""Typed to leave a setting open on purpose."""


@router.get("/site/settings", name="settings")
def settings(here: Now) -> HTMLResponse:
    """Every setting as it stands."""
    return here.page("settings.html", settings=on_file.settings(here))


@router.get("/site/decisions", name="decisions")
def decisions(here: Now) -> HTMLResponse:
    """What the site has not decided, and what stands without a date because of it."""
    found = [(one, _readers(here, one.key.name)) for one in on_file.open_decisions(here)]
    return here.page("decisions.html", decisions=found, undated=on_file.undated(here))


@router.get("/site/settings/{key}", name="setting")
def setting(here: Now, key: str) -> HTMLResponse:
    """One setting with its history."""
    return _page(here, key)


@router.post("/site/settings/{key}", name="set_setting")
def set_setting(here: Now, key: str) -> Response:
    """Shows what a change would do, or makes it."""
    given = {name: str(here.fields.get(name, "")).strip() for name in ("value", "reason", "revision", "do")}
    try:
        _check(given)
        if given["revision"] != str(here.site.revision):
            return _page(here, key, given, errors={"": _meanwhile(here)}, status=409)
        values = {key: None if given["value"] == OPEN else given["value"]}
        if given["do"] == "preview":
            found = what_if(here.ledger, here.reader, values, now=here.now, author=on_file.author(here))
            return _page(here, key, given, preview=found)
        here.ledger.set_site(values, now=here.now, author=on_file.author(here), reason=given["reason"])
    except Invalid as error:
        return _page(here, key, given, errors={_field(error, key): labelled(_label(error, key), error)}, status=422)
    here.tell(f"{key} is now {given['value']}. Open patients are planned anew by the next ticks of the clock.")
    return here.go("setting", key=key)


def _check(given: Mapping[str, str]) -> None:
    if not given["value"]:
        raise Invalid("value", "is required", allowed=f"a value, or {OPEN} to open it again")
    if given["do"] != "preview" and not given["reason"]:
        raise Invalid("reason", "is required", allowed="a sentence that explains it to those who come later")


def _field(error: Invalid, key: str) -> str:
    return "value" if error.field == key else error.field


def _label(error: Invalid, key: str) -> str:
    return "Reason" if _field(error, key) == "reason" else "New value"


def _meanwhile(here: Here) -> str:
    last = here.reader.settings_history()[-1]
    return (
        f"Somebody changed the settings meanwhile: {last.user} set {last.key} to {last.value or OPEN}. "
        "Look again, then repeat it. Nothing was saved."
    )


def _page(
    here: Here, key: str, given: Mapping[str, str] | None = None, *, errors: Mapping[str, str] | None = None,
    preview: WhatIf | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    if key not in here.site.keys:
        raise NotFound("setting", key[:60])
    found, history = on_file.setting(here, key)
    context: dict[str, Any] = {
        "setting": found, "history": history[::-1], "readers": _readers(here, key), "given": given or {},
        "errors": errors or {}, "preview": preview, "effects": effects(preview.changed) if preview else [],
    }  # fmt: skip
    return here.page("setting.html", status=status, **context)


def _readers(here: Here, key: str) -> list[tuple[str, str]]:
    """The kinds and names of the rules that read a setting."""
    read_by = rule_of(here, Kind.SETTING, key).facts.get("read_by", ())
    pairs = [one.partition(":") for one in read_by]
    return [(kind, name) for kind, _, name in pairs if here.sees_options or kind not in ("option", "text")]
