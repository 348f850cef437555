"""3. No dead end: from everywhere some exit and some treatment decision stay reachable."""

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


def dead_ends(found: Explored) -> Verdict:
    """Looks for configurations from which one or the other cannot be reached."""
    steps = found.steps.items()
    goals = {
        "exit": {here for here, there in steps if any(one.state in EXITS for one in there.values())},
        "treatment decision": {here for here, there in steps if there.keys() & TREATMENT},
    }
    fault = None
    for what, known in goals.items():
        able = found.reaching(known)
        first = next((c for c in found.worlds if c not in able), None)
        if first and not fault:
            why = f"from {first.state.value} ({first.state.title}) no {what} can be reached any more"
            fault = Fault(why=why, world=found.worlds[first], expect={"state": first.state.value})
    return Verdict(number=3, name="No dead end", says=SAYS, count=len(found.worlds), fault=fault)
