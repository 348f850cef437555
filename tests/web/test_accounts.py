"""Accounts: their passwords, and what an administrator does for others."""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from storage import accounts
from storage.accounts import WebRole
from tests.web.clinic import PASSWORD, Clinic, Visitor
from web import passwords
from workflow.errors import Invalid

NEW = "slate harbour nine marigold"


def first_password(page: str) -> str:
    """The one that is shown once."""
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found, page
    return found.group(1)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "has 5 characters"), ("eleven char", "has 11 characters"), ("x" * 257, "has 257 characters"),
        ("passwordpassword", "Repeats like"), ("qwertyuiop12", "similar to a commonly used password"),
        ("P@ssw0rd12345", "similar to a commonly used password"), ("aaaaaaaaaaaaaa", "Repeats like"),
        ("abcdefghijklmnop", "Sequences like"), ("cora.ordinator", "easy to guess"), ("123456789012", "commonly used"),
        ("asps pathway", "easy to guess"), ("iloveyou1234", "commonly used"),
    ],
)  # fmt: skip
def test_passwords_that_are_refused_and_why(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as found:
        passwords.check(password, about=("cora.ordinator", "Cora Ordinator"))
    assert password not in str(found.value)


@pytest.mark.parametrize(
    "password",
    [
        NEW,
        "tall-green-otter-runs",
        "  spaces count too, even at the ends  ",
        "ünïcödé ist erlaubt 漢字",
        "x7#" * 1 + "mQ2vLw9pRt",
    ],
)
def test_passwords_that_are_taken(password: str) -> None:
    """No rule asks for capitals, digits or signs."""
    assert passwords.check(password) == password


def test_first_passwords_are_good_and_never_the_same() -> None:
    made = [passwords.random() for _ in range(100)]
    assert len(set(made)) == 100
    assert all(passwords.check(one) and re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", one) for one in made)


def test_a_password_is_hashed_as_the_standard_asks(real_hasher: PasswordHasher) -> None:
    """RFC 9106, the second choice: 64 MiB, three rounds."""
    assert real_hasher.hash(NEW).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_fits_its_password_and_nothing_else() -> None:
    kept = passwords.hashed(NEW)
    assert kept.startswith("$argon2id$")
    found = [passwords.fits(kept, given) for given in (NEW, NEW + " ", NEW.upper(), "", "x" * 10_000)]
    assert found == [True, False, False, False, False]
    assert [passwords.fits(broken, NEW) for broken in ("", "no hash")] == [False, False]


class TestOnesOwn:
    """Changing one's own password."""

    def test_all_other_sessions_end(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        here, there = client_as("clinician"), client_as("clinician")
        answer = here.form("/account/password", old=PASSWORD, new=NEW, again=NEW)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "Everywhere else you were signed out." in here.get("/", follow_redirects=True).text
        assert there.get("/account").status_code == 303
        assert clinic.visitor().sign_in("clinician-1").status_code == 422
        assert clinic.visitor().sign_in("clinician-1", NEW).status_code == 303

    @pytest.mark.parametrize(
        ("fields", "field", "error"),
        [
            ({"old": "wrong"}, "old", "This is not your present password."),
            ({"new": PASSWORD, "again": PASSWORD}, "new", "This is the present password: choose another."),
            ({"again": "another"}, "again", "The two are not the same."),
            ({"new": "short", "again": "short"}, "new", "Has 5 characters."),
            ({"new": "clinician-1-1", "again": "clinician-1-1"}, "new", "It is easy to guess"),
        ],
    )
    def test_what_is_wrong_stands_at_the_field(
        self, client_as: Callable[[str], Visitor], fields: dict[str, str], field: str, error: str
    ) -> None:
        answer = client_as("clinician").form(
            "/account/password", **{"old": PASSWORD, "new": NEW, "again": NEW} | fields
        )
        assert answer.status_code == 422
        assert re.search(rf'<a href="#{field}">{re.escape(error)}', answer.text)
        assert f'aria-invalid="true" aria-describedby="{field}-error"' in answer.text
        for secret in (PASSWORD, NEW):
            assert secret not in answer.text

    def test_pasting_and_password_managers_are_welcome(self, client_as: Callable[[str], Visitor]) -> None:
        page = client_as("clinician").get("/account/password").text
        assert page.count('autocomplete="new-password"') == 2
        assert 'autocomplete="current-password"' in page
        assert "onpaste" not in page


class TestOthers:
    """What an administrator does."""

    def test_somebody_new_has_to_choose_a_password_first(
        self, clinic: Clinic, client_as: Callable[[str], Visitor]
    ) -> None:
        admin = client_as("administrator")
        answer = admin.form("/accounts", id="nora", name="Nora New", role="coordinator")
        first = first_password(answer.text)
        assert answer.headers["cache-control"] == "no-store"
        assert first not in admin.get("/accounts/nora").text
        nora = clinic.visitor()
        nora.learn_token("/login")
        assert nora.form("/login", id="nora", password=first).status_code == 303
        for path in ("/", "/account", "/live/worklist"):
            assert nora.get(path).headers["location"] == "/account/password", path
        nora.learn_token("/account/password")
        assert nora.form("/account/password", old=first, new=NEW, again=NEW).status_code == 303
        assert nora.get("/account").status_code == 200
        assert ("administrator-1", "account_added:nora", "") in clinic.noted()

    @pytest.mark.parametrize(
        ("fields", "field", "error"),
        [
            ({"id": "clinician-1"}, "id", "User name: clinician-1 has an account already"),
            ({"id": "Clinician-1"}, "id", "User name: clinician-1 has an account already"),
            ({"id": "no spaces"}, "id", "User name is not accepted: letters, digits"),
            ({"id": ""}, "id", "User name is not accepted: letters, digits"),
            ({"name": ""}, "name", "Name is needed: one line"), ({"role": "king"}, "role", "Role is none"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_nobody_is_added(
        self, clinic: Clinic, client_as: Callable[[str], Visitor], fields: dict[str, str], field: str, error: str
    ) -> None:
        answer = client_as("administrator").form("/accounts", **{"id": "nora", "name": "N", "role": "auditor"} | fields)
        assert answer.status_code == 422
        assert error in answer.text
        assert f'href="#{field}"' in answer.text
        with clinic.desk.engine.connect() as connection:
            assert len(accounts.accounts(connection)) == 4

    def test_a_new_first_password_ends_the_sessions(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        admin, victim = client_as("administrator"), client_as("coordinator")
        first = first_password(admin.form("/accounts/coordinator-1/password").text)
        assert victim.get("/account").status_code == 303
        assert clinic.visitor().sign_in("coordinator-1").status_code == 422
        assert clinic.visitor().sign_in("coordinator-1", first).status_code == 303

    def test_revoked_restored_and_signed_out(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        admin = client_as("administrator")
        assert admin.form("/accounts/coordinator-1/revoke").headers["location"] == "/accounts/coordinator-1"
        assert "coordinator-1 can no longer sign in." in admin.get("/accounts/coordinator-1").text
        assert clinic.visitor().sign_in("coordinator-1").status_code == 422
        admin.form("/accounts/coordinator-1/restore")
        visitor = clinic.visitor()
        assert visitor.sign_in("coordinator-1").status_code == 303
        admin.form("/accounts/coordinator-1/sessions/end")
        assert visitor.get("/account").status_code == 303
        assert [what for who, what, _ in clinic.noted() if who == "administrator-1"] == [
            "account_revoked:coordinator-1", "account_restored:coordinator-1", "sessions_ended:coordinator-1",
        ]  # fmt: skip

    def test_another_role(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        client_as("administrator").form("/accounts/coordinator-1/role", role="auditor")
        with clinic.desk.engine.connect() as connection:
            assert accounts.get(connection, "coordinator-1").role is WebRole.AUDITOR

    @pytest.mark.parametrize("act", ["revoke", "role"])
    def test_never_oneself_so_that_an_administrator_is_left(
        self, clinic: Clinic, client_as: Callable[[str], Visitor], act: str
    ) -> None:
        admin = client_as("administrator")
        assert admin.form(f"/accounts/administrator-1/{act}", role="auditor").status_code == 422
        assert admin.get("/accounts").status_code == 200

    def test_an_account_that_is_not_there(self, client_as: Callable[[str], Visitor]) -> None:
        admin = client_as("administrator")
        assert admin.get("/accounts/nora").status_code == 404
        assert admin.form("/accounts/nora/revoke").status_code == 404
