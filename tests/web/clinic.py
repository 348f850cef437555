"""An invented clinic with a desk, for the tests of the pages: patients P-1 to P-3, one account per role."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from storage import accounts, sessions
from storage.access_log import looks
from storage.accounts import WebRole
from storage.database import memory_database, open_database
from storage.ledger import Answer, Author, Ledger
from web import forgery, passwords
from web.app import create_app
from web.cookies import new_token
from web.desk import Desk
from workflow.asps import ASPS
from workflow.vocabulary import Role

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Amsterdam."""
SETTINGS = {
    "timezone": "Europe/Amsterdam", "brain_mri.due_days": "14", "staging_ct.due_days": "14", "mdt.due_days": "7",
    "palliative.offer_days": "56", "override.expiry_hours": "72",
}  # fmt: skip
COORDINATOR = Author(by=Role.COORDINATOR, user="coordinator-1")
CLINICIAN = Author(by=Role.CLINICIAN, user="clinician-1")
PASSWORD = "umber lantern crosses quietly"
"""Of everybody in these tests."""
PEOPLE = {
    WebRole.COORDINATOR: ("coordinator-1", "Cora Ordinator"), WebRole.CLINICIAN: ("clinician-1", "Clin Ician"),
    WebRole.ADMINISTRATOR: ("administrator-1", "Ada Ministrator"), WebRole.AUDITOR: ("auditor-1", "Audi Tor"),
}  # fmt: skip
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Visitor(TestClient):
    """A browser: it keeps cookies, follows no redirect by itself, and sends forms with the token of the session."""

    token: str = ""
    known: bool = False
    """Somebody is signed in."""

    def form(self, address: str, **fields: Any) -> Any:
        """Sends a form as a page of this session would."""
        return self.post(address, data={"csrf": self.token, **fields})

    def sign_in(self, id: str, password: str = PASSWORD) -> Any:
        """Opens the form for signing in, sends it, and learns the token of the new session."""
        self.learn_token("/login")
        answer = self.form("/login", id=id, password=password)
        if answer.status_code == 303:
            self.learn_token("/")
        return answer

    def learn_token(self, address: str) -> None:
        """Takes the token from the forms of a page."""
        answer = self.get(address, follow_redirects=True)
        found = TOKEN.search(answer.text)
        assert found, answer.text
        self.token = found.group(1)


@dataclass
class Clinic:
    """A record, its desk, and a clock that the test moves."""

    ledger: Ledger
    now: datetime = NOW
    secure: bool = True
    hosts: tuple[str, ...] = ("desk.test",)

    @classmethod
    def made(cls, folder: Path) -> "Clinic":
        """A fresh copy of the same clinic, in a file."""
        file = folder / "asps.db"
        file.write_bytes(_template())
        return cls(ledger=Ledger(open_database(f"sqlite:///{file}"), ASPS))

    @cached_property
    def desk(self) -> Desk:
        """What the server works with."""
        return Desk(ledger=self.ledger, clock=lambda: self.now, secure=self.secure, hosts=self.hosts)

    @cached_property
    def app(self) -> FastAPI:
        """The server."""
        return create_app(self.desk)

    def visitor(self, agent: str = "Test browser") -> Visitor:
        """A new browser in which nobody is signed in. A server error is a page, as for people."""
        return Visitor(
            self.app, base_url="https://desk.test", follow_redirects=False, raise_server_exceptions=False,
            headers={"user-agent": agent},
        )  # fmt: skip

    def signed_in(self, role: str) -> Visitor:
        """A browser in which the person of this role is signed in, without the half second that a password takes."""
        visitor, token = self.visitor(), new_token()
        session = sessions.begin(
            self.desk.engine, token, account=PEOPLE[WebRole(role)][0], now=self.now, lasts=timedelta(hours=12),
            address="testclient", agent=visitor.headers["user-agent"],
        )  # fmt: skip
        visitor.known = True
        visitor.cookies.set("__Host-sid" if self.secure else "sid", token)
        visitor.token = forgery.token(self.desk.form_key, session.id)
        return visitor

    def noted(self) -> list[tuple[str, str, str]]:
        """The access log, oldest first: who, what, which patient."""
        with self.desk.engine.connect() as connection:
            return [(look.account, look.what, look.patient) for look in looks(connection)][::-1]

    def handle(self, patient: str) -> str:
        """What stands for a patient in an address."""
        return self.desk.handles.of(patient)

    def later(self, **length: float) -> None:
        """Moves the clock on."""
        self.now += timedelta(**length)

    def enter(self, patient: str, name: str, on: date | None = None, reason: str = "", **given: Any) -> Answer:
        """Enters a record or act as the clinician, which must be accepted."""
        answer = self.ledger.enter(patient, name, given, now=self.now, author=CLINICIAN, on=on, reason=reason)
        assert answer.accepted, answer.blockers
        return answer


@cache
def _template() -> bytes:
    """P-1 in staging with an overdue MRI, P-2 in staging since a week, P-3 referred today; and the accounts."""
    engine = memory_database()
    ledger = Ledger(engine, ASPS)
    ledger.set_site(SETTINGS, now=NOW - timedelta(days=60), author=CLINICIAN)
    for id, days, name in (("P-1", 40, "Zoë Aalto-Öberg"), ("P-2", 7, "Jan Smit"), ("P-3", 0, "<b>Bo</b> & Co")):
        now = NOW - timedelta(days=days)
        ledger.register(id=id, born=date(1990, 1, 1), now=now, author=COORDINATOR, name=name, can_become_pregnant="no")
        if days:
            given = {"centre_role": "reference_centre"}
            assert ledger.enter(id, "accept_referral", given, now=now, author=CLINICIAN).accepted
    kept = passwords.hashed(PASSWORD)
    for role, (id, name) in PEOPLE.items():
        accounts.add(engine, id=id, name=name, role=role, password=kept, now=NOW - timedelta(days=30))
        accounts.set_password(engine, id, kept, NOW - timedelta(days=29), must_change=False)
    with engine.connect() as connection:
        content: bytes = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]
    return content
