"""The site's settings as pages and API show them: the value, where it comes from, and what waits for a decision."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from diagrams.book_rules import in_words
from storage.asking import is_open
from storage.inputs import ADMINISTRATOR
from storage.ledger import Author
from storage.tables import task
from storage.timeline import SettingRow
from web.here import Here
from workflow.rules import CareTask
from workflow.site import SiteKey

_UNSET = re.compile(r"([a-z0-9_.]+) is UNSET at this site")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One setting, as it stands."""

    key: SiteKey
    value: str | None
    """As people type it; None: there is none."""
    is_default: bool
    """Nobody set it: the sourced default holds."""
    is_open: bool
    """An open site decision."""
    last: SettingRow | None
    """Who set it last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDecision:
    """What the site has not decided, and what stands without a date because of it."""

    key: SiteKey
    tasks: tuple[CareTask, ...]
    """The kinds of task whose date reads it."""
    undated: int
    """Open tasks that have no date because of it."""


def author(here: Here) -> Author:
    """Who decides for the site."""
    return Author(by=ADMINISTRATOR, user=here.who.id)


def settings(here: Here) -> list[Setting]:
    """Every setting, in the order in which a site is asked for them."""
    last = {row.key: row for row in here.reader.settings_history()}
    return [_setting(here, key, last.get(key.name)) for key in here.site.keys.values()]


def setting(here: Here, name: str) -> tuple[Setting, list[SettingRow]]:
    """One setting and who set it when, oldest first. Raises KeyError."""
    history = here.reader.settings_history(name)
    return _setting(here, here.site.keys[name], history[-1] if history else None), history


def _setting(here: Here, key: SiteKey, last: SettingRow | None) -> Setting:
    value = here.site.get(key.name)
    return Setting(
        key=key, value=None if value is None else in_words(value), last=last,
        is_default=value is not None and key.name not in here.site.values,
        is_open=value is None and not key.unset_means,
    )  # fmt: skip


def open_decisions(here: Here) -> list[OpenDecision]:
    """What the site has not decided: what holds up most tasks first."""
    counts = undated(here)
    found = [_open(key, here.pathway.tasks.values(), counts[key.name]) for key in here.site.open_decisions()]
    return sorted(found, key=lambda decision: -decision.undated)


def _open(key: SiteKey, tasks: Iterable[CareTask], waiting: int) -> OpenDecision:
    return OpenDecision(key=key, tasks=tuple(one for one in tasks if key.name in one.keys), undated=waiting)


def undated(here: Here) -> Counter[str]:
    """How many open tasks have no date because of a setting, by its name: the arithmetic of a task's date says so."""
    query = select(task.c.why, func.count()).where(is_open, task.c.target.is_(None)).group_by(task.c.why)
    found = Counter[str]()
    with here.desk.engine.connect() as connection:
        for why, count in connection.execute(query):
            found.update(dict.fromkeys(_UNSET.findall(why), count))
    return found
