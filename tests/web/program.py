"""A program that asks the JSON API with somebody's session, and what it reads from the answers."""

from collections.abc import Callable
from itertools import count
from typing import Any

from tests.web.clinic import Visitor

MEDIA = "application/problem+json"
_keys = count()


class Program:
    """A program with the session of someone."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def get(self, path: str, **asked: Any) -> Any:
        """What is answered, where it is fine."""
        answer = self.visitor.get(f"/api/v1{path}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        """Sends a body with the token of the session and a new key."""
        given = {"X-CSRF-Token": self.visitor.token, "Idempotency-Key": f"key-{next(_keys):08}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in given.items() if value}
        return self.visitor.request(method, f"/api/v1{path}", json=body, headers=sent)


As = Callable[[str], Program]
"""A program of somebody of a role."""


def weigh(kg: Any = 70.5, **more: Any) -> dict[str, Any]:
    """The body of a weight."""
    return {"name": "weight", "fields": {"kg": kg}, **more}


def problem(answer: Any) -> tuple[int, str, str | None]:
    """Status, kind and field of a problem."""
    assert answer.headers["content-type"] == MEDIA
    told = answer.json()
    assert told["status"] == answer.status_code and told["title"] and told["detail"]
    return told["status"], told["type"].rpartition(":")[2], told.get("field")
