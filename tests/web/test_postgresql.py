"""The same desk on PostgreSQL: every page opens, and signing in, looking and telling work."""

from datetime import UTC, datetime

import pytest

from cli.demo.clinic import fill
from storage import accounts
from storage.accounts import WebRole
from storage.database import open_database
from storage.ledger import Ledger
from tests.storage.conftest import postgres_server, postgres_url
from tests.web.clinic import PASSWORD, PEOPLE, Clinic
from tests.web.crawl import walk
from web import passwords
from workflow.asps import ASPS

__all__ = ["postgres_server", "postgres_url"]


@pytest.mark.long
def test_every_page_opens_for_everyone(postgres_url: str) -> None:
    engine, now = open_database(postgres_url), datetime.now(UTC)
    clinic = Clinic(ledger=Ledger(engine, ASPS), now=now)
    fill(clinic.ledger, now)
    kept = passwords.hashed(PASSWORD)
    for role, (id, name) in PEOPLE.items():
        accounts.add(engine, id=id, name=name, role=role, password=kept, now=now)
        accounts.set_password(engine, id, kept, now, must_change=False)
    for role in WebRole:
        visitor = clinic.visitor()
        assert visitor.sign_in(PEOPLE[role][0]).status_code == 303
        assert len(list(walk(visitor, most=60, each=4))) > 12
        assert visitor.form("/account/sessions/end-others").status_code == 303
        assert "Everywhere else you were signed out." in visitor.get("/account").text
    assert [what for _, what, patient in clinic.noted() if not patient].count("sign_in") == len(WebRole)
    engine.dispose()
