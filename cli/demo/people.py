"""Who may sign in to the invented clinic: one of each role, and a second clinician."""

from datetime import datetime

from sqlalchemy import Engine

from storage import accounts
from storage.accounts import WebRole
from web import passwords

PEOPLE = (
    ("coordinator-1", "Cora Invented", WebRole.COORDINATOR),
    ("clinician-1", "Dr Clara Invented", WebRole.CLINICIAN),
    ("clinician-2", "Dr Colin Invented", WebRole.CLINICIAN),
    ("administrator-1", "Adam Invented", WebRole.ADMINISTRATOR),
    ("auditor-1", "Aude Invented", WebRole.AUDITOR),
)


def let_in(engine: Engine, now: datetime) -> str:
    """Makes their accounts; the password, which they share and which is another one in every demo."""
    password = passwords.random()
    kept = passwords.hashed(password)
    for id, name, role in PEOPLE:
        accounts.add(engine, id=id, name=name, role=role, password=kept, now=now)
        accounts.set_password(engine, id, kept, now, must_change=False)
    return password
