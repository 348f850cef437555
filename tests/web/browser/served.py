"""A desk behind a real server on loopback, for a real browser."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from cli.demo.clinic import fill
from notifications import people
from notifications.people import Duty, Member
from storage import accounts, sessions
from storage.accounts import WebRole
from storage.database import open_database
from storage.ledger import Ledger
from tests.web.clinic import NOW, PEOPLE, Clinic
from web.cookies import new_token
from workflow.asps import ASPS

AGENT = "Chromium in a test"
"""As the browser names itself: a session is for one browser alone."""
LOCAL = ("127.0.0.1", "desk.test")
"""Under which names the server answers: to browsers, and to those that have none."""


@dataclass(frozen=True)
class Served:
    """A clinic, and where browsers reach its desk."""

    clinic: Clinic
    address: str

    def session(self, role: str) -> str:
        """What the cookie of a new session holds, of this role's person, who has signed in already."""
        token, now = new_token(), self.clinic.now
        sessions.begin(
            self.clinic.desk.engine, token, account=PEOPLE[WebRole(role)][0], now=now, lasts=timedelta(hours=12),
            address="127.0.0.1", agent=AGENT,
        )  # fmt: skip
        return token


@contextmanager
def serving(clinic: Clinic) -> Iterator[Served]:
    """The desk of a clinic behind a server."""
    with listening(clinic.app) as address:
        yield Served(clinic, address)


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """A server in a thread, at any port that is free; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def demo_clinic(folder: Path) -> Clinic:
    """The invented clinic of the demo, with our people, of whom one is told by messages."""
    ledger = Ledger(open_database(f"sqlite:///{folder / 'demo.db'}"), ASPS)
    fill(ledger, NOW)
    for role, (id, name) in PEOPLE.items():
        accounts.add(ledger.engine, id=id, name=name, role=role, password="", now=NOW)
        accounts.set_password(ledger.engine, id, "", NOW, must_change=False)
    people.add(ledger.engine, Member(id="coordinator-1", name="Cora Ordinator", role=Duty.COORDINATOR))
    return Clinic(ledger=ledger, secure=False, hosts=LOCAL)
