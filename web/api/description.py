"""The description of the API (OpenAPI), made from the very routes and classes that answer."""

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic.json_schema import models_json_schema

from web.api import forecast, me, pathway, patients, problems, site, worklist, writing
from web.api.problems import Problem
from web.api.routing import PREFIX, READ
from web.api.routing import router as new_router
from web.cookies import SESSION, called
from web.here import Now

router = new_router("description")
ROUTERS: tuple[APIRouter, ...] = (
    me.router, worklist.router, patients.router, forecast.router, writing.router, pathway.router, site.router, router,
)  # fmt: skip
"""All of the API, for `web.app`."""

ABOUT = f"""The same as the pages, for programs: what is asked here is answered by the same functions.

**Who asks**: the cookie of a session (`/login`); writes carry its token in `X-CSRF-Token` (`GET {PREFIX}/me` tells it).
Who may do what is the same table as for the pages.

**Patients** are addressed by an opaque handle, so that no address holds a name or an id.

**Input** is read strictly: what is unknown is refused, a bool is no number, a date is written YYYY-MM-DD.

**Writes on patients** carry an `Idempotency-Key`; `If-Match` with the ETag of what you looked at keeps you from writing
over somebody else; `dry_run=true` tells what would follow and writes nothing.

**What goes wrong** is `application/problem+json`:

```
{(problems.__doc__ or "").partition(chr(10) * 2)[2].strip()}
```
"""
"""What stands at the top of the description."""


@router.get("/openapi.json", name="api.openapi", include_in_schema=False, responses=READ)
def openapi(here: Now) -> JSONResponse:
    """The description itself."""
    return JSONResponse(description(here.pathway.version, here.desk.secure))


@cache
def description(version: str, secure: bool = True) -> dict[str, Any]:
    """The OpenAPI description of the API; the version is that of the rules. `secure`: it is reached through https."""
    routes = [route for router in ROUTERS for route in router.routes]
    made = get_openapi(
        title="ASPS Pathway", version=version, summary="Keeps every patient with ASPS on the right path and in time",
        description=ABOUT, routes=routes, separate_input_output_schemas=False,
    )  # fmt: skip
    _, problem = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] |= problem["$defs"]
    session, csrf = "A session of the pages", "For everything but GET"
    made["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": called(secure, SESSION), "description": session},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": csrf},
    }
    for operations in made["paths"].values():
        for method, operation in operations.items():
            operation["security"] = [{"session": []} if method == "get" else {"session": [], "csrf": []}]
    return made
