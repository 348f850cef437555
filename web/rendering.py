"""Templates. Everything in them is escaped unless it says otherwise, and an unknown name is an error."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FOLDER = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates, read once."""
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


def render(template: str, context: Mapping[str, Any]) -> str:
    """A template with what it tells of."""
    return environment().get_template(template).render(context)
