"""3. No dead end: from everywhere some exit and some treatment decision stay reachable."""

from collections.abc import Callable, Iterable

from workflow.proof.configuration import Configuration
from workflow.proof.exploring import Explored
from workflow.proof.verdicts import Fault, Verdict
from workflow.vocabulary import EXITS

SAYS = "from every configuration, exits included, some exit and some treatment decision can be reached"
TREATMENT = frozenset(
    {
        "decide immunotherapy", "decide tki", "decide combination", "decide trial", "decide other",
        "decide surgery", "decide ablation", "decide radiosurgery",
    }
)  # fmt: skip
"""Letters that decide on a treatment."""
Edge = tuple[Configuration, str, Configuration]


def dead_ends(found: Explored) -> Verdict:
    """Looks for configurations from which one or the other cannot be reached."""
    goals: dict[str, Callable[[Edge], bool]] = {
        "exit": lambda edge: edge[2].state in EXITS,
        "treatment decision": lambda edge: edge[1] in TREATMENT,
    }
    fault = None
    for what, is_goal in goals.items():
        trapped = found.worlds.keys() - can_reach(found, is_goal)
        first = next((c for c in found.worlds if c in trapped), None)
        if first and not fault:
            why = f"from {first.state.value} ({first.state.title}) no {what} can be reached any more"
            fault = Fault(why=why, world=found.worlds[first], expect={"state": first.state.value})
    return Verdict(number=3, name="No dead end", says=SAYS, count=len(found.worlds), fault=fault)


def can_reach(found: Explored, is_goal: Callable[[Edge], bool]) -> set[Configuration]:
    """The configurations from which some way leads along a step that is a goal."""
    edges = [(here, letter, there) for here, steps in found.steps.items() for letter, there in steps.items()]
    back: dict[Configuration, list[Configuration]] = {}
    for here, _, there in edges:
        back.setdefault(there, []).append(here)
    return _closure({edge[0] for edge in edges if is_goal(edge)}, back)


def _closure(first: Iterable[Configuration], back: dict[Configuration, list[Configuration]]) -> set[Configuration]:
    reached, rest = set(first), list(first)
    while rest:
        for before in back.get(rest.pop(), ()):
            if before not in reached:
                reached.add(before)
                rest.append(before)
    return reached
