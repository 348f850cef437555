"""`asps account`: who may sign in to the desk, from the terminal."""

import re

import pytest

from tests.cli.asps import Asps

GOOD = "slate harbour nine marigold\n"


def test_somebody_is_added_listed_revoked_and_restored(asps: Asps) -> None:
    result = asps.ok("account", "add", "nora", "--name", "Nora New", "--role", "coordinator", stdin=GOOD)
    assert "nora may sign in as coordinator" in result.out
    listed = asps.ok("account", "list", "--json").json
    assert [{name: row[name] for name in ("id", "name", "role", "must_change", "revoked_at")} for row in listed] == [
        {"id": "nora", "name": "Nora New", "role": "coordinator", "must_change": True, "revoked_at": None}
    ]
    asps.ok("account", "revoke", "nora")
    assert "revoked" in asps.ok("account", "list").out
    asps.ok("account", "restore", "nora")
    asps.ok("account", "role", "nora", "--role", "auditor")
    assert re.search(r"nora +auditor +has a first password", asps.ok("account", "list").out)


def test_a_password_is_asked_for_and_never_kept_as_it_is(asps: Asps) -> None:
    asps.ok("account", "add", "nora", "--role", "coordinator", stdin=GOOD)
    rows = "\n".join(asps.content())
    assert "$argon2id$" in rows
    assert "marigold" not in rows


@pytest.mark.parametrize("password", ["short\n", "passwordpassword\n", "nora-nora-nora\n", "", "\n"])
def test_a_bad_password_adds_nobody(asps: Asps, password: str) -> None:
    result = asps("account", "add", "nora", "--role", "coordinator", stdin=password)
    assert (result.code, "password" in result.err) == (2, True)
    assert asps.ok("account", "list", "--json").json == []


def test_one_is_made_where_nobody_wants_to_think_of_one(asps: Asps) -> None:
    shown = asps.ok("account", "add", "nora", "--role", "coordinator", "--generate").out
    again = asps.ok("account", "password", "nora", "--generate").out
    first, second = (re.search(r"shown only now: (\S+)", text) for text in (shown, again))
    assert first and second and first[1] != second[1]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("add", "nora", "--role", "king"), "coordinator, clinician, administrator, auditor"),
        (("add", "no spaces", "--role", "auditor"), "letters, digits"), (("password", "nobody"), "no account"),
        (("revoke", "nobody"), "no account"), (("restore", "nobody"), "no account"),
        (("sessions", "nobody"), "no account"), (("role", "nobody", "--role", "auditor"), "no account"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(asps: Asps, args: tuple[str, ...], why: str) -> None:
    result = asps("account", *args, stdin=GOOD)
    assert result.code in (1, 2)
    assert why in result.err


def test_nobody_twice(asps: Asps) -> None:
    asps.ok("account", "add", "nora", "--role", "coordinator", stdin=GOOD)
    assert "has an account already" in asps("account", "add", "nora", "--role", "auditor", stdin=GOOD).err


def test_without_sessions_there_is_nothing_to_end(asps: Asps) -> None:
    asps.ok("account", "add", "nora", "--role", "coordinator", stdin=GOOD)
    assert "Nowhere" in asps.ok("account", "sessions", "nora").out
    assert asps.ok("account", "sessions", "nora", "--json").json == []
    assert "signed out everywhere" in asps.ok("account", "sessions", "nora", "--end").out
