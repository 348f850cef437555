"""How anything that goes wrong is told: problem+json (RFC 9457).

status  type                what it means
400     malformed           the request is no JSON, or a header cannot be read
401     not-logged-in       there is no session, or it has ended
403     not-allowed         the role may not do this; `blockers` says who may, where it is a clinical step
404     not-found           nothing is there, or nothing that you may see
409     refused             a guard stands in the way: `blockers` lists every one of them; nothing changed. Also where
                            a rule has changed since it was read, or an idempotency key stood for something else
412     changed-meanwhile   the version given is not the present one; `meanwhile` lists what was entered since
422     invalid             the request itself is wrong: `field` and `detail` say where and why, `errors` lists all

A refusal is a 409 and not a 422: the request was right, and the state of the patient stands against it.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field

from storage.codec import FIELDS
from storage.timeline import JournalRow
from web.api.strict import Told
from web.door import FirstPassword, SignIn
from workflow.errors import AspsError, Invalid, NotFound, Stale
from workflow.vocabulary import Blocker

MEDIA = "application/problem+json"
TYPE = "urn:asps:problem:"
TITLES = {
    400: ("malformed", "The request cannot be read"),
    401: ("not-logged-in", "There is no session"),
    403: ("not-allowed", "You may not do this"),
    404: ("not-found", "There is nothing here"),
    405: ("no-such-method", "This cannot be done here"),
    409: ("refused", "Refused; nothing changed"),
    412: ("changed-meanwhile", "Changed meanwhile; nothing was written"),
    413: ("too-large", "The request is too large"),
    422: ("invalid", "The request is wrong"),
    429: ("too-many", "Too many requests"),
    503: ("unavailable", "Not possible at the moment"),
}


class Wrong(Told):
    """One thing that is wrong with a request."""

    field: str
    reason: str


class Problem(Told):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="A name of the kind of problem: urn:asps:problem:invalid")
    title: str
    status: int
    detail: str
    field: str | None = Field(default=None, description="Where the request is wrong")
    allowed: str | None = Field(default=None, description="What would be right there")
    errors: list[Wrong] | None = Field(default=None, description="All that is wrong, where it is known at once")
    blockers: list[Blocker] | None = Field(default=None, description="Every unmet guard of a refused step")
    version: int | None = Field(default=None, description="The present version")
    meanwhile: list[JournalRow] | None = Field(default=None, description="What was entered since the version given")


class ProblemRaised(Exception):
    """A problem on its way out."""

    def __init__(self, problem: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem, self.headers = problem, headers


def problem(status: int, detail: str, **more: Any) -> Problem:
    """A problem of the kind that a status stands for."""
    name, title = TITLES.get(status, (f"status-{status}", "Not possible"))
    return Problem(type=TYPE + name, title=title, status=status, detail=detail, **more)


def refused(blockers: Sequence[Blocker], *, denied: bool) -> ProblemRaised:
    """A refused step, with every unmet guard."""
    detail = "; ".join(dict.fromkeys(blocker.why for blocker in blockers))
    return ProblemRaised(problem(403 if denied else 409, detail, blockers=list(blockers)))


def answered(found: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as a response."""
    body = {name: value for name, value in jsonable_encoder(found).items() if value is not None}
    return JSONResponse(body, status_code=found.status, media_type=MEDIA, headers=headers)


def told(error: AspsError) -> Problem:
    """An error of the record as a problem."""
    if isinstance(error, Invalid) and error.field == "key":
        return problem(409, error.reason, field="Idempotency-Key", allowed=error.allowed)
    if isinstance(error, Invalid):
        return problem(422, error.reason, field=error.field, allowed=error.allowed or None)
    if isinstance(error, NotFound):
        return problem(404, f"there is no such {error.what}")
    return problem(412 if isinstance(error, Stale) else 503, str(error))


def _unreadable(error: RequestValidationError) -> Problem:
    """What FastAPI found wrong with a request."""
    found = [Wrong(field=_field(one), reason=_sentence(one)) for one in error.errors()]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem(400, "the body is no JSON")
    return problem(422, found[0].reason, field=found[0].field, errors=found)


def _field(error: dict[str, Any]) -> str:
    """Where it is; a body that is none of those there are is so by its name."""
    return str(error["ctx"]["discriminator"]).strip("'") if "union_tag" in error["type"] else _place(error["loc"])


def _place(loc: Sequence[int | str]) -> str:
    """`body`, `weight`, `fields`, 0 as `fields.0`: which of the bodies it was is known already."""
    named = loc[2:] if len(loc) > 2 and loc[1] in BODIES else loc[1:]
    return ".".join(map(str, named)) or str(loc[0])


def _sentence(error: dict[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")[:300]


BODIES = frozenset({*FIELDS, "claim", "complete", "snooze", "waive"})
"""Names by which bodies are told apart; they are no part of a field's place."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ProblemRoute(APIRoute):
    """A route that tells all that goes wrong in it as a problem."""

    def get_route_handler(self) -> Handler:
        """The route's handler, with problems in place of exceptions."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except ProblemRaised as error:
                return answered(error.problem, error.headers)
            except SignIn:
                return answered(problem(401, "sign in, then send the cookie with each request"))
            except FirstPassword:
                return answered(problem(403, "choose a password of your own first"))
            except RequestValidationError as error:
                return answered(_unreadable(error))
            except HTTPException as error:
                return answered(problem(error.status_code, str(error.detail)), dict(error.headers or {}))
            except AspsError as error:
                return answered(told(error))

        return handled


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How the description tells of the problems that a route may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": TITLES[status][1], "content": {MEDIA: {"schema": schema}}} for status in statuses
    }  # fmt: skip
