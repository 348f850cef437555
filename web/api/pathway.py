"""The pathway: its states with who stands there, its moves, every rule with its source and its sign-off."""

from typing import Annotated

from pydantic import ConfigDict, Field

from diagrams.book_model import Citation, Fact, Kind, Reading, SignOff
from storage.flow import Crowd, crowds
from storage.signing import Signature
from web.api.problems import ProblemRaised, problem
from web.api.routing import READ, WRITE
from web.api.routing import router as new_router
from web.api.strict import Given, Reason, Told
from web.here import Now
from web.rulebook import rule_of, rulebook
from web.rulebook import sign as sign_rule
from workflow.asps.states import MEANINGS
from workflow.vocabulary import EXITS, State

router = new_router("pathway")


class StateOut(Told):
    """A state, and how many patients stand there."""

    name: State
    title: str
    meaning: str
    off_the_pathway: bool
    crowd: Crowd


class Move(Told):
    """An act or an automatic move: from where, to where."""

    id: str
    sources: list[State]
    destination: State | None
    """null: the state stays."""


class PathwayOut(Told):
    """The pathway as a whole."""

    name: str
    version: str
    fingerprint: str
    settings_revision: int
    states: list[StateOut]
    moves: list[Move]


class RuleOut(Told):
    """One rule with all that a clinician needs to judge and sign it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    kind: Kind
    name: str
    title: str
    sentence: str
    facts: dict[str, Fact]
    rows: list[str]
    readings: list[Reading]
    sources: list[Citation]
    content: str
    sign_off: SignOff


class SignIn(Given):
    """A signature of a rule as it was read."""

    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="`content` of the rule that was read")]
    reason: Reason = ""


@router.get("/pathway", name="api.pathway", responses=READ)
def pathway(here: Now) -> PathwayOut:
    """States and moves; how many patients stand where, and of how many something is overdue."""
    found, book = crowds(here.desk.engine, here.today), rulebook(here)
    return PathwayOut(
        name=here.pathway.name, version=book.version, fingerprint=book.fingerprint,
        settings_revision=here.site.revision,
        states=[_state(state, found.get(state, Crowd())) for state in State],
        moves=[
            Move(id=id, sources=[State(s) for s in sources], destination=None if dest == "=" else State(dest))
            for id, sources, dest in here.pathway.table
        ],
    )  # fmt: skip


def _state(state: State, crowd: Crowd) -> StateOut:
    return StateOut(
        name=state, title=state.title, meaning=MEANINGS[state][0], off_the_pathway=state in EXITS, crowd=crowd
    )


@router.get("/pathway/rules", name="api.rules", responses=READ)
def rules(here: Now, kind: Kind | None = None) -> list[RuleOut]:
    """Every rule in the order of the pathway; of one kind only where it is given."""
    return [RuleOut.model_validate(rule) for rule in rulebook(here) if kind in (None, rule.kind)]


@router.get("/pathway/rules/{kind}/{name}", name="api.rule", responses=READ)
def rule(here: Now, kind: Kind, name: str) -> RuleOut:
    """One rule: what it says with this site's numbers, its sources, and who has signed it."""
    return RuleOut.model_validate(rule_of(here, kind, name))


@router.post("/pathway/rules/{kind}/{name}/signatures", name="api.sign", status_code=201, responses=WRITE)
def sign(here: Now, kind: Kind, name: str, body: SignIn) -> Signature:
    """Signs a rule as it was read, as a clinician. Refused where it has changed since; the same again writes nothing,
    so no idempotency key is needed."""
    found = rule_of(here, kind, name)
    made = sign_rule(here, found, body.content, body.reason)
    if made is None:
        detail = f"{found.id} has changed since it was read; read it again, then sign"
        raise ProblemRaised(problem(409, detail, field="content", allowed=found.content))
    return made
