"""The tracks beside the main state (2.3): each a function of the recorded facts, never set by hand."""

from typing import Any

from workflow.acts import DecideLocalTherapy, PerformLocalTherapy
from workflow.asps.bone import running_agent
from workflow.asps.facts import bone_metastasis, brain
from workflow.asps.regimens import regimens
from workflow.chart import Chart, Entry
from workflow.records import BoneHealth, PalliativeCare

TRACKS: dict[str, tuple[str, ...]] = {
    "brain": ("unknown", "clear", "untreated_metastases", "treated_metastases"),
    "local_therapy": ("none", "planned", "done"),
    "palliative_care": ("not_offered", "offered", "referred", "active", "declined"),
    "bone_health": ("none", "metastases_unreviewed", "reviewed", "on_agent", "declined"),
    "hold": ("none", "held", "resumed", "stopped_permanently"),
}


def tracks(chart: Chart) -> dict[str, Any]:
    """Every track; `hold` by agent."""
    palliative = chart.last(PalliativeCare)
    return {
        "brain": brain(chart).status,
        "local_therapy": local_therapy(chart),
        "palliative_care": palliative.fields.status if palliative else "not_offered",
        "bone_health": bone_health(chart),
        "hold": hold(chart),
    }


def local_therapy(chart: Chart) -> str:
    """The latest episode: planned, or done."""
    episodes: list[Entry[Any]] = [*chart.of(DecideLocalTherapy), *chart.of(PerformLocalTherapy)]
    last = max(episodes, key=lambda e: e.key, default=None)
    if last is None:
        return "none"
    return "planned" if isinstance(last.fields, DecideLocalTherapy) else "done"


def bone_health(chart: Chart) -> str:
    """Reviewed counts from the bone metastasis on; a running agent stands above it."""
    if running_agent(chart):
        return "on_agent"
    if chart.named("stop_bone_agent"):
        return "reviewed"
    found = bone_metastasis(chart)
    said = [e for e in chart.of(BoneHealth) if found is None or e.on >= found.on]
    if said:
        return said[-1].fields.status
    return "metastases_unreviewed" if found else "none"


def hold(chart: Chart) -> dict[str, str]:
    """Per agent of the regimens so far, what became of a hold; agents never held are left out."""
    found: dict[str, str] = {}
    for regimen in regimens(chart):
        resumed = {agent for agent, _ in regimen.resumed}
        for agent in regimen.agents:
            if agent in regimen.permanently:
                found[agent] = "stopped_permanently"
            elif agent in regimen.held and regimen.running:
                found[agent] = "held"
            elif agent in resumed:
                found[agent] = "resumed"
    return found
