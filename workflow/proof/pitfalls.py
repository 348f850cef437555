"""2. The four pitfalls of the guide (S50, S52, S54, S56) are passed only with an override on record.

For each pitfall: every fact that may stand on the chart about it, times every act that could fall into it, times every
state in which that act has a row; everything else speaks for the act. Each act is offered on its day, dated back to
before the last fact, and with overrides that are not good for it. What is then accepted is judged once more, by a few
lines that know nothing of the guards (`evidence`). More unmet guards make no act possible, so nothing else needs to be
varied.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.proof.evidence import signed
from workflow.proof.facts import FAVOURABLE, Fact, ahead, with_facts
from workflow.proof.misuse import misuses
from workflow.proof.routes import patients
from workflow.proof.traps import PITFALLS, Act, Pitfall
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World, fields_of
from workflow.site import Site
from workflow.steps import Accepted

SAYS = (
    "no first-line chemotherapy, no lung metastasectomy without a favourable interval CT, no treatment before brain "
    "imaging or outside a reference centre, unless an override with two signers is on record"
)


def pitfalls(pathway: Pathway, site: Site) -> Verdict:
    """Tries to fall into each of them."""
    count, accepted, fault = 0, 0, None
    for pitfall, act, there in _attempts(pathway, site):
        count, accepted = count + 1, accepted + (there is not None)
        if there and not fault and not pitfall.sound(there, there.entry) and not signed(there, there.entry):
            fault = Fault(why=f"{pitfall.name}: {act[0]} was accepted", world=there)
    notes = (f"{accepted} of them were accepted, all with what the guide asks for",) if not fault else ()
    return Verdict(
        number=2, name="The four pitfalls", says=SAYS, count=count, cases="attempts", fault=fault, notes=notes
    )


Attempt = tuple[Pitfall, Act, World | None]


def _attempts(pathway: Pathway, site: Site) -> Iterator[Attempt]:
    """Every act of every pitfall by every patient with every fact; None where it is refused."""
    for pitfall in PITFALLS:
        for _, patient in patients(pathway, site):
            base = _with(patient, tuple(fact for fact in FAVOURABLE if fact[0] not in pitfall.spared))
            for facts in pitfall.facts if base else ():
                there = _with(base, facts)
                yield from _tried(pitfall, there, misused=facts == pitfall.facts[0]) if there else ()


def _with(world: World | None, facts: tuple[Fact, ...]) -> World | None:
    """The patient with more on record; None where an act of theirs is not possible here."""
    try:
        return with_facts(world, facts) if world else None
    except ValueError:
        return None


def _tried(pitfall: Pitfall, world: World, *, misused: bool) -> Iterator[Attempt]:
    """Each act, today, dated back, and with overrides that are not good for it."""
    for act in pitfall.acts:
        if not any(world.state in row.sources for row in world.pathway.rows.get(act[0], ())):
            continue
        there = world.later(world.today + timedelta(days=1))
        yield pitfall, act, _accepted(there, act)
        yield pitfall, act, _accepted(there, act, on=there.today - BEFORE)
        yield from ((pitfall, act, _accepted(one, act)) for one in (misuses(there, *act) if misused else ()))


BEFORE = timedelta(days=2)
"""To the day before the last fact: it is no evidence yet."""


def _accepted(there: World, act: Act, on: date | None = None) -> World | None:
    """The patient after an act that is offered with a reason."""
    try:
        decision, line = there.offer(act[0], fields_of(act[0], **ahead(there, act[1])), on=on)
    except Invalid:
        return None
    return there.after(decision, line) if isinstance(decision, Accepted) else None
