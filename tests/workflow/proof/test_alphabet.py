"""The alphabet leaves nothing out: every act, and every kind of record that any rule reads."""

from pathlib import Path

from workflow.acts import ACTS
from workflow.proof.clearing import ACTS_TRIED, ADVERSE, CLEARING
from workflow.proof.letters import Letter, alphabet
from workflow.proof.slices import SLICES
from workflow.proof.traps import PITFALLS
from workflow.records import KINDS

ROOM = Path(__file__).parents[3] / "workflow" / "asps"
RULES = "".join(
    file.read_text("utf-8") for file in ROOM.glob("*.py") if file.stem not in ("summary", "completing", "texts")
)


def letters() -> list[Letter]:
    """All of them, of the course and beside it."""
    return [*alphabet(), *(letter for one in SLICES for letter in one.letters())]


def happening() -> set[str]:
    """Acts and kinds of records that happen in the proof, as letters or as facts at the guards."""
    facts = {
        kind for many in (*ADVERSE, *CLEARING.values(), *(f for p in PITFALLS for f in p.facts)) for kind, _ in many
    }
    return {letter.what for letter in letters()} | {name for name, _ in ACTS_TRIED} | facts


def test_every_act_happens() -> None:
    assert set(ACTS) - happening() == set()


def test_every_kind_of_record_that_a_rule_reads_happens() -> None:
    left_out = set(KINDS) - happening()
    assert {kind for kind in left_out if KINDS[kind].__name__ in RULES} == {"weight"}, (
        "a dose of a child; it moves nobody"
    )


def test_letters_have_names_of_their_own_and_states_in_which_they_can_happen() -> None:
    names = [letter.name for letter in alphabet()]
    assert len(names) == len(set(names))
    assert all(letter.states for letter in letters())
