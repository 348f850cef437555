"""The review book: `pathway show` and `pathway sign`."""

from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, Group

from cli import options as o
from cli import proofs
from cli.screen import say, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from cli.opening import Record
    from diagrams.book_model import Book


class Form(StrEnum):
    """How the book may be written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


Only = Annotated[
    str | None,
    typer.Option(
        "--only", metavar="RULE|TOPIC", help="A rule such as X11, a topic such as surgery, or a kind such as guards"
    ),
]
As = Annotated[
    Form | None,
    typer.Option("--format", metavar="FORMAT", help="terminal, json, markdown or html; left out: as FILE ends"),
]
Out = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Left out: standard output")]
RuleId = Annotated[
    str, typer.Argument(metavar="RULE", help="Its id or name, such as guard:interval_ct", show_default=False)
]
_ENDINGS = {".json": Form.JSON, ".md": Form.MARKDOWN, ".html": Form.HTML, ".htm": Form.HTML}
_WIDTH = 120
"""Columns of a text file."""

pathway = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    pathway.command("check")(proofs.check)
    app.add_typer(pathway, name="pathway", help="The rules: show, sign and prove them", rich_help_panel="Look")


@pathway.command("show")
def show(only: Only = None, format: As = None, output: Out = None, database: o.Database = None) -> int:
    """Show every rule with its sentence, sources, site values and sign-off: the review book."""
    book = _book(database)
    if only is not None:
        book = book.only(only)
    form = format or _ENDINGS.get(output.suffix.lower() if output else "", Form.TERMINAL)
    if output is not None:
        output.write_text(_written(book, form), encoding="utf-8")
        say(words("✓ ", "bold green") + words(str(output)))
    elif form is Form.TERMINAL:
        from cli.rules import shown

        say(*shown(book))
    else:
        print(_written(book, form), end="")
    return DONE


@pathway.command("sign")
def sign(
    rule: RuleId, by: o.By, user: o.User = None, reason: o.Reason = "", at: o.At = None, json: o.Json = False,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Sign a rule as it stands, as a clinician: `asps pathway sign guard:interval_ct --by clinician`."""
    from dataclasses import asdict

    from cli import shapes
    from cli.opening import author, opened
    from cli.rules import leaf

    with opened(database) as place:
        wanted = _of(place).rule(rule)
        signature = place.ledger.sign(
            wanted.id, wanted.content, now=place.moment(at), author=author(by, user), reason=reason,
            stated=at is not None,
        )  # fmt: skip
        signed = _of(place).rule(wanted.id)
    if json:
        shapes.put(asdict(signature))
    else:
        say(leaf(signed), words("✓ ", "bold green") + words(f"{signed.id} is {signed.sign_off}"))
        say(words("The signature ends when the rule changes, or a site setting that it reads.", "dim"))
    return DONE


def _book(database: str | None) -> "Book":
    """The site's book; where nothing was set up or named, the book without a site."""
    from cli.opening import opened
    from diagrams.book import book
    from workflow.asps import ASPS

    default = f"sqlite:///{o.DEFAULT_DATABASE}"
    if o.database_url(database) == default and not Path(o.DEFAULT_DATABASE).exists():
        return book(ASPS)
    with opened(database) as place:
        return _of(place)


def _of(place: "Record") -> "Book":
    from diagrams.book import book
    from storage.signing import signatures

    return book(place.ledger.pathway, place.site, signatures(place.ledger.engine))


def _written(book: "Book", form: Form) -> str:
    """The book as the text of a file."""
    if form is Form.JSON:
        from diagrams.book_json import as_json

        return as_json(book)
    if form is Form.MARKDOWN:
        from diagrams.book_markdown import markdown

        return markdown(book)
    if form is Form.HTML:
        from diagrams.book_html import html

        return html(book)
    from cli.rules import shown

    page = Console(file=StringIO(), width=_WIDTH, highlight=False)
    with page.capture() as written:
        page.print(Group(*shown(book)))
    return "\n".join(line.rstrip() for line in written.get().splitlines()) + "\n"
