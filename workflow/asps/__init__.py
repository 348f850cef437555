"""The pathway of metastatic alveolar soft part sarcoma, one file per clinical question, joined here.

`ASPS` is the one object behind the rule that runs, the reason on the worklist, the review book and the picture.
"""

from workflow.asps import (
    board,
    bone,
    brain,
    corrections,
    drug_safety,
    exits,
    follow_up,
    general,
    immunotherapy,
    interval_scan,
    local_therapy,
    refractory,
    regimen_acts,
    staging,
    supportive,
    surgery,
    tki,
    tki_monitoring,
)
from workflow.asps.ranking import ROWS
from workflow.asps.site_keys import KEYS
from workflow.pathway import Pathway

ASPS = Pathway(
    name="metastatic alveolar soft part sarcoma",
    version="2026.1",
    keys=KEYS,
    absolute=(general.PATHWAY_ENDED, general.POSSIBLE_DATES),
    limits=general.LIMITS,
    options=ROWS,
    topics=(
        general.TOPIC,
        staging.TOPIC,
        board.TOPIC,
        interval_scan.TOPIC,
        surgery.TOPIC,
        drug_safety.TOPIC,
        immunotherapy.TOPIC,
        tki.TOPIC,
        tki_monitoring.TOPIC,
        refractory.TOPIC,
        regimen_acts.TOPIC,
        local_therapy.TOPIC,
        brain.TOPIC,
        bone.TOPIC,
        follow_up.TOPIC,
        supportive.TOPIC,
        exits.TOPIC,
        corrections.TOPIC,
    ),
)
