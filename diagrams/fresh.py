"""The committed files made from the rules: the review book, the picture, and the fingerprint of each version."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from diagrams import LAYOUT, Format, mermaid, render
from diagrams.book import book, fingerprint
from diagrams.book_markdown import markdown
from diagrams.laying import compute
from diagrams.layout import Layout, StaleLayout
from diagrams.pathway import graph_of
from workflow.errors import AspsError
from workflow.pathway import Pathway

ROOM = Path(__file__).parent
VERSIONS = ROOM.parent / "workflow" / "asps" / "version.json"
"""Of every version of the rules, their fingerprint."""
GENERATED = "<!-- Made from the rules by `make fresh`; do not edit. No site: defaults, and nothing is signed. -->"


class Unpinned(AspsError):
    """The rules are no longer those that their version stands for."""


def made(pathway: Pathway) -> Iterator[tuple[Path, bytes]]:
    """The book and the picture, each with its file. Raises StaleLayout where the picture has to be laid out anew."""
    yield ROOM / "asps.md", f"{GENERATED}\n\n{markdown(book(pathway))}".encode()
    graph = graph_of(pathway)
    yield ROOM / "asps.mmd", mermaid.render(graph).encode()
    yield ROOM / "asps.svg", render(graph, Format.SVG, Layout.load(LAYOUT.read_text(encoding="utf-8")))


def lay_out(pathway: Pathway, progress: Callable[[int, int], None]) -> None:
    """Lays the picture out anew if it has changed; that takes a minute or two, and the extra `layout`."""
    graph = graph_of(pathway)
    try:
        Layout.load(LAYOUT.read_text(encoding="utf-8")).check(graph)
    except (OSError, StaleLayout):
        LAYOUT.write_text(compute(graph, progress=progress).dump(), encoding="utf-8")


def check_version(pathway: Pathway) -> None:
    """Raises Unpinned, with what to do, unless the rules are those that their version stands for."""
    pinned = _versions().get(pathway.version)
    if pinned is None:
        raise Unpinned(f"version {pathway.version} of the rules is not pinned yet: run make fresh")
    if pinned != fingerprint(pathway):
        raise Unpinned(
            f"the rules have changed and are still called version {pathway.version}: raise `version` in "
            "workflow/asps/__init__.py, so that patients are planned anew and signatures can be told apart, then run "
            "make fresh (as long as nobody has used that version: make fresh ARGS=--same-version)"
        )


def pin(pathway: Pathway, *, again: bool) -> None:
    """Writes down what the version stands for. Raises Unpinned where it stands for other rules, unless `again`."""
    versions = _versions()
    if pathway.version in versions and not again:
        check_version(pathway)
    versions[pathway.version] = fingerprint(pathway)
    VERSIONS.write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    return dict(json.loads(VERSIONS.read_text(encoding="utf-8"))) if VERSIONS.exists() else {}
