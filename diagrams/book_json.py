"""The review book for programs."""

import json
from dataclasses import asdict
from typing import Any

from diagrams.book_model import Book, Rule


def as_json(book: Book) -> str:
    """The whole book as a JSON object; ASCII."""
    return json.dumps(_shape(book), indent=2, default=str) + "\n"


def _shape(book: Book) -> dict[str, Any]:
    return asdict(book) | {
        "sections": [
            {"title": section.title, "about": section.about, "rules": [_rule(rule) for rule in section.rules]}
            for section in book.sections
        ]
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, **asdict(rule), "origin": "guide" if rule.is_guides else "added"}
