"""Walks through the desk as somebody would who clicks on everything: the links and forms of each page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.web.clinic import Visitor

TYPED = {"text", "search", "email", "tel", "url", "date", "number", "password", "datetime-local"}
"""Kinds of inputs into which a person types."""


@dataclass
class Form:
    """A form with what its fields hold at first."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    files: bool = False


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.ids = address, list[str](), list[str]()
        self.forms, self.inline = list[Form](), list[str]()
        self.titles = 0
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes links, forms and their fields, and code that stands in the page itself."""
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.titles += tag == "h1"
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.address, given.get("method", "get").lower()))
        elif self.forms and tag in ("input", "textarea", "select", "option", "button"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        kind = given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option":
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = value
        elif kind == "file":
            form.files = True
        elif name and (tag == "textarea" or (tag == "input" and kind in TYPED)):
            form.fields[name] = value
            form.typed.add(name)
        elif name and tag == "input" and (kind == "hidden" or "checked" in given):
            form.fields[name] = value
        elif name and tag == "button":
            form.fields.setdefault(name, value)


def walk(visitor: Visitor, start: str = "/", most: int = 250, each: int = 12) -> Iterator[tuple[Page, str]]:
    """Every page that links lead to, of each shape of address at most `each`; with its text."""
    waiting, met, shapes = [start], {start}, dict[str, int]()
    while waiting and most:
        address = waiting.pop(0)
        answer = visitor.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        most -= 1
        page = Page(str(answer.url.raw_path.decode()), answer.text)
        yield page, answer.text
        for link in page.links:
            link = link.partition("#")[0]
            shape = "/".join(part[:6] for part in link.partition("?")[0].split("/")[:3]) + str(link.count("/"))
            if link not in met and shapes.get(shape, 0) < each and not link.startswith("/static"):
                met.add(link)
                shapes[shape] = shapes.get(shape, 0) + 1
                waiting.append(link)
