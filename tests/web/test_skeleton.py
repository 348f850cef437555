"""The first page."""

from collections.abc import Callable

from tests.web.clinic import Visitor


def test_the_first_page(client_as: Callable[[str], Visitor], nobody: Visitor) -> None:
    assert nobody.get("/").headers["location"] == "/login"
    page = client_as("coordinator").get("/")
    assert page.status_code == 200
    assert "Good day, Cora Ordinator" in page.text
