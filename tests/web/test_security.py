"""What stands before every page: headers, hosts, sizes, paths, and that what was typed is shown as it was typed."""

from collections.abc import Callable, Iterator

import pytest

from tests.web.clinic import Clinic, Visitor
from web.limits import BODY
from web.security import CSP, PICTURE_CSP

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex, nofollow", "strict-transport-security": "max-age=31536000; includeSubDomains",
}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200), ("GET", "/", 303), ("GET", "/nothing", 404), ("DELETE", "/login", 405),
        ("POST", "/logout", 303), ("GET", "/healthz", 200), ("GET", "/icon.svg", 200),
        ("GET", "/..%2fetc", 404), ("GET", "/api/v1/worklist", 401), ("GET", "/calendar/x.ics", 404),
    ],
)  # fmt: skip
def test_every_answer_carries_the_headers_and_is_not_kept(nobody: Visitor, method: str, path: str, status: int) -> None:
    answer = nobody.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"


def test_an_error_of_ours_carries_them_too_and_says_nothing_of_what_went_wrong(
    clinic: Clinic,
    client_as: Callable[[str], Visitor],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("Zoë Aalto-Öberg divided by zero")

    monkeypatch.setattr("web.pages.own_account.sessions.of_account", fails)
    answer = client_as("clinician").get("/account")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Something went wrong on our side" in answer.text
    for said in (answer.text, caplog.text):
        assert "Zoë" not in said
    assert "own_account failed: ZeroDivisionError at web/pages/own_account.py:" in caplog.text


def test_files_of_the_page_may_be_kept(nobody: Visitor) -> None:
    answer = nobody.get("/static/asps.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=600")


def test_the_policy_allows_no_inline_code() -> None:
    assert "unsafe" not in CSP
    assert "*" not in CSP


def test_a_picture_by_itself_may_bring_its_letters_and_neither_run_nor_fetch_anything(
    clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    for address in ("/pathway/picture.svg", f"/patients/{clinic.handle('P-1')}/picture.svg"):
        found = client_as("clinician").get(address).headers
        assert {name: found.get(name) for name in HEADERS} == {**HEADERS, "content-security-policy": PICTURE_CSP}
    assert not any(word in PICTURE_CSP for word in ("script", "connect", "img", "http", "*", "self"))


def test_over_plain_http_no_browser_is_told_to_insist_on_https(clinic: Clinic) -> None:
    clinic.secure = False
    assert "strict-transport-security" not in clinic.visitor().get("/login").headers


@pytest.mark.parametrize("host", ["evil.test", "desk.test.evil.test", "127.0.0.1", ""])
def test_another_host_is_refused(nobody: Visitor, host: str) -> None:
    assert nobody.get("/login", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/login", "/worklist", "/api/v1/patients", "/nothing"])
@pytest.mark.parametrize("says", [True, False])
def test_a_body_of_five_megabytes_is_refused(client_as: Callable[[str], Visitor], path: str, says: bool) -> None:
    """Whether it says how large it is or comes piece by piece."""

    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 100_000

    visitor = client_as("coordinator")
    headers = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": visitor.token}
    answer = visitor.post(path, content=b"x" * 5_000_000 if says else pieces(), headers=headers)
    assert answer.status_code == 413 or (path in ("/worklist", "/nothing") and answer.status_code in (404, 405))
    if says:
        assert answer.status_code == 413


def test_just_under_the_limit_is_read(client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("coordinator")
    answer = visitor.form("/account/password", old="x" * (BODY - 500))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%5capp.py",
        "/static/....//app.py", "/static/%252e%252e/app.py", "//evil.test/", "/static/vendor%00.js", "/patients//x",
        "/patients/%0d%0aSet-Cookie:x=1", "/patients/..;/accounts", "/login/", "/LOGIN",
    ],
)  # fmt: skip
def test_tricks_with_paths_find_nothing(client_as: Callable[[str], Visitor], path: str) -> None:
    answer = client_as("clinician").get(f"https://desk.test{path}")
    assert answer.status_code == 404, answer.headers
    assert "create_app" not in answer.text


@pytest.mark.parametrize("field", ["id", "password", "a\0b"])
def test_a_character_that_databases_cannot_keep_is_refused(nobody: Visitor, field: str) -> None:
    nobody.learn_token("/login")
    answer = nobody.form("/login", **{"id": "clinician-1", "password": "x", field: "a\0b"})
    assert (answer.status_code, "nobody can type" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("next", "goes"),
    [
        ("/account", "/account"), ("//evil.test", "/"), ("https://evil.test/", "/"), ("/\\evil.test", "/"),
        ("javascript:alert(1)", "/"), ("/x\r\nSet-Cookie: y=1", "/"), ("", "/"),
    ],
)  # fmt: skip
def test_after_signing_in_one_stays_on_this_server(nobody: Visitor, next: str, goes: str) -> None:
    from tests.web.clinic import PASSWORD

    nobody.learn_token("/login")
    answer = nobody.form("/login", id="clinician-1", password=PASSWORD, next=next)
    assert (answer.status_code, answer.headers["location"]) == (303, goes)


def test_script_in_every_field_of_these_pages_is_shown_as_text(
    clinic: Clinic, client_as: Callable[[str], Visitor], nobody: Visitor
) -> None:
    admin, auditor = client_as("administrator"), client_as("auditor")
    nobody.learn_token("/login")
    answers = [
        nobody.form("/login", id=SCRIPT, password=SCRIPT, next=SCRIPT),
        nobody.get("/login", params={"next": SCRIPT}),
        admin.form("/accounts", id=SCRIPT, name=SCRIPT, role=SCRIPT),
        admin.form("/accounts", id="mallory", name=SCRIPT, role="auditor"),
        admin.get("/accounts"),
        admin.get("/accounts/mallory"),
        admin.form("/account/password", old=SCRIPT, new=SCRIPT, again=SCRIPT),
        admin.get(f"/accounts/{SCRIPT}"),
        auditor.form("/access-log", patient=SCRIPT, account=SCRIPT, day=SCRIPT),
    ]
    for answer in answers:
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
    assert "&lt;script&gt;alert(1)" in answers[4].text


def test_no_page_has_inline_code(client_as: Callable[[str], Visitor], nobody: Visitor) -> None:
    admin = client_as("administrator")
    pages = [
        admin.get(path).text for path in ("/", "/account", "/account/password", "/accounts", "/accounts/auditor-1")
    ]
    for page in (*pages, client_as("auditor").get("/access-log").text, nobody.get("/login").text):
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
        assert "<script>" not in page
