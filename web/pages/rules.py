"""One rule: what it says here, its sources, and who has signed it. A clinician can sign it as they read it."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from diagrams import book_labels as labels
from diagrams.book_html import anchors_of
from diagrams.book_model import Fact, Kind, Rule
from storage.signing import signatures
from web.here import Here, Now
from web.pages.pathway import slug
from web.rulebook import rule_of, rulebook, sign
from workflow.errors import Invalid

router = APIRouter()

Linked = tuple[str, str]
"""A word of a fact, and the address of what it names; empty: it names no rule."""
CHANGED = "The rule has changed since you opened this page: read it again below, then sign. Nothing was signed."


@router.get("/pathway/{kind}/{name}", name="rule")
def rule(here: Now, kind: Kind, name: str) -> HTMLResponse:
    """The page of a rule."""
    return _page(here, rule_of(here, kind, name))


@router.post("/pathway/{kind}/{name}", name="sign_rule")
def sign_rule(here: Now, kind: Kind, name: str) -> Response:
    """Signs the rule as it was read; where it has changed meanwhile, it is shown anew."""
    found = rule_of(here, kind, name)
    reason, content = (str(here.fields.get(field, "")) for field in ("reason", "content"))
    try:
        signature = sign(here, found, content, reason.strip())
    except Invalid as error:
        return _page(here, found, reason=reason, errors={error.field: error.reason}, status=422)
    if signature is None:
        return _page(here, found, reason=reason, errors={"": CHANGED}, status=409)
    here.tell(f"{found.id} is signed by you. The signature ends when the rule changes, or a setting that it reads.")
    return here.go("rule", kind=kind.value, name=name)


def _page(
    here: Here, found: Rule, *, reason: str = "", errors: Mapping[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    book = rulebook(here)
    anchors = anchors_of(book)
    facts = [(labels.label(name), list(_linked(here, name, value, anchors))) for name, value in found.facts.items()]
    signed = [one for one in signatures(here.desk.engine) if one.rule == found.id]
    section = next(one for one in book.sections if found in one.rules)
    return here.page(
        "rule.html", rule=found, facts=facts, signed=signed[::-1], labels=labels, section=section,
        topic=slug(section), reason=reason, errors=errors or {}, status=status,
    )  # fmt: skip


def _linked(here: Here, name: str, value: Fact, anchors: Mapping[str, str]) -> list[Linked]:
    """A fact in words, each with the address of the rule that it names."""
    if isinstance(value, str):
        return [(value, "")]
    keys = [f"guard {one.partition(' ')[0]}" if name == "guards" else one for one in value]
    return [(one, _address(here, anchors.get(key, ""))) for one, key in zip(value, keys, strict=True)]


def _address(here: Here, id: str) -> str:
    kind, _, name = id.partition(":")
    return str(here.request.app.url_path_for("rule", kind=kind, name=name)) if name else ""
