"""The table of 2.4, copied as plain data: every move from where to where, and what brings it about."""

from tests.workflow.contract import AWAY, EVERY_ON, ON_BUT_REFERRED, STATES, A, W, names
from workflow.acts import TASK_ACTS
from workflow.asps import ASPS

ANYWHERE_BUT_DEAD = STATES.replace(" deceased", "")
MOVES = {
    "X01": ("referred", "staging", "accept_referral"),
    "X02": (EVERY_ON, "out_of_scope", "declare_out_of_scope"),
    "X03": ("staging", "mdt_review", "complete_staging"),
    "X05": ("mdt_review observation", "interval_wait", "decide_interval_scan"),
    "X06": ("mdt_review observation", "immunotherapy", "start_regimen"),
    "X07": (f"mdt_review {W}", "observation", "decide_observation"),
    "X08": ("mdt_review observation", "tki", "start_regimen"),
    "X09": (f"mdt_review observation {W}", "observation", "decide_local_therapy"),
    "X09b": ("observation", "surveillance", "perform_local_therapy"),
    "X11": (f"mdt_review {W}", "surgery", "decide_surgery"),
    "X12": ("surgery", "surveillance", "perform_surgery"),
    "X13": ("surgery", "mdt_review", "perform_surgery"),
    "X13.cancel": ("surgery", "mdt_review", "cancel_surgery"),
    "X14b.decide_immunotherapy": (W, "mdt_review", "decide_immunotherapy"),
    "X14b.decide_tki": (W, "mdt_review", "decide_tki"),
    "X14b.decide_trial": (W, "mdt_review", "decide_trial"),
    "X14b.decide_other": (W, "mdt_review", "decide_other"),
    "X16": ("immunotherapy", "stays", "decide_local_therapy"),
    "X17": ("immunotherapy", "tki", "start_regimen"),
    "X18": (A, "mdt_review", "stop_regimen"),
    "X19": ("tki refractory", "immunotherapy", "start_regimen"),
    "X20a": ("immunotherapy", "stays", "start_regimen"),
    "X20b": ("tki", "stays", "start_regimen"),
    "X20c": ("refractory", "tki", "start_regimen"),
    "X22": ("refractory tki immunotherapy mdt_review", "combination", "start_regimen"),
    "X23": (f"mdt_review observation refractory {A}", "clinical_trial", "enrol_in_trial"),
    "X24.local": (ON_BUT_REFERRED, "stays", "perform_local_therapy"),
    "X24.schedule_surgery": (ON_BUT_REFERRED, "stays", "schedule_surgery"),
    "X24.perform_surgery": (ON_BUT_REFERRED, "stays", "perform_surgery"),
    "X24.schedule_lung": ("surgery", "stays", "schedule_surgery"),
    "X25": ("tki", "stays", "decide_local_therapy"),
    "X25b": (
        "refractory combination clinical_trial other_systemic supportive_care", "stays", "decide_local_therapy",
    ),
    "X25b.staging": ("staging", "stays", "decide_local_therapy"),
    "X28": (ON_BUT_REFERRED, "other_systemic", "start_regimen"),
    "X30": (EVERY_ON, "supportive_care", "decide_supportive_care"),
    "X30.return": ("supportive_care", "mdt_review", "return_to_pathway"),
    "X31": (ANYWHERE_BUT_DEAD, "deceased", "declare_death"),
    "X32": (EVERY_ON, "transferred", "transfer"),
    "X33": (EVERY_ON, "lost_to_follow_up", "declare_lost"),
    "X34": (f"{EVERY_ON} {AWAY}", "consent_withdrawn", "withdraw_consent"),
    "X35": (f"{AWAY} consent_withdrawn", "mdt_review", "return_to_pathway"),
    "X35.staging": (f"{AWAY} consent_withdrawn", "staging", "return_to_pathway"),
    "X35.scope": ("out_of_scope", "staging", "return_to_pathway"),
    **{f"X00.{state}": ("referred", state, "adopt") for state in ON_BUT_REFERRED.split()},
    **{f"X36.{state}": ("deceased", state, "reverse_death") for state in ANYWHERE_BUT_DEAD.split()},
}  # fmt: skip
"""Acts that keep the state and have no row of 2.4 are named after themselves. X15, X17b and X27 move nobody."""
AUTOMATIC = {
    "X02.histology": (EVERY_ON, "out_of_scope"),
    "X05t": ("interval_wait", "interval_scan"),
    "X10": (W, "mdt_review"),
    "X13.basis": ("surgery", "mdt_review"),
    "X14": (W, "mdt_review"),
    "X18.off_study": (A, "mdt_review"),
    "X21": (A, "refractory"),
    "X26": ("observation", "mdt_review"),
    "X29": ("surveillance", "mdt_review"),
}


def test_every_act_that_a_row_describes_leads_from_and_to_where_it_says() -> None:
    rows = {row.id: row for row in ASPS.transitions}
    found = {
        id: ({s.value for s in row.sources}, row.dest.value if row.dest else "stays", row.on)
        for id, row in rows.items()
        if id.startswith("X")
    }
    assert found == {id: (names(sources), dest, on) for id, (sources, dest, on) in MOVES.items()}


def test_acts_without_a_row_of_their_own_keep_the_state() -> None:
    assert {(row.id, row.on, row.dest) for row in ASPS.transitions if row.id not in MOVES} == {
        (act, act, None)
        for act in names(
            "decide_immunotherapy decide_tki decide_combination decide_trial decide_other give_dose hold_regimen "
            "resume_regimen stop_regimen start_bone_agent give_bone_agent stop_bone_agent"
        )
        | TASK_ACTS
    }


def test_the_moves_that_facts_or_the_date_bring_about() -> None:
    found = {move.id: ({s.value for s in move.sources}, move.dest.value) for move in ASPS.automatic}
    assert found == {id: (names(sources), dest) for id, (sources, dest) in AUTOMATIC.items()}


def test_nothing_leads_into_a_treatment_by_itself() -> None:
    into = {move.dest.value for move in ASPS.automatic}
    assert into & names(f"{A} surgery") == set()
