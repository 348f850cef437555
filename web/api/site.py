"""The site's settings: what is in force, who set it, what waits for a decision; and what a change would do."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field, WithJsonSchema

from storage.timeline import SettingRow
from storage.what_if import Effect, effects, what_if
from web import settings as on_file
from web.api.conditions import Expected, tag
from web.api.problems import ProblemRaised, problem
from web.api.routing import READ, WRITE, DryRun
from web.api.routing import router as new_router
from web.api.strict import Given, Text, Told
from web.here import Here, Now
from workflow.asps.site_keys import KEYS
from workflow.errors import NotFound

router = new_router("site")


class SettingOut(Told):
    """A setting, as it stands."""

    key: str
    title: str
    value: str | None
    """As people type it."""
    default: bool
    """Nobody set it: the sourced default holds."""
    open: bool
    """An open site decision."""
    allowed: str
    unset_means: str
    offer: str
    """A published value that holds only once the site takes it."""
    sources: list[str]
    last: SettingRow | None

    @classmethod
    def of(cls, found: on_file.Setting) -> "SettingOut":
        """A setting of the record."""
        key = found.key
        return cls(
            key=key.name, title=key.title, value=found.value, default=found.is_default, open=found.is_open,
            allowed=key.allowed, unset_means=key.unset_means, offer=key.offer, sources=list(map(str, key.source)),
            last=found.last,
        )  # fmt: skip


class SiteOut(Told):
    """All settings at a revision."""

    revision: int
    settings: list[SettingOut]


class SettingWithHistory(Told):
    """A setting, and who set it when, oldest first."""

    setting: SettingOut
    history: list[SettingRow]


class DecisionOut(Told):
    """An open site decision, and what stands without a date because of it."""

    key: str
    title: str
    allowed: str
    offer: str
    sources: list[str]
    tasks: list[str]
    undated: int


_VALUES: dict[str, Any] = {
    "type": "object", "minProperties": 1, "additionalProperties": False,
    "properties": {
        key.name: {"anyOf": [{"type": "string"}, {"type": "null"}], "description": f"{key.title}: {key.allowed}"}
        for key in KEYS.values()
    },
}  # fmt: skip
"""What may be set, for the description."""


class SettingsIn(Given):
    """What to set, as texts; null opens a setting again."""

    values: Annotated[dict[str, str | None], Field(min_length=1, max_length=200), WithJsonSchema(_VALUES)]
    reason: Annotated[Text, Field(min_length=1)]


class SettingsOut(Told):
    """What was set, or would be."""

    revision: int
    written: bool
    effects: list[Effect] | None = Field(default=None, description="For a dry run: what would happen to the tasks")
    changed: int | None = Field(default=None, description="For how many patients")
    looked_at: int | None = Field(default=None, description="Of how many")
    patients: int | None = Field(default=None, description="How many there are in all")


@router.get("/site/settings", name="api.settings", responses=READ)
def settings(here: Now, response: Response) -> SiteOut:
    """Every setting with its value, where that comes from, its sources, and who set it."""
    tag(response, here.site.revision)
    return SiteOut(revision=here.site.revision, settings=[SettingOut.of(one) for one in on_file.settings(here)])


@router.get("/site/settings/{key}", name="api.setting", responses=READ)
def setting(here: Now, key: str) -> SettingWithHistory:
    """One setting with its history."""
    if key not in here.site.keys:
        raise NotFound("setting", key[:60])
    found, history = on_file.setting(here, key)
    return SettingWithHistory(setting=SettingOut.of(found), history=history)


@router.get("/site/decisions", name="api.decisions", responses=READ)
def decisions(here: Now) -> list[DecisionOut]:
    """What the site has not decided; what holds up most tasks first."""
    return [
        DecisionOut(
            key=one.key.name, title=one.key.title, allowed=one.key.allowed, offer=one.key.offer,
            sources=list(map(str, one.key.source)), tasks=[task.title for task in one.tasks], undated=one.undated,
        )
        for one in on_file.open_decisions(here)
    ]  # fmt: skip


@router.patch("/site/settings", name="api.set", responses=WRITE)
def set_(
    here: Now, body: SettingsIn, response: Response, expected: Expected = None, dry_run: DryRun = False
) -> SettingsOut:
    """Sets what the site decides: all of it in one revision, or nothing. What is so already changes nothing, so no
    idempotency key is needed. The next ticks plan the patients anew; a dry run tells what that would do."""
    if expected not in (None, here.site.revision):
        raise _meanwhile(here, expected or 0)
    if dry_run:
        return _tried(here, body)
    site = here.ledger.set_site(body.values, now=here.now, author=on_file.author(here), reason=body.reason)
    tag(response, site.revision)
    return SettingsOut(revision=site.revision, written=site.revision != here.site.revision)


def _tried(here: Here, body: SettingsIn) -> SettingsOut:
    found = what_if(here.ledger, here.reader, body.values, now=here.now, author=on_file.author(here))
    return SettingsOut(
        revision=here.site.revision, written=False, effects=effects(found.changed), changed=len(found.changed),
        looked_at=found.looked_at, patients=found.patients,
    )  # fmt: skip


def _meanwhile(here: Here, seen: int) -> ProblemRaised:
    revision = here.site.revision
    since = [row for row in here.reader.settings_history() if row.revision > seen]
    told = "; ".join(f"{row.key} = {row.value} by {row.user}" for row in since)
    return ProblemRaised(
        problem(412, f"revision {seen} was looked at, {revision} is the present one: {told}", version=revision),
        {"ETag": f'"{revision}"'},
    )
