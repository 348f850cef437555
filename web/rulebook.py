"""The review book of this site for the pages and the API, made once per change: it reads the source of every rule."""

from diagrams.book import book
from diagrams.book_model import Book, Kind, Rule
from storage.signing import Signature, signatures
from web.here import Here
from workflow.errors import NotFound
from workflow.site import Value

_Key = tuple[str, int, tuple[tuple[str, Value], ...], tuple[Signature, ...]]
_last: dict[str, tuple[_Key, Book]] = {}
"""The last book of each pathway: the settings and signatures under which it was made."""


def rulebook(here: Here) -> Book:
    """Every rule with this site's numbers and its sign-off, as far as they may be shown."""
    made = _made(here)
    return made if here.sees_options else made.where(lambda rule: not _is_for_clinicians(rule))


def rule_of(here: Here, kind: str, name: str) -> Rule:
    """A rule. Raises NotFound."""
    found = next((rule for rule in rulebook(here) if (rule.kind, rule.name) == (kind, name)), None)
    if found is None:
        raise NotFound("rule", f"{kind}:{name}"[:80], "the pathway page lists them")
    return found


def _is_for_clinicians(rule: Rule) -> bool:
    """Suggestions, and figures about prognosis and treatment. What the product is not, is for everybody."""
    return rule.kind is Kind.OPTION or (rule.kind is Kind.TEXT and not rule.name.startswith("D-"))


def _made(here: Here) -> Book:
    site, signed = here.site, tuple(signatures(here.desk.engine))
    key = (here.pathway.version, site.revision, tuple(sorted(site.values.items())), signed)
    last = _last.get(here.pathway.name)
    if last is None or last[0] != key:
        last = key, book(here.pathway, site, signed)
        _last[here.pathway.name] = last
    return last[1]


def sign(here: Here, rule: Rule, content: str, reason: str) -> Signature | None:
    """Signs a rule as it was read; None: it has changed since, and nothing was written."""
    if content != rule.content:
        return None
    return here.ledger.sign(rule.id, content, now=here.now, author=here.author, reason=reason)
