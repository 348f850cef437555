"""Forms made from the classes of records and acts: what is typed is what the ledger takes, and back."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.anything import fields_of as anything_of
from web.forms.applies import WHEN
from web.forms.fields import Choice, FormField, Widget, fields_of, offered
from web.forms.problems import problems_of
from web.forms.typed import Typed, given_in, typed_from, typed_in
from web.forms.words import plainly, shortly, unbroken, value_label
from workflow.acts import ACTS, Override
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.records import KINDS

EVERY: dict[str, type[Fields]] = {**KINDS, **{act.name: act.fields for act in ACTS.values()}, "override": Override}
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CONTROLS = {"on", "reason", "expect_version", "key", "go", "csrf", "password", "id"}
"""What every form has beside its fields."""


def fields(name: str) -> dict[str, FormField]:
    return {field.name: field for field in fields_of(name, EVERY[name])}


def given_of(name: str, typed: Typed) -> dict[str, Any]:
    return given_in(fields_of(name, EVERY[name]), typed, AMSTERDAM)


def problems(name: str, typed: Typed) -> dict[str, str]:
    return dict(problems_of(EVERY[name], fields_of(name, EVERY[name]), typed, given_of(name, typed)))


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_form_filled_from_the_record_says_what_the_record_says(name: str, data: st.DataObject) -> None:
    on_file = data.draw(anything_of(EVERY[name], date(2026, 3, 2), ("ct-1", "R7")))
    typed = typed_from(fields_of(name, EVERY[name]), on_file, AMSTERDAM)
    assert given_of(name, typed) == on_file
    assert bool(problems(name, typed)) == bool(EVERY[name].problems(on_file))


@pytest.mark.parametrize("name", EVERY)
def test_every_field_of_the_class_is_on_the_form_and_no_other(name: str) -> None:
    kind = EVERY[name]
    assert tuple(fields(name)) == tuple(kind.names())
    assert {field for field, found in fields(name).items() if found.required} == set(kind.required())
    assert not CONTROLS & set(fields(name))


@pytest.mark.parametrize("name", EVERY)
def test_an_empty_form_says_nothing_but_what_is_unknown(name: str) -> None:
    """Unknown is the default where something must be said; nothing is ever taken for no."""
    defaults = {field: found.default for field, found in fields(name).items() if found.default}
    assert set(defaults.values()) <= {"unknown"}
    assert given_of(name, {field: (text,) for field, text in defaults.items()}) == defaults


@pytest.mark.parametrize("name", EVERY)
def test_what_must_be_said_is_asked_for_at_its_own_field(name: str) -> None:
    assert problems(name, {}) == dict.fromkeys(EVERY[name].required(), "This is needed.")


def test_a_scan_report_in_full() -> None:
    assert [(f.name, f.label, f.widget, f.required) for f in fields("imaging").values()] == [
        ("modality", "Modality", Widget.SELECT, True),
        ("report", "Report", Widget.RADIO, True),
        ("reported", "Reported on", Widget.DATE, False),
        ("purpose", "Purpose", Widget.TEXT, False),
        ("lung_lesions_right", "Lung lesions right", Widget.WHOLE, False),
        ("lung_lesions_left", "Lung lesions left", Widget.WHOLE, False),
        ("extrapulmonary", "Extrapulmonary", Widget.RADIO, False),
        ("new_lesions", "New lesions", Widget.RADIO, False),
        ("operable", "Operable", Widget.RADIO, False),
        ("brain_metastases", "Brain metastases", Widget.RADIO, False),
        ("bone_metastases", "Bone metastases", Widget.RADIO, False),
    ]
    assert fields("imaging")["report"].choices == (
        Choice(value="preliminary", label="Preliminary"),
        Choice(value="final", label="Final"),
        Choice(value="amended", label="Amended"),
    )


def test_laboratory_rows_keep_their_places_and_empty_ones_are_left_out() -> None:
    typed = {
        "status": ("final",),
        "results.0.analyte": ("ALT",), "results.0.value": ("22,5",), "results.0.unit": ("U/L",),
        "results.1.analyte": ("",), "results.1.value": (" ",), "results.1.unit": ("",),
        "results.2.analyte": ("TSH",), "results.2.value": ("2",), "results.2.unit": ("mIU/L",), "results.2.uln": ("4",),
    }  # fmt: skip
    assert given_of("labs", typed) == {
        "status": "final",
        "results": [
            {"analyte": "ALT", "value": 22.5, "unit": "U/L"},
            {"analyte": "TSH", "value": 2, "unit": "mIU/L", "uln": 4},
        ],
    }


def test_everything_wrong_is_said_at_once_each_at_its_own_control() -> None:
    typed = {
        "results.0.analyte": ("ALT",), "results.0.value": ("22",), "results.0.unit": ("U/L",),
        "results.3.analyte": ("TSH",), "results.3.value": ("two",), "results.3.unit": ("U/L",),
    }  # fmt: skip
    assert problems("labs", typed) == {
        "status": "This is needed.",
        "results.3.value": "'two' is no number.",
        "results.3.unit": "'U/L' is not accepted: TSH is given in mIU/L; units are never converted. Allowed: text.",
    }


@pytest.mark.parametrize(
    ("name", "typed", "field", "says"),
    [
        ("weight", {"kg": ("0",)}, "kg", "greater than 0"),
        ("weight", {"kg": ("1e9",)}, "kg", "is no number"),
        ("brain_mri_interval", {"months": ("2.5",)}, "months", "is no whole number"),
        ("imaging", {"modality": ("ct_foot",), "report": ("final",)}, "modality", "ct_chest"),
        ("imaging", {"modality": ("ct_chest",), "report": ("final",), "reported": ("yesterday",)}, "reported", "date"),
        (
            "imaging",
            {"modality": ("ct_chest",), "report": ("final",), "lung_lesions_left": ("1000",)},
            "lung_lesions_left",
            "'1000' is too large: 999 or less.",
        ),
        ("toxicity", {"term": ("rash",), "grade": ("6",)}, "grade", "1 / 2 / 3 / 4 / 5"),
        ("toxicity", {"term": ("ra\nsh",), "grade": ("2",)}, "term", "one line only"),
        ("response", {"assessment": ("cr",), "imaging": ("Anna Maria",)}, "imaging", "without spaces"),
        ("prior_regimen", {"agents": ("pazopanib",), "class": ("tea",)}, "class", "tea"),
    ],
)
def test_what_cannot_be_is_marked_at_its_field(name: str, typed: Typed, field: str, says: str) -> None:
    found = problems(name, typed)
    assert found.keys() == {field}
    assert says in found[field]


def test_a_local_time_that_the_clocks_skip_is_refused() -> None:
    """An override that expires in the hour which the night of the clock change has not."""
    with pytest.raises(Invalid, match=r"expires: .*the clocks skip it"):
        given_of("override", {"expires": ("2026-03-29T02:30",)})


def test_an_expiry_is_local_time_at_the_site() -> None:
    assert given_of("override", {"expires": ("2026-11-24T18:00",)}) == {"expires": "2026-11-24T17:00:00+00:00"}


def test_what_is_on_file_is_offered_in_place_of_an_id_to_be_typed() -> None:
    scans = (Choice(value="ct-1", label="CT chest of 2026-03-02"),)
    drugs = ("pazopanib",)
    shown = offered(fields_of("response", EVERY["response"]), {"imaging": scans}, {})
    assert [(f.name, f.widget, f.choices) for f in shown if f.name == "imaging"] == [("imaging", Widget.SELECT, scans)]
    shown = offered(fields_of("decide_tki", EVERY["decide_tki"]), {}, {"agents": drugs})
    assert [(f.widget, f.suggestions) for f in shown if f.name == "agents"] == [(Widget.LINES, drugs)]


def test_a_condition_names_a_field_of_the_same_form_and_values_it_can_have() -> None:
    """And what must be said is never asked under a condition only."""
    for (name, field), when in WHEN.items():
        here = fields(name)
        assert set(when.values) <= {choice.text for choice in here[when.field].choices}, (name, field)
        assert not here[field].required, (name, field)
    assert fields("centre_role")["reference_centre"].when == WHEN["centre_role", "reference_centre"]
    assert WHEN["centre_role", "reference_centre"].words == "with Role of this centre: Shared care"


def test_words_of_several_lines_stay_as_they_are_and_a_list_is_a_line_each() -> None:
    typed = {"reasons": ("Two lesions.\n\nSlow growth. ",), "agents": (" pazopanib \n\natezolizumab\n",)}
    assert given_of("decide_other", typed) == {
        "reasons": "Two lesions.\n\nSlow growth.",
        "agents": ["pazopanib", "atezolizumab"],
    }


def test_only_texts_are_read_from_what_was_sent() -> None:
    assert typed_in([("a", "x\r\ny"), ("b", b"a file"), ("a", "z")]) == {"a": ("x\ny", "z")}


@pytest.mark.parametrize("index", ["-1", "0001", "９", "1000", "x", "1.2"])
def test_a_row_number_that_no_form_has_is_passed_over(index: str) -> None:
    assert given_of("labs", {f"results.{index}.analyte": ("ALT",)}) == {}


def test_a_sentence_of_the_rules_without_the_underscores_of_data() -> None:
    said = "brain clear, and brain_surv.months_clear is UNSET; adults 840_q2w; record mri_brain."
    assert plainly(said) == "brain clear, and brain_surv.months_clear is UNSET; adults 840_q2w; record MRI brain."


def test_a_date_is_not_broken_and_markup_in_a_sentence_is_text() -> None:
    said = unbroken("<b> of ct_chest 2026-10-15 + 14 days")
    assert said == '&lt;b&gt; of CT chest <span class="nowrap">2026-10-15</span> + 14 days'


def test_values_in_plain_words() -> None:
    assert [value_label(v) for v in ("ct_chest", "msi_h", "haemorrhage_6m", 4, "R0", "no")] == [
        "CT chest", "MSI-H", "Haemorrhage within 6 months", "4", "R0", "No",
    ]  # fmt: skip
    assert shortly([{"analyte": "ALT", "value": 22.0, "unit": "U/L"}, "lung_right"]) == "ALT 22 U/L, lung right"
    assert [shortly(v) for v in (70.0, 70.5, 0.000001, 100000.0, None)] == [
        "70", "70.5", "0.000001", "100000", "not said",
    ]  # fmt: skip
