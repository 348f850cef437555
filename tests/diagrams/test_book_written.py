"""The review book as Markdown, as a page and for programs: whole, linked, and safe whoever signed it."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from diagrams.book import book
from diagrams.book_html import html
from diagrams.book_json import as_json
from diagrams.book_markdown import markdown
from diagrams.book_model import Book
from tests.diagrams.test_book import SITE, signature
from workflow.asps import ASPS

HOSTILE = '<script>alert(1)</script> *x* `y` [z](http://e.org) | & "'
VOID = {"meta", "br", "hr", "img", "input", "link"}


@pytest.fixture(scope="module")
def ours() -> Book:
    """A site's book, one rule of it signed by somebody with a strange name."""
    rule = book(ASPS, SITE).rule("guard:interval_ct")
    return book(ASPS, SITE, [signature(rule, HOSTILE)])


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labels: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.labels += [given["aria-labelledby"] or ""] if "aria-labelledby" in given else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_its_links_lead_somewhere(ours: Book) -> None:
    page = Page(html(ours))
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} | set(page.labels) <= set(page.ids)
    assert page.tags.count("article") == len(list(ours))
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("nav") == 1


def test_the_page_needs_nothing_else_and_runs_nothing(ours: Book) -> None:
    text = html(ours)
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert "url(" not in text and "@import" not in text
    assert not re.search(r"\son\w+=", text)
    assert HOSTILE in page.text


def test_the_page_can_be_read_by_everyone(ours: Book) -> None:
    text = html(ours)
    assert '<html lang="en">' in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    levels = [int(tag[1]) for tag in Page(text).tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_names_everything_a_rule_has(ours: Book) -> None:
    text = Page(html(ours)).text
    for rule in ours:
        assert rule.sentence in text
        assert all(source.sentence in text for source in rule.sources)
    assert all(said in text for said in ours.disclaimers)


def test_markdown_has_a_table_of_contents_that_leads_to_every_section(ours: Book) -> None:
    lines = markdown(ours).splitlines()
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    linked = {link for line in lines for link in re.findall(r"\]\(#([^)]+)\)", line)}
    assert linked == anchors - {"contents"}
    assert sum(line.startswith("### ") for line in lines) == len(list(ours))


def test_markdown_tables_keep_their_columns(ours: Book) -> None:
    rows = [re.findall(r"(?<!\\)\|", line) for line in markdown(ours).splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {5}


def test_markdown_shows_what_people_typed_as_it_is(ours: Book) -> None:
    text = markdown(ours)
    assert "<script" not in re.sub(r"\\<", "", text)
    assert r"\*x\* \`y\` \[z\](http://e.org) \|" in text


def test_programs_get_everything(ours: Book) -> None:
    text = as_json(ours)
    assert text.isascii()
    read = json.loads(text)
    rules = {rule["id"]: rule for section in read["sections"] for rule in section["rules"]}
    assert list(rules) == [rule.id for rule in ours]
    guard = rules["guard:interval_ct"]
    assert (guard["kind"], guard["origin"]) == ("guard", "guide")
    assert guard["sign_off"] == {"standing": "signed", "user": HOSTILE, "on": "2026-03-02"}
    assert guard["readings"][0] == {"key": "interval_ct.months", "value": "4", "origin": "set by the site"}
    assert guard["sources"][0]["confidence"] == "H"
    assert (read["version"], read["revision"]) == (ASPS.version, 3)


def test_a_part_can_be_written_too(ours: Book) -> None:
    part = ours.only("guard:interval_ct")
    assert Page(html(part)).tags.count("article") == 1
    assert markdown(part).count("### ") == 1
    assert markdown(replace(part, timers=())).count("## Timers") == 0
