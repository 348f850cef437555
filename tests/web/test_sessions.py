"""Signing in, being signed in, and no longer."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from notifications.policy import decide
from storage import accounts, attempts, sessions, tables
from tests.web.clinic import PASSWORD, TOKEN, Clinic, Visitor
from web import cookies


def is_in(visitor: Visitor) -> bool:
    """Whether the browser is signed in."""
    return visitor.get("/account").status_code == 200


def test_signing_in_and_out(clinic: Clinic, nobody: Visitor) -> None:
    assert nobody.get("/account").headers["location"] == "/login?next=/account"
    assert nobody.sign_in("coordinator-1").status_code == 303
    assert is_in(nobody)
    answer = nobody.form("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert not is_in(nobody)
    assert [what for _, what, patient in clinic.noted() if not patient] == ["sign_in", "sign_out"]


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(nobody: Visitor) -> None:
    nobody.learn_token("/login")
    cookie = nobody.form("/login", id="coordinator-1", password=PASSWORD).headers["set-cookie"].split(", __Host-")[0]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-sid=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}
    assert len(name) - len("__Host-sid=") == 43, "256 bits"


def test_on_the_machine_itself_over_http_the_cookie_goes_without(clinic: Clinic) -> None:
    clinic.secure = False
    visitor = clinic.visitor()
    visitor.base_url = "http://desk.test"
    visitor.learn_token("/login")
    cookie = visitor.form("/login", id="coordinator-1", password=PASSWORD).headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert "Secure" not in cookie


def test_the_record_holds_no_token_that_could_be_used(clinic: Clinic, nobody: Visitor) -> None:
    nobody.sign_in("coordinator-1")
    token = nobody.cookies["__Host-sid"]
    with clinic.desk.engine.connect() as connection:
        row = connection.execute(select(tables.session)).one()
    assert token not in str(row)
    assert row.id == sessions.hashed(token)


def test_the_session_is_another_one_after_signing_in_again(nobody: Visitor) -> None:
    """So that an id which somebody planted before is worth nothing."""
    nobody.sign_in("coordinator-1")
    before, token = nobody.cookies["__Host-sid"], nobody.token
    assert nobody.post("/login", data={"csrf": token, "id": "coordinator-1", "password": PASSWORD}).status_code == 303
    assert nobody.cookies["__Host-sid"] != before
    nobody.cookies.set("__Host-sid", before, domain="desk.test")
    nobody.cookies.clear()
    nobody.cookies.set("__Host-sid", before)
    assert not is_in(nobody), "the old one has ended"


def test_signing_in_as_somebody_else_ends_the_session_before(clinic: Clinic, nobody: Visitor) -> None:
    nobody.sign_in("coordinator-1")
    fields = {"csrf": nobody.token, "id": "clinician-1", "password": PASSWORD}
    assert nobody.post("/login", data=fields).status_code == 303
    with clinic.desk.engine.connect() as connection:
        assert sessions.of_account(connection, "coordinator-1") == []


def test_a_planted_id_becomes_no_session(nobody: Visitor) -> None:
    nobody.cookies.set("__Host-sid", "planted")
    nobody.sign_in("coordinator-1")
    assert nobody.cookies.get("__Host-sid", domain="desk.test") != "planted"


def test_what_is_sent_after_the_session_has_ended_is_not_lost_in_silence(
    clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    visitor = client_as("coordinator")
    clinic.later(minutes=30)
    form = f"/patients/{clinic.handle('P-1')}/record/symptoms"
    answer = visitor.form(form, symptom="cough")
    assert answer.headers["location"] == f"/login?next={form}&lost=yes"
    page = visitor.get(answer.headers["location"]).text
    assert "You were signed out before this was sent: nothing was saved or done." in page
    assert visitor.form("/worklist/act", go="claim x y").headers["location"] == "/login?lost=yes"
    assert visitor.form("/logout").headers["location"] == "/login", "which is what was wanted"


def test_after_signing_in_one_gets_what_one_asked_for_with_its_filters(nobody: Visitor) -> None:
    asked = "/worklist?view=all&task=staging_ct"
    location = nobody.get(asked).headers["location"]
    assert location == "/login?next=/worklist%3Fview%3Dall%26task%3Dstaging_ct"
    page = nobody.get(location).text
    nobody.token = TOKEN.findall(page)[-1]
    to = unescape(page.partition('name="next" value="')[2].partition('"')[0])
    assert nobody.form("/login", id="coordinator-1", password=PASSWORD, next=to).headers["location"] == asked


@pytest.mark.parametrize(("after", "still_in"), [(29, True), (30, False)])
def test_left_alone_for_half_an_hour_it_is_over(
    clinic: Clinic, client_as: Callable[[str], Visitor], after: int, still_in: bool
) -> None:
    visitor = client_as("coordinator")
    clinic.later(minutes=after)
    assert is_in(visitor) is still_in


def test_clicking_keeps_it_and_an_open_page_alone_does_not(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    busy, idle = client_as("coordinator"), client_as("coordinator")
    for _ in range(3):
        clinic.later(minutes=20)
        assert is_in(busy)
        idle.get("/live/worklist", headers={"hx-request": "true"})
    assert not is_in(idle)
    told = idle.get("/live/worklist", headers={"hx-request": "true"})
    assert ("You were signed out" in told.text, told.headers["hx-retarget"]) == (True, "#meanwhile")


def test_however_busy_it_is_over_after_twelve_hours(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("coordinator")
    for _ in range(35):
        clinic.later(minutes=20)
        assert is_in(visitor)
    clinic.later(minutes=20)
    assert not is_in(visitor)


def test_the_site_decides_how_long(clinic: Clinic, nobody: Visitor) -> None:
    values = {"desk.idle_minutes": "480", "desk.session_hours": "2"}
    decide(clinic.desk.engine, values, now=clinic.now, user="administrator-1")
    nobody.sign_in("coordinator-1")
    clinic.later(minutes=119)
    assert is_in(nobody)
    clinic.later(minutes=1)
    assert not is_in(nobody)


def test_a_cookie_in_another_browser_was_copied_and_ends_the_session(clinic: Clinic, nobody: Visitor) -> None:
    """Both lose it: whose it was has to sign in again, and learns that something is odd from the access log."""
    nobody.sign_in("coordinator-1")
    thief = clinic.visitor(agent="Another browser")
    thief.cookies.set("__Host-sid", nobody.cookies["__Host-sid"])
    assert not is_in(thief)
    assert not is_in(nobody)
    assert clinic.noted()[-1][:2] == ("coordinator-1", "session_stolen")


def test_one_ends_ones_own_sessions(client_as: Callable[[str], Visitor], clinic: Clinic) -> None:
    here, there, third = (client_as("coordinator") for _ in range(3))
    page = here.get("/account")
    assert page.text.count(">End</button>") == 2
    token = there.cookies["__Host-sid"]
    assert here.form("/account/sessions/end", session=sessions.hashed(token)).status_code == 303
    assert "That session has ended." in here.get("/account").text
    assert [is_in(visitor) for visitor in (here, there, third)] == [True, False, True]
    here.form("/account/sessions/end-others")
    assert [is_in(visitor) for visitor in (here, there, third)] == [True, False, False]


def test_nobody_ends_the_sessions_of_others(client_as: Callable[[str], Visitor]) -> None:
    mallory, victim = client_as("coordinator"), client_as("clinician")
    mallory.form("/account/sessions/end", session=sessions.hashed(victim.cookies["__Host-sid"]))
    assert is_in(victim)


def test_an_account_that_was_revoked_is_out_at_once(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("coordinator")
    accounts.revoke(clinic.desk.engine, "coordinator-1", clinic.now)
    assert not is_in(visitor)
    assert visitor.sign_in("coordinator-1").status_code == 422


def test_another_role_begins_with_signing_in_again(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("coordinator")
    accounts.set_role(clinic.desk.engine, "coordinator-1", accounts.WebRole.AUDITOR)
    assert not is_in(visitor)


def test_sessions_that_expired_are_cleared_away(clinic: Clinic, nobody: Visitor) -> None:
    nobody.sign_in("coordinator-1")
    clinic.later(hours=13)
    clinic.visitor().sign_in("clinician-1")
    with clinic.desk.engine.connect() as connection:
        assert [row.account for row in connection.execute(select(tables.session))] == ["clinician-1"]


HERE = attempts.key("address", "testclient")


class TestGuessing:
    """Wrong passwords get slower to try; nobody is locked out for good."""

    def test_it_is_the_same_answer_for_a_wrong_password_and_an_unknown_name(self, nobody: Visitor) -> None:
        answers = [nobody.sign_in(id, "wrong password") for id in ("coordinator-1", "nobody-of-that-name")]
        assert [answer.status_code for answer in answers] == [422, 422]
        pages = [
            answer.text.replace(id, "X")
            for answer, id in zip(answers, ("coordinator-1", "nobody-of-that-name"), strict=True)
        ]
        assert _without_tokens(pages[0]) == _without_tokens(pages[1])

    def test_an_unknown_name_costs_a_hash_too(self, nobody: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        hashed, real = list[str](), PasswordHasher.verify

        def counted(self: PasswordHasher, kept: str, given: str) -> bool:
            hashed.append(kept)
            return bool(real(self, kept, given))

        monkeypatch.setattr(PasswordHasher, "verify", counted)
        for id in ("coordinator-1", "nobody-of-that-name"):
            nobody.sign_in(id, "wrong password")
        assert [kept.rpartition("$")[0].rpartition("$")[0] for kept in hashed] == ["$argon2id$v=19$m=8,t=1,p=1"] * 2

    def test_after_five_failures_one_waits_longer_and_longer(self, clinic: Clinic, nobody: Visitor) -> None:
        waits = list[int]()
        for _ in range(5):
            assert nobody.sign_in("coordinator-1", "wrong password").status_code == 422
        for _ in range(4):
            nobody.sign_in("coordinator-1", "wrong password")
            answer = nobody.sign_in("coordinator-1", PASSWORD)
            waits.append(answer.status_code == 429 and int(answer.headers["retry-after"]) - 1)
            clinic.later(seconds=waits[-1])
        assert waits == [1, 2, 4, 8]
        assert nobody.sign_in("coordinator-1").status_code == 303, "the right password, after the wait"
        assert nobody.sign_in("coordinator-1").status_code == 303

    def test_while_one_waits_the_right_password_is_not_even_looked_at(self, clinic: Clinic, nobody: Visitor) -> None:
        for _ in range(6):
            nobody.sign_in("coordinator-1", "wrong password")
        answer = nobody.sign_in("coordinator-1", PASSWORD)
        assert (answer.status_code, "the password was not looked at" in answer.text) == (429, True)
        assert nobody.sign_in("clinician-1").status_code == 303, "others are not held up"

    def test_an_address_that_tries_many_names_is_slowed_too(self, clinic: Clinic, nobody: Visitor) -> None:
        for number in range(20):
            attempts.failed(clinic.desk.engine, [attempts.key("account", f"name-{number}"), HERE], clinic.now)
        assert nobody.sign_in("one-more", "wrong password").status_code == 422
        assert nobody.sign_in("coordinator-1").status_code == 429
        clinic.later(seconds=1)
        assert nobody.sign_in("coordinator-1").status_code == 303

    def test_the_longest_wait_is_a_quarter_of_an_hour(self, clinic: Clinic) -> None:
        assert [attempts.delay(n, 5) for n in (5, 6, 16, 100_000)] == [
            timedelta(0), timedelta(seconds=1), timedelta(minutes=15), timedelta(minutes=15),
        ]  # fmt: skip

    def test_what_was_typed_as_a_name_is_written_nowhere(self, clinic: Clinic, nobody: Visitor) -> None:
        """People type their password there."""
        nobody.sign_in("my secret password", "x")
        with clinic.desk.engine.connect() as connection:
            dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        assert "my secret password" not in dump
        assert clinic.noted() == [("", "sign_in_failed", "")]


def _without_tokens(page: str) -> str:
    return re.sub(r"[0-9a-f]{32,64}", "", page)


def test_the_cookie_before_signing_in_is_no_session(clinic: Clinic, nobody: Visitor) -> None:
    nobody.learn_token("/login")
    before = nobody.cookies["__Host-before"]
    nobody.cookies.set("__Host-sid", before)
    assert not is_in(nobody)
    assert cookies.SESSION != cookies.BEFORE
