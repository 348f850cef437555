"""The filters of the worklist, as they stand in the address: what is shown, whose, in which order. Never a patient."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from storage.accounts import WebRole
from storage.asking import EVERYTHING, Asked, Part, Sort
from storage.worklist_counts import MOST, SOON, Numbers
from web.here import Here
from workflow.errors import Invalid
from workflow.rules import Priority
from workflow.vocabulary import EXITS, Role, State

ROWS = 35
"""On one page, which stays below 100 KB."""
PRIORITIES = {
    Priority.SAFETY: "safety and decisions", Priority.DRUG_SAFETY_LABS: "drug safety", Priority.ADMINISTRATION: "doses",
    Priority.IMAGING: "imaging", Priority.EDUCATION: "talks and papers",
}  # fmt: skip
STAGES = ("escalated", "overdue", "undated", "due", "upcoming")


class View(StrEnum):
    """The tabs: which part of the worklist."""

    NOW = "now"
    OVERDUE = "overdue"
    WEEK = "week"
    WAITING = "waiting"
    ALL = "all"


TITLES = {
    View.NOW: "To do now", View.OVERDUE: "Overdue", View.WEEK: f"Due in {SOON} days", View.WAITING: "Waiting, undated",
    View.ALL: "All",
}  # fmt: skip
_PARTS = {
    View.OVERDUE: frozenset({Part.OVERDUE}), View.WEEK: frozenset({Part.AHEAD}),
    View.WAITING: frozenset({Part.UNDATED}),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for; each field is a name in the address, and left out there where it is as here."""

    view: View = View.NOW
    owner: str = ""
    """Empty: one's own role; `any`: everybody's."""
    claimed: str = ""
    """`me`: only what one has claimed."""
    state: str = ""
    task: str = ""
    priority: str = ""
    stage: str = ""
    sort: Sort = Sort.PRESSING
    page: int = 1
    role: WebRole = field(default=WebRole.COORDINATOR, metadata={"given": True})
    """Whose worklist it is: not in the address."""

    @property
    def owned_by(self) -> Role | None:
        """The role whose tasks are shown; None: everybody's."""
        own = self.role.value if self.role.value in set(Role) and not self.claimed else "any"
        said = self.owner or own
        return None if said == "any" else Role(said)

    def asked(self, here: Here, rows: int = ROWS) -> Asked:
        """As the record is asked."""
        return Asked(
            today=here.today, owner=self.owned_by, user=here.who.id if self.claimed else None, limit=rows,
            offset=(self.page - 1) * rows, upcoming_days=SOON if self.view in (View.NOW, View.WEEK) else None,
            parts=_PARTS.get(self.view, EVERYTHING), state=State(self.state) if self.state else None,
            tasks=(self.task,) if self.task else (), priority=Priority(int(self.priority)) if self.priority else None,
            stage=self.stage, sort=self.sort,
        )  # fmt: skip

    def query(self, **changed: Any) -> str:
        """The address of this list, or of one that differs in something, which then begins with its first page."""
        other = replace(self, **({"page": 1} | changed)) if changed else self
        said = {f.name: getattr(other, f.name) for f in fields(self) if "given" not in f.metadata}
        return urlencode({name: str(value) for name, value in said.items() if value != _DEFAULTS[name]})


_DEFAULTS = {f.name: f.default for f in fields(Filters)}


def read(given: Mapping[str, str], role: WebRole, tasks: Mapping[str, Any]) -> Filters:
    """The filters of an address. Raises Invalid, naming the one that is not possible."""
    allowed = _allowed(tasks)
    said = {name: given[name] for name in allowed if given.get(name)}
    for name, value in said.items():
        if value not in allowed[name]:
            raise Invalid(name, "this is no such filter", allowed=", ".join(map(str, allowed[name])))
    made: dict[str, Any] = dict(said)
    made |= {"view": View(said["view"])} if "view" in said else {}
    made |= {"sort": Sort(said["sort"])} if "sort" in said else {}
    return Filters(**made, page=_page(given.get("page", "")), role=role)


def _allowed(tasks: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What each filter may be."""
    return {
        "view": tuple(View), "owner": ("any", *Role), "claimed": ("me",),
        "state": tuple(s for s in State if s not in EXITS), "task": tuple(tasks),
        "priority": tuple(str(p.value) for p in Priority), "stage": STAGES, "sort": tuple(Sort),
    }  # fmt: skip


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 10_000):
        raise Invalid("page", "there is no such page", allowed="1 and more")
    return int(text)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: what it says, and the address without it."""

    says: str
    without: str


def chips(filters: Filters, tasks: Mapping[str, Any]) -> Iterator[Chip]:
    """The filters that are set, each to be taken away by itself."""
    if filters.owned_by:
        yield Chip(f"owned by {filters.owned_by.value}s", filters.query(owner="any"))
    if filters.claimed:
        yield Chip("claimed by me", filters.query(claimed=""))
    if filters.state:
        yield Chip(f"in {State(filters.state).title}", filters.query(state=""))
    if filters.task:
        yield Chip(tasks[filters.task].title, filters.query(task=""))
    if filters.priority:
        yield Chip(PRIORITIES[Priority(int(filters.priority))], filters.query(priority=""))
    if filters.stage:
        yield Chip(filters.stage, filters.query(stage=""))
    if filters.sort is not Sort.PRESSING:
        yield Chip(f"sorted by {filters.sort.value}", filters.query(sort=Sort.PRESSING))


@dataclass(frozen=True, slots=True)
class Tab:
    """One view with how much is in it."""

    title: str
    count: str
    query: str
    here: bool
    bad: bool


def tabs(filters: Filters, found: Numbers) -> list[Tab]:
    """Every view."""
    many = {
        View.NOW: found.now, View.OVERDUE: found.overdue, View.WEEK: found.soon, View.WAITING: found.undated,
        View.ALL: found.all,
    }  # fmt: skip
    return [
        Tab(TITLES[v], counted(many[v]), filters.query(view=v), v is filters.view, v is View.OVERDUE and many[v] > 0)
        for v in View
    ]


def counted(number: int) -> str:
    """A number, as far as anyone counted."""
    return f"{MOST:,}+" if number >= MOST else f"{number:,}"
