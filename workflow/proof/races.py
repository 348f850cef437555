"""5. No two timed moves race: the date alone never leaves open where a patient stands."""

from itertools import pairwise

from workflow.proof.configuration import Configuration
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World

SAYS = "in no configuration do two timed moves run that lead elsewhere, and none that has come is left standing"


class Races:
    """Looks at every configuration for the moves that the date will bring about."""

    def __init__(self) -> None:
        self.seen = 0
        self.fault: Fault | None = None

    def look(self, here: Configuration, world: World) -> None:
        """One configuration, and a patient in it."""
        self.seen += 1
        timed = [(m, m.due(world.moment)) for m in world.pathway.moves_from[here.state] if m.due]
        dated = sorted(((on, m.id, m.dest) for m, on in timed if on), key=lambda one: one[:2])
        for (on, first, dest), (other, second, elsewhere) in pairwise(dated):
            if dest != elsewhere:  # on one day here, or for another patient
                self._found(world, f"{first} ({on}) and {second} ({other}) run at once and lead to different states")
        if dated and dated[0][0] <= world.today:
            self._found(world, f"{dated[0][1]} was due on {dated[0][0]} and has not been made")

    def _found(self, world: World, why: str) -> None:
        self.fault = self.fault or Fault(why=why, world=world, expect={"state": world.state.value})

    def verdict(self) -> Verdict:
        """What it comes to."""
        return Verdict(number=5, name="No two timed moves race", says=SAYS, count=self.seen, fault=self.fault)
