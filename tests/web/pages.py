"""Reading pages as people do: rows as the words in them, the value behind a button, links by what they say."""

import html
import re


def words(part: str) -> str:
    """What a piece of a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split())


def rows(page: str) -> dict[str, str]:
    """The rows of a list by their id, each as its words."""
    found = re.findall(r'<tr id="row-([^"]+)"[^>]*>(.*?)</tr>', page, re.DOTALL)
    return {id: words(re.sub(r'<td class="do.*', "", row, flags=re.DOTALL)) for id, row in found}


def button(page: str, id: str) -> str:
    """The value of the button with this id."""
    found = re.search(rf'value="([^"]*)" id="{re.escape(id)}"', page)
    assert found, f"no button {id}"
    return html.unescape(found[1])


def link(page: str, says: str, after: str = "") -> str:
    """Where a link goes that says this."""
    begin = page.index(after) if after else 0
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>{re.escape(says)}', page[begin:])
    assert found, f"no link {says}"
    return html.unescape(found[1])


def section(page: str, of: str) -> str:
    """The words of the element with this id, up to the next element with an id."""
    found = re.search(rf'id="{re.escape(of)}"[^>]*>(.*?)(?=<[a-z]+[^>]* id="|\Z)', page, re.DOTALL)
    assert found, f"nothing with the id {of}"
    return words(found[1])


def table(page: str, after: str = "<main") -> list[list[str]]:
    """The body of the first table after a piece of the page: each row as the words of its cells."""
    body = page[page.index("<tbody>", page.index(after)) :].partition("</tbody>")[0]
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in
            re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)]  # fmt: skip


def facts(page: str) -> dict[str, str]:
    """What is listed as name and value."""
    return {words(k): words(v) for k, v in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)}
