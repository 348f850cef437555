"""Addresses of people, by channel: what is one, what may be shown of it, and what fails together with it."""

from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final
from urllib.parse import urlsplit

from workflow.errors import Invalid

LONGEST = 1_000
"""Characters; the addresses of some services are long."""


def check(channel: str, address: str) -> None:
    """Raises Invalid where it is no address of this channel."""
    if channel not in CHANNELS:
        raise Invalid("channel", f"{channel[:40]!r} is not possible", allowed=", ".join(CHANNELS))
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST
    if not plain or not CHANNELS[channel](address):
        raise Invalid(channel, "is no address", allowed=f"one address, without blanks, like {EXAMPLES[channel]}")


def shown(channel: str, address: str) -> str:
    """As people may see it: the address of a service is as good as its password."""
    return f"{service(address)}://…" if channel == "apprise" else address


def route(channel: str, address: str) -> str:
    """What fails together: the mail server, the host of a webhook, a service."""
    if channel == "apprise":
        return f"{channel} {service(address)}"
    return f"{channel} {urlsplit(address).netloc}" if channel == "webhook" else channel


def service(address: str) -> str:
    """The service of an address such as `workflows://…`; empty where there is none."""
    return address.partition("://")[0].lower() if "://" in address else ""


def is_mailbox(address: str) -> bool:
    """An e-mail address."""
    try:
        return bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError, MessageError):
        return False


def is_url(address: str) -> bool:
    """An address of the web."""
    try:
        place = urlsplit(address)
        return place.scheme in ("https", "http") and bool(place.hostname) and place.port != 0
    except ValueError:
        return False


CHANNELS: Final[dict[str, Callable[[str], bool]]] = {
    "email": is_mailbox,
    "webhook": is_url,
    "apprise": lambda address: bool(service(address)),
}
EXAMPLES: Final = {
    "email": "ann@example.org", "webhook": "https://host/path", "apprise": "workflows://host/workflow/signature",
}  # fmt: skip
