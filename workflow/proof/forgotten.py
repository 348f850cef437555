"""1. Nobody is forgotten: on the pathway somebody always has something to do, by a date."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from workflow.pathway import Pathway
from workflow.proof.configuration import COURSE_TASKS, Configuration, carrying, course_names
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World
from workflow.rules import CareTask, Wanted
from workflow.site import Site
from workflow.vocabulary import EXITS, Role

SAYS = "in every configuration on the pathway a task of the course stands open, with an owner"
ADOPTED = "prior_regimen that is running"
"""What `complete_missing_data` asks for while the drug of an adopted patient is not on file: it carries them."""


class Forgotten:
    """Looks at every configuration for the tasks that carry the patient on."""

    def __init__(self, pathway: Pathway, own: Site) -> None:
        self.pathway, self.own = pathway, own
        self.seen = self.undated = 0
        self.owed: Counter[str] = Counter()
        self.fault: Fault | None = None

    def look(self, here: Configuration, world: World) -> None:
        """One configuration, and a patient in it."""
        if here.state in EXITS or self.fault:
            return
        self.seen += 1
        if not any(isinstance(task.owner, Role) for task, _ in _kept(world)):
            names = sorted(t.name for t in world.plan.open)
            beside = f"; what stands beside the course does not carry anyone: {', '.join(names)}" if names else ""
            why = f"nobody is reminded of a patient in {here.state.value} ({here.state.title}){beside}"
            self.fault = Fault(why=why, world=world, expect={"state": here.state.value, "absent": _absent(world)})
        else:
            self._dated(world)

    def _dated(self, world: World) -> None:
        """Whether one of them has a date at this site; else what would give it one."""
        tasks = list(_kept(replace(world, site=self.own)))
        if any(wanted.due for _, wanted in tasks):
            return
        self.undated += 1
        open_keys = {key.name for key in self.own.open_decisions()}
        keys = {key for task, _ in tasks for key in task.keys if key in open_keys}
        self.owed.update(keys or {f"{task.name}: {wanted.why}" for task, wanted in tasks})

    def verdict(self) -> Verdict:
        """What it comes to."""
        none = f"{self.undated} have none, are due at once and stand in every digest"
        dated = f"{self.seen - self.undated} of them have a date; {none}"
        owed = (f"{n} without a date for want of {what}" for what, n in self.owed.most_common())
        return Verdict(
            number=1, name="Nobody is forgotten", says=SAYS, count=self.seen, fault=self.fault, notes=(dated, *owed)
        )


def _kept(world: World) -> Iterator[tuple[CareTask, Wanted]]:
    """What keeps a patient in view; for one adopted without the drug on file, the question for it as well."""
    yield from carrying(world)
    task = world.pathway.tasks.get("complete_missing_data")
    if task and task.name not in COURSE_TASKS:
        yield from ((task, wanted) for wanted in task.wanted(world.situation) if ADOPTED in wanted.why)


def _absent(world: World) -> list[str]:
    """The tasks of the course of which none stands open, as a story says it."""
    names = course_names(world.state) & world.pathway.tasks.keys()
    return sorted(names - {task.name for task in world.plan.open})
