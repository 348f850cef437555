"""Who asks."""

from storage.accounts import WebRole
from web.access import ROUTES
from web.api.routing import READ
from web.api.routing import router as new_router
from web.api.strict import Told
from web.here import Now

router = new_router("me")


class Me(Told):
    """The account of this session, and what it may do here."""

    account: str
    name: str
    role: WebRole
    csrf: str
    """What writes carry in X-CSRF-Token."""
    sees_options: bool
    """Treatment options and prognosis are shown."""
    may: list[str]
    """The operations of this API that the role may use."""


@router.get("/me", name="api.me", responses=READ)
def me(here: Now) -> Me:
    """Who this session is, its token for writes, and what it may do."""
    who = here.who
    may = [name for name in ROUTES if name.startswith("api.") and here.may(name)]
    return Me(
        account=who.id, name=who.name, role=who.role, csrf=here.csrf, sees_options=here.sees_options, may=may
    )  # fmt: skip
