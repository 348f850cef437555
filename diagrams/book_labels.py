"""The words that every form of the review book has in common."""

from diagrams.book_model import Book, Citation, Fact, Rule, Section, Standing
from workflow.asps.sources import NOT_CONFIRMED

CONFIDENCE = {
    "H": "the wording was read at its owner or in a faithful copy",
    "M": "a secondary or older copy",
    "L": "weak",
}
LEGEND = (
    "Each rule names its sources. S1 to S58 are statements of the source guide, an unreviewed educational article, "
    "with their line there, its own citation markers (their reference list is missing) and who else says so. The "
    "letter is how well the source was read: " + "; ".join(f"{letter}: {said}" for letter, said in CONFIDENCE.items()),
    "A signature holds for a rule as it stands: its wording, its sources, the code that runs it, and the values of the "
    "site settings it reads. Whatever of that changes ends it.",
)
COLUMNS = ("Section", "Rules", "Signed", "Changed since")
_LABELS = {
    "leads_from": "From",
    "leads_to": "To",
    "brought_about_by": "Brought about by",
    "asked_at": "Asked at",
    "left_open": "Left open, it means",
}


def label(fact: str) -> str:
    """The name of a fact, for people."""
    return _LABELS.get(fact, fact.replace("_", " ").capitalize())


def shown(value: Fact) -> str:
    """A fact's value on one line."""
    return value if isinstance(value, str) else ", ".join(value)


def origin(rule: Rule) -> str:
    """Whose rule it is."""
    return "from the guide" if rule.is_guides else "added"


def place(source: Citation) -> str:
    """Where a source stands and how well it was read."""
    where = f", line {source.line}" if source.line else ""
    marks = f", citation marker{'s' if ',' in source.markers else ''} {source.markers}" if source.markers else ""
    return f"{source.kind}{where}{marks}; {source.confidence}"


def confirmed(source: Citation) -> str:
    """Who else says so; empty for a source that is not a statement of the guide."""
    return source.independent if source.independent in ("", NOT_CONFIRMED) else f"independent: {source.independent}"


def about(book: Book) -> str:
    """Under which version and settings the book was written."""
    site = "no site: every number is the default, and no signature is known"
    if book.revision is not None:
        site = f"site settings, revision {book.revision}"
    return f"Rule set version {book.version}, fingerprint {book.fingerprint[:12]}; {site}."


def count_row(section: Section) -> tuple[str, ...]:
    """How far the signing of a section is, as `COLUMNS` says."""
    counts = (len(section.rules), section.count(Standing.SIGNED), section.count(Standing.CHANGED))
    return section.title, *map(str, counts)
