"""What each state means, in a few words: for the picture, the review book and the head of a patient's page."""

from typing import Final

from workflow.asps.sources import s
from workflow.vocabulary import Source, State, extrapolated

_OURS: Final = (extrapolated("the guide does not name this state"),)

MEANINGS: Final[dict[State, tuple[str, tuple[Source, ...]]]] = {
    State.REFERRED: ("referral received, not accepted yet", s(56)),
    State.STAGING: ("histology, CT and brain MRI are being collected", s(33)),
    State.MDT_REVIEW: ("a decision is due, no therapy is running", s(23)),
    State.OBSERVATION: ("measurable disease, no symptoms, no therapy", s(42, 44)),
    State.INTERVAL_WAIT: ("the 3-month test of time: the interval CT is not due yet", s(24)),
    State.INTERVAL_SCAN: ("the months have passed: the interval CT is due", s(24)),
    State.SURGERY: ("cleared or booked for lung metastasectomy", s(4, 25)),
    State.IMMUNOTHERAPY: ("atezolizumab, or pembrolizumab with high TMB", s(2, 6, 7)),
    State.TKI: ("pazopanib or another anti-angiogenic TKI", s(3, 12, 38)),
    State.REFRACTORY: ("progression after immunotherapy and TKI: combination or trial to be decided", s(16, 40)),
    State.COMBINATION: ("TKI plus checkpoint inhibitor", s(16, 40)),
    State.CLINICAL_TRIAL: ("enrolled in a trial", s(40)),
    State.OTHER_SYSTEMIC: ("anything else, by recorded reason", _OURS),
    State.SURVEILLANCE: ("no evidence of disease after local treatment", _OURS),
    State.SUPPORTIVE_CARE: ("no anticancer therapy, by decision", s(47)),
    State.DECEASED: ("death is recorded", _OURS),
    State.TRANSFERRED: ("care went elsewhere", _OURS),
    State.LOST_TO_FOLLOW_UP: ("not to be reached", _OURS),
    State.CONSENT_WITHDRAWN: ("does not want to be followed", _OURS),
    State.OUT_OF_SCOPE: ("not ASPS, or no metastasis", s(1)),
}
