"""Signing in and out. Guessing gets slow, for an account and for an address; nobody is locked out for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage import access_log, accounts, attempts, sessions
from storage.accounts import Account
from web import cookies, limits, passwords
from web.desk import Desk

FREE_ACCOUNT: Final = 5
"""Failures before waiting begins."""
FREE_ADDRESS: Final = 20
"""More, as a hospital's people share one address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """It worked: what the cookie gets."""

    account: Account
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSignedIn:
    """It did not. `wait`: no password was looked at, as there were too many failures."""

    wait: timedelta = timedelta(0)


def sign_in(
    desk: Desk, *, id: str, password: str, address: str, agent: str, now: datetime, old: str = ""
) -> SignedIn | NotSignedIn:
    """Begins a new session under a new id; one that the browser had before (`old`) ends."""
    account = recognised(desk, id=id, password=password, address=address, now=now)
    return account if isinstance(account, NotSignedIn) else _begun(desk, account, address, agent, now, old)


def recognised(desk: Desk, *, id: str, password: str, address: str, now: datetime) -> Account | NotSignedIn:
    """Whose id and password these are; no session begins."""
    by_account, by_address = attempts.key("account", id), attempts.key("address", address)
    with desk.engine.connect() as connection:
        waits = (
            attempts.wait(connection, by_account, FREE_ACCOUNT, now),
            attempts.wait(connection, by_address, FREE_ADDRESS, now),
        )
        account = accounts.find(connection, id)
    if any(waits):
        return NotSignedIn(wait=max(waits))
    if not passwords.fits(account.password if account else "", password) or account is None or account.revoked_at:
        attempts.failed(desk.engine, [by_account, by_address], now)
        _note(desk, now, account, "", "sign_in_failed")
        return NotSignedIn()
    attempts.succeeded(desk.engine, by_account)
    return account


def _begun(desk: Desk, account: Account, address: str, agent: str, now: datetime, old: str) -> SignedIn:
    token = cookies.new_token()
    if old:
        sessions.end_token(desk.engine, old)
    with desk.engine.connect() as connection:
        lasts = limits.limits(connection).lasts
    session = sessions.begin(desk.engine, token, account=account.id, now=now, lasts=lasts, address=address, agent=agent)
    _note(desk, now, account, session.id, "sign_in")
    return SignedIn(account=account, token=token)


def _note(desk: Desk, now: datetime, account: Account | None, session: str, what: str) -> None:
    """An id that is nobody's is not written down: people type passwords there."""
    access_log.note(
        desk.engine, now, account=account.id if account else "", role=account.role.value if account else "",
        session=session, what=what,
    )  # fmt: skip
