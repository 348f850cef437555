"""The ways out of the building, as the environment of the worker names them. Secrets may come from files (`_FILE`).

ASPS_LINK            the address of the worklist, put into every message
ASPS_SMTP_URL        smtp://user@host:587 (STARTTLS), smtps://user@host:465; smtp+plain://localhost for a local relay
ASPS_SMTP_PASSWORD   ASPS_SMTP_CA: a file with the certificate to trust, where it is the hospital's own
ASPS_MAIL_FROM       the sender
ASPS_WEBHOOK_SECRET  signs what is posted; ASPS_WEBHOOK_HOSTS: the hosts that may be posted to, with commas
ASPS_APPRISE         the services that Apprise may use, with commas: workflows,twilio (the first word of an address)
ASPS_PING_URL        is asked for after every look at the clock, so that an outside watchdog notices silence
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from notifications.addresses import is_mailbox, is_url
from notifications.mail import LOOPBACK, SCHEMES, Mail
from notifications.sending import Carrier
from notifications.services import Services
from notifications.webhook import Webhook
from workflow.errors import Invalid


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """What leads out of the building."""

    carriers: Mapping[str, Carrier]
    """By channel; a channel that is not set up is not there, and its messages wait."""
    link: str
    ping: str


def outside(environment: Mapping[str, str]) -> Outside:
    """The ways out that were set up. Raises Invalid."""
    carriers: dict[str, Carrier] = {}
    if url := environment.get("ASPS_SMTP_URL"):
        carriers["email"] = _mail(environment, url)
    if hosts := environment.get("ASPS_WEBHOOK_HOSTS"):
        carriers["webhook"] = _webhook(environment, hosts)
    if services := environment.get("ASPS_APPRISE"):
        carriers["apprise"] = _services(services)
    link, ping = environment.get("ASPS_LINK", ""), environment.get("ASPS_PING_URL", "")
    for name, address in (("ASPS_LINK", link), ("ASPS_PING_URL", ping)):
        if address and not is_url(address):
            raise Invalid(name, "is no address", allowed="https://host/path")
    return Outside(carriers=carriers, link=link, ping=ping)


def _mail(environment: Mapping[str, str], url: str) -> Mail:
    server, sender = _server(url), environment.get("ASPS_MAIL_FROM", "")
    if server.scheme == "smtp+plain" and server.hostname not in LOOPBACK:
        raise Invalid("ASPS_SMTP_URL", "would send in the clear", allowed="smtp:// or smtps://")
    if not is_mailbox(sender):
        raise Invalid("ASPS_MAIL_FROM", "is required", allowed="the sender's address")
    password = _secret(environment, "ASPS_SMTP_PASSWORD")
    if server.username and not (password and password.isascii()):
        raise Invalid("ASPS_SMTP_PASSWORD", "is required for that user", allowed="plain ASCII, here or in a file")
    trust = _trusted(environment.get("ASPS_SMTP_CA", ""))
    return Mail(server=server, password=password, sender=sender, trust=trust)


def _server(url: str) -> SplitResult:
    try:
        server = urlsplit(url)
        possible = server.scheme in SCHEMES and server.hostname and server.port != 0 and not server.password
    except ValueError:
        possible = False
    if not possible:
        raise Invalid("ASPS_SMTP_URL", "is no mail server", allowed="smtp://user@host:587, without a password")
    return server


def _trusted(file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file or None)
    except (OSError, ssl.SSLError) as error:
        raise Invalid("ASPS_SMTP_CA", f"cannot be used: {error.strerror or error}", allowed="a file in PEM") from None


def _webhook(environment: Mapping[str, str], hosts: str) -> Webhook:
    secret = _secret(environment, "ASPS_WEBHOOK_SECRET").encode()
    if len(secret) < 16:
        raise Invalid("ASPS_WEBHOOK_SECRET", "is required", allowed="at least 16 characters")
    return Webhook(secret=secret, hosts=_listed(hosts), trust=ssl.create_default_context())


def _services(names: str) -> Services:
    if find_spec("apprise") is None:
        raise Invalid("ASPS_APPRISE", "needs: pip install 'asps-pathway[apprise]'")
    if not (allowed := _listed(names.lower())):
        raise Invalid("ASPS_APPRISE", "names no service", allowed="workflows,twilio")
    return Services(allowed=allowed)


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(",") if name.strip())


def _secret(environment: Mapping[str, str], name: str) -> str:
    """From the environment, or from the file it names."""
    if file := environment.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{name}_FILE", f"cannot be read: {getattr(error, 'strerror', 'no UTF-8')}") from None
    return environment.get(name, "")
