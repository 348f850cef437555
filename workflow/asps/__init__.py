"""The pathway of metastatic alveolar soft part sarcoma, one file per clinical question, joined here.

`ASPS` is the one object behind the rule that runs, the reason on the worklist, the review book and the picture.
"""

from workflow.asps import (
    board,
    bone,
    brain,
    corrections,
    drug_safety,
    drug_tasks,
    exits,
    follow_up,
    general,
    immunotherapy,
    immunotherapy_tasks,
    interval_scan,
    local_therapy,
    refractory,
    regimen_acts,
    staging,
    staging_tasks,
    supportive,
    surgery,
    surgery_tasks,
    tki,
    tki_monitoring,
)
from workflow.asps.ranking import ROWS
from workflow.asps.site_keys import KEYS
from workflow.pathway import Pathway

ASPS = Pathway(
    name="metastatic alveolar soft part sarcoma",
    version="2026.2",
    keys=KEYS,
    absolute=(general.PATHWAY_ENDED, general.POSSIBLE_DATES),
    limits=general.LIMITS,
    options=ROWS,
    topics=(
        general.TOPIC,
        staging.TOPIC,
        staging_tasks.TOPIC,
        board.TOPIC,
        interval_scan.TOPIC,
        surgery.TOPIC,
        surgery_tasks.TOPIC,
        drug_safety.TOPIC,
        drug_tasks.TOPIC,
        immunotherapy.TOPIC,
        immunotherapy_tasks.TOPIC,
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
