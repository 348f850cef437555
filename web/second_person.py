"""A second person confirms, on the first one's screen, with a password of their own: an override, a reversed death."""

from typing import Final

from storage.accounts import Account
from web.access import CARE, CLINICIANS, Roles
from web.here import Here
from web.signing_in import NotSignedIn, recognised
from workflow.errors import Invalid

CONFIRMED: Final = {"override": "signer_2", "reverse_death": "second_user"}
"""What two people enter together, and the field that names the second one."""
WHO: Final[dict[str, Roles]] = {"override": CLINICIANS, "reverse_death": CARE}


def confirmed(here: Here, name: str, id: str, password: str) -> Account:
    """The second person, as their password says. Raises Invalid, which names the field; nothing is written."""
    field = CONFIRMED[name]
    if id == here.who.id:
        raise Invalid(field, "must be another person than you")
    client = here.request.client
    found = recognised(here.desk, id=id, password=password, address=client.host if client else "", now=here.now)
    if isinstance(found, NotSignedIn):
        why = "there were too many failed attempts; wait a little" if found.wait else "name or password is wrong"
        raise Invalid(field, why, allowed="the account and the password of the second person")
    if found.must_change or found.role not in WHO[name]:
        raise Invalid(field, "may not confirm this", allowed=" or ".join(sorted(WHO[name])))
    return found
