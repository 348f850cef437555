"""The pages that are there for everyone open for those who may."""

from collections.abc import Callable

from tests.web.clinic import Visitor


def test_the_first_page(client_as: Callable[[str], Visitor], nobody: Visitor) -> None:
    assert nobody.get("/").headers["location"] == "/login"
    page = client_as("coordinator").get("/")
    assert page.status_code == 200
    assert "Good day, Cora Ordinator" in page.text


def test_own_pages(client_as: Callable[[str], Visitor]) -> None:
    admin, auditor = client_as("administrator"), client_as("auditor")
    for address in ("/account", "/account/password", "/accounts", "/accounts/clinician-1"):
        assert admin.get(address).status_code == 200, address
    assert auditor.get("/access-log").status_code == 200
    assert auditor.get("/accounts").status_code == 403
