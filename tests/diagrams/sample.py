"""A graph as large as the real one: 20 nodes and the moves of a metastatic sarcoma pathway, spelled out one by one."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from diagrams.graph import Edge, EdgeKind, EdgeMark, Graph, Group, Node, NodeKind, NodeMark, Origin, Panel, PanelIcon
from diagrams.layout import Layout

_NODES = (
    ("referred", "Referred", "referral received, not accepted yet", NodeKind.START, ""),
    ("staging", "Staging", "histology, CT and brain MRI are being collected", NodeKind.WAITING, ""),
    ("mdt_review", "Tumour board review", "a decision is due, no therapy is running", NodeKind.DECISION, ""),
    ("observation", "Observation", "measurable disease, no symptoms, no therapy", NodeKind.WAITING, ""),
    ("interval_wait", "Interval wait", "the interval CT is not due yet", NodeKind.WAITING, "time"),
    ("interval_scan", "Interval CT due", "the three months have passed", NodeKind.WAITING, "time"),
    ("surgery", "Surgery planned", "cleared or booked for lung metastasectomy", NodeKind.TREATMENT, ""),
    ("immunotherapy", "Immunotherapy", "atezolizumab, or pembrolizumab if TMB-high", NodeKind.TREATMENT, "active"),
    ("tki", "TKI", "pazopanib or another anti-angiogenic TKI", NodeKind.TREATMENT, "active"),
    ("combination", "Combination", "TKI and checkpoint inhibitor", NodeKind.TREATMENT, "active"),
    ("clinical_trial", "Clinical trial", "enrolled", NodeKind.TREATMENT, "active"),
    ("other_systemic", "Other systemic", "anything else, by recorded reason", NodeKind.TREATMENT, "active"),
    ("refractory", "Refractory", "progression after immunotherapy and TKI", NodeKind.DECISION, ""),
    ("surveillance", "Surveillance", "no evidence of disease after local treatment", NodeKind.WAITING, ""),
    ("supportive_care", "Supportive care", "no anticancer therapy, by decision", NodeKind.TREATMENT, ""),
    ("deceased", "Deceased", "", NodeKind.EXIT, ""),
    ("transferred", "Transferred", "", NodeKind.EXIT, ""),
    ("lost_to_follow_up", "Lost to follow-up", "", NodeKind.EXIT, ""),
    ("consent_withdrawn", "Consent withdrawn", "", NodeKind.EXIT, ""),
    ("out_of_scope", "Out of scope", "not ASPS, or no metastasis", NodeKind.EXIT, ""),
)
_EXITS = [id for id, *_, kind, _ in _NODES if kind is NodeKind.EXIT]
_ANY = [id for id, *_, kind, _ in _NODES if kind is not NodeKind.EXIT]
_ON = [id for id in _ANY if id != "referred"]
_ACTIVE = [id for id, *_, group in _NODES if group == "active"]
_WAIT = ["interval_wait", "interval_scan"]

_SYSTEMIC = ("reference_centre", "baseline_brain_imaging", "not_pregnant", "pregnancy_test", "confirmed_asps")
_ICI = (*_SYSTEMIC, "minimum_age", "immunotherapy_screen", "tmb_high", "atezolizumab_schedule")
_ICI_SOFT = (
    "immunotherapy_caution",
    "tmb_label",
    "untreated_brain_metastases",
    "single_regimen",
    "baseline_imaging_age",
)
_TKI = (
    "reference_centre",
    "not_pregnant",
    "pregnancy_test",
    "confirmed_asps",
    "tki_baseline",
    "hepatic_impairment",
    "recent_haemorrhage",
    "pazopanib_perioperative",
)
_TKI_SOFT = (
    "pazopanib_prior_chemotherapy",
    "untreated_brain_metastases_tki",
    "pazopanib_age",
    "treatment_order",
    "untreated_brain_metastases",
    "baseline_imaging_age",
)
_CENTRE = ("reference_centre", "baseline_brain_imaging")

Guards = tuple[tuple[str, ...], tuple[str, ...]]
"""The hard ones, the soft ones."""

_D, _A, _T = EdgeKind.DECISION, EdgeKind.AUTOMATIC, EdgeKind.TIMED
_G, _E = Origin.GUIDE, Origin.ADDED


def edges(
    row: str,
    sources: Iterable[str],
    targets: Iterable[str] | None,
    *label: str,
    kind: EdgeKind = _D,
    origin: Origin = _E,
    interval: str = "",
    guards: Guards = ((), ()),
) -> list[Edge]:
    """One edge per pair; no targets: each source to itself."""
    pairs = [(s, s) for s in sources] if targets is None else [(s, t) for s in sources for t in targets]
    return [
        Edge(
            id=f"{row}.{source}.{target}",
            source=source,
            target=target,
            label=label,
            kind=kind,
            origin=origin,
            interval=interval,
            hard=guards[0],
            soft=guards[1],
        )
        for source, target in pairs
    ]


def _early() -> list[Edge]:
    staged = (*_CENTRE[1:], "final_report", "confirmed_asps", "staging_ct")
    return [
        *edges("X00", ["referred"], _ON, "adopt", "a patient under care before the software"),
        *edges("X01", ["referred"], ["staging"], "accept_referral", origin=_G),
        *edges("X03", ["staging"], ["mdt_review"], "complete_staging", origin=_G, guards=(staged, ())),
        *edges(
            "X07", ["mdt_review", *_WAIT], ["observation"], "decide_observation", guards=((), ("symptomatic_patient",))
        ),
        *edges("X09", ["mdt_review", *_WAIT], ["observation"], "decide_local_therapy", origin=_G, guards=(_CENTRE, ())),
        *edges("X09self", ["observation"], None, "decide_local_therapy", origin=_G, guards=(_CENTRE, ())),
        *edges(
            "X09b",
            ["observation"],
            ["surveillance"],
            "perform_local_therapy",
            "all lesions treated",
            origin=_G,
            guards=(_CENTRE, ()),
        ),
        *edges("X26", ["observation"], ["mdt_review"], "new symptoms or progression", kind=_A, origin=_G),
        *edges("X29", ["surveillance"], ["mdt_review"], "recurrence", kind=_A),
    ]


def _interval() -> list[Edge]:
    plan = (("reference_centre",), ("metastasectomy_criteria", "symptomatic_patient"))
    operate = ("interval_ct", "interval_ct_favourable", "pazopanib_perioperative")
    decide = ((*_CENTRE, *operate), ("metastasectomy_criteria",))
    ends = ("decide_immunotherapy, decide_tki,", "decide_trial or decide_other: the wait ends")
    return [
        *edges("X05", ["mdt_review", "observation"], ["interval_wait"], "decide_interval_scan", origin=_G, guards=plan),
        *edges(
            "X05t",
            ["interval_wait"],
            ["interval_scan"],
            "the interval CT falls due",
            kind=_T,
            interval="3 months after the index CT",
            origin=_G,
        ),
        *edges(
            "X10",
            _WAIT,
            ["mdt_review"],
            "a qualifying CT is reported",
            kind=_A,
            origin=_G,
            guards=(("final_report",), ()),
        ),
        *edges("X11", ["mdt_review", *_WAIT], ["surgery"], "decide_surgery", origin=_G, guards=decide),
        *edges(
            "X12", ["surgery"], ["surveillance"], "perform_surgery", "complete (R0)", origin=_G, guards=(operate, ())
        ),
        *edges("X13", ["surgery"], ["mdt_review"], "perform_surgery", "residual disease", guards=(operate, ())),
        *edges("X13c", ["surgery"], ["mdt_review"], "cancel_surgery"),
        *edges("X13b", ["surgery"], ["mdt_review"], "its evidence was amended", kind=_A),
        *edges("X14", _WAIT, ["mdt_review"], "new lesions, symptoms or CNS disease", kind=_A),
        *edges("X14b", _WAIT, ["mdt_review"], *ends),
    ]


def _systemic() -> list[Edge]:
    ici = (_ICI, _ICI_SOFT)
    tki = (_TKI, _TKI_SOFT)
    both = ((*dict.fromkeys((*_ICI, *_TKI)),), ("immunotherapy_caution", "treatment_order", "baseline_imaging_age"))
    return [
        *edges("X06", ["mdt_review", "observation"], ["immunotherapy"], "decide_immunotherapy", origin=_G, guards=ici),
        *edges("X19", ["refractory", "tki"], ["immunotherapy"], "decide_immunotherapy", origin=_G, guards=ici),
        *edges("X08", ["mdt_review", "observation"], ["tki"], "decide_tki", origin=_G, guards=tki),
        *edges("X17", ["immunotherapy"], ["tki"], "decide_tki", "after systemic progression", origin=_G, guards=tki),
        *edges("X20", ["refractory"], ["tki"], "start_regimen", "another anti-angiogenic TKI", guards=tki),
        *edges("X20i", ["immunotherapy"], None, "start_regimen", "another checkpoint inhibitor", guards=ici),
        *edges("X20t", ["tki"], None, "start_regimen", "another anti-angiogenic TKI", guards=tki),
        *edges(
            "X16",
            ["immunotherapy"],
            None,
            "decide_local_therapy",
            "oligoprogression",
            origin=_G,
            guards=(_CENTRE[:1], ()),
        ),
        *edges("X17b", ["immunotherapy"], None, "unconfirmed progression (iUPD)", kind=_A, origin=_G),
        *edges("X25", ["tki"], None, "decide_local_therapy", "oligoprogression", origin=_G, guards=(_CENTRE[:1], ())),
        *edges("X18", _ACTIVE, ["mdt_review"], "the regimen ended", "and no other runs", kind=_A),
        *edges("X21", _ACTIVE, ["refractory"], "systemic progression", "refractory criterion met", kind=_A, origin=_G),
        *edges(
            "X22",
            ["refractory", "tki", "immunotherapy", "mdt_review"],
            ["combination"],
            "decide_combination",
            origin=_G,
            guards=both,
        ),
    ]


def _anywhere() -> list[Edge]:
    trial = ["mdt_review", "observation", "refractory", *_ACTIVE]
    other = (*_CENTRE, "no_first_line_chemotherapy", "confirmed_asps")
    soft = ("later_line_chemotherapy", "untreated_brain_metastases", "baseline_imaging_age")
    return [
        *edges("X23", trial, ["clinical_trial"], "enrol_in_trial", origin=_G, guards=(_CENTRE, ())),
        *edges(
            "X24",
            _ON,
            None,
            "perform_local_therapy",
            "and operations that do not move the patient",
            guards=(_CENTRE, ()),
        ),
        *edges("X28", _ON, ["other_systemic"], "decide_other", guards=(other, soft)),
        *edges("X30", _ANY[:-1], ["supportive_care"], "decide_supportive_care", origin=_G),
        *edges("X30b", ["supportive_care"], ["mdt_review"], "return_to_pathway"),
    ]


def _exits() -> list[Edge]:
    back = ["transferred", "lost_to_follow_up", "consent_withdrawn"]
    return [
        *edges("X02", _ANY, ["out_of_scope"], "histology is another", kind=_A, origin=_G),
        *edges("X02d", _ANY, ["out_of_scope"], "declare_out_of_scope", origin=_G),
        *edges("X31", [*_ANY, *_EXITS[1:]], ["deceased"], "declare_death"),
        *edges("X32", _ANY, ["transferred"], "transfer"),
        *edges("X33", _ANY, ["lost_to_follow_up"], "declare_lost"),
        *edges("X34", [*_ANY, *back[:2]], ["consent_withdrawn"], "withdraw_consent"),
        *edges("X35", back, ["mdt_review"], "return_to_pathway"),
        *edges("X35s", [*back, "out_of_scope"], ["staging"], "return_to_pathway", "staging not complete"),
        *edges("X36", ["deceased"], [*_ANY, *_EXITS[1:]], "reverse_death"),
    ]


def sample() -> Graph:
    """The whole sample."""
    return Graph(
        title="A pathway for metastatic sarcoma",
        subtitle="Sample for the tests of the picture engine",
        description="Twenty states and every move between them, with the conditions that guard each move.",
        nodes=tuple(
            Node(id=id, title=title, lines=(line,) if line else (), kind=kind, group=group)
            for id, title, line, kind, group in _NODES
        ),
        edges=(*_early(), *_interval(), *_systemic(), *_anywhere(), *_exits()),
        groups=(Group(id="time", title="Test of time"), Group(id="active", title="Systemic treatment")),
        exits_title="Off the pathway",
        footer="Sample, version 1",
    )


def patient() -> Graph:
    """The sample with one patient's path on it."""
    path = ["referred", "staging", "mdt_review", "interval_wait", "interval_scan"]
    went = {"X01.referred.staging", "X03.staging.mdt_review", "X05.mdt_review.interval_wait"}
    dates = dict(
        zip(path, ("2 Mar 2026", "4 Mar 2026", "23 Mar 2026", "30 Mar 2026", "since 12 Jun 2026"), strict=True)
    )
    marks = {
        **dict.fromkeys((*went, "X05t.interval_wait.interval_scan"), (EdgeMark.VISITED, "")),
        "X11.interval_scan.surgery": (EdgeMark.BLOCKED, "interval_ct"),
        "X10.interval_scan.mdt_review": (EdgeMark.POSSIBLE, ""),
        "X28.interval_scan.other_systemic": (EdgeMark.BLOCKED, "no_first_line_chemotherapy"),
    }
    graph = sample()
    return replace(
        graph,
        subtitle="Patient P-0001 on 20 Jun 2026",
        nodes=tuple(
            replace(
                node,
                stamp=dates.get(node.id, ""),
                marks=frozenset(
                    {NodeMark.HERE if node.id == path[-1] else NodeMark.VISITED} if node.id in path else ()
                ),
            )
            for node in graph.nodes
        ),
        edges=tuple(replace(e, mark=marks[e.id][0], stamp=marks[e.id][1]) if e.id in marks else e for e in graph.edges),
        panels=(
            Panel(
                title="What comes when",
                icon=PanelIcon.CLOCK,
                lines=(
                    "12 Jun 2026: interval CT (8 days late)",
                    "1 Jul 2026: brain MRI",
                    "no date: palliative care offer",
                ),
            ),
            Panel(
                title="What is blocked",
                icon=PanelIcon.LOCK,
                lines=(
                    "decide_surgery: no final chest CT since 12 Jun 2026 (interval_ct). Cleared by a final report.",
                    "decide_other: chemotherapy first (no_first_line_chemotherapy). Only an override clears it.",
                ),
            ),
        ),
    )


def cohort() -> Graph:
    """The sample with counts of patients."""
    graph = sample()
    return replace(
        graph,
        subtitle="48 patients on 20 Jun 2026",
        nodes=tuple(replace(node, count=(number * 7) % 11) for number, node in enumerate(graph.nodes)),
        edges=tuple(replace(edge, count=(number * 5) % 13) for number, edge in enumerate(graph.edges)),
    )


LAYOUT = Path(__file__).parent / "sample.json"


def layout() -> Layout:
    """The sample's layout, as committed."""
    return Layout.load(LAYOUT.read_text(encoding="utf-8"))


if __name__ == "__main__":  # lays the sample out anew: python -m tests.diagrams.sample
    from diagrams.laying import compute

    LAYOUT.write_text(compute(sample()).dump(), encoding="utf-8")
