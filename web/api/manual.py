"""The description as a page for people: no scripts, and nothing from elsewhere."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.api.description import ABOUT, description
from web.api.routing import PREFIX
from web.here import Now

router = APIRouter(prefix=PREFIX)


@router.get("/manual", name="api.manual", include_in_schema=False)
def manual(here: Now) -> HTMLResponse:
    """Every operation with what it takes and answers, by resource."""
    said = description(here.pathway.version, here.desk.secure)
    found = [(tag, list(some)) for tag, some in groupby(_operations(said), key=lambda one: one["tag"])]
    return here.page("manual.html", about=_about(), resources=found, prefix=PREFIX)


def _about() -> list[tuple[str, bool]]:
    """What is said first: paragraphs, and what is set as it stands."""
    parts = [(part.strip(), bool(number % 2)) for number, part in enumerate(ABOUT.split("```"))]
    plain = {part: part.replace("**", "").replace("`", "").split("\n\n") for part, as_is in parts if not as_is}
    return [(one, as_is) for part, as_is in parts for one in ([part] if as_is else plain[part]) if one]


def _operations(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = [
        _operation(method, path, operation)
        for path, operations in said["paths"].items() for method, operation in operations.items()
    ]  # fmt: skip
    order = list(dict.fromkeys(one["tag"] for one in found))
    yield from sorted(found, key=lambda one: order.index(one["tag"]))


def _operation(method: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fine = [answer for status, answer in said["responses"].items() if status.startswith("2")]
    schema = fine[-1].get("content", {}).get("application/json", {}).get("schema", {})
    return {
        "tag": said["tags"][0], "method": method.upper(), "path": path, "about": said["description"],
        "parameters": [one for one in said.get("parameters", ()) if one["in"] != "path"],
        "takes": _names(body), "answers": _names(schema),
        "statuses": list(said["responses"]),
    }  # fmt: skip


def _names(schema: dict[str, Any]) -> list[str]:
    """The classes that a schema is made of."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [f"slice of {name[6:-1]}" if name.startswith("Slice_") else name]
    if "items" in schema:
        return [f"list of {name}" for name in _names(schema["items"])]
    return [name for one in schema.get("oneOf", ()) for name in _names(one)]
