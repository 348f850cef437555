"""Entering something about a patient: looked at beforehand, saved once, refused with everything that was typed kept."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from storage.timeline import JournalRow
from tests.web.clinic import PASSWORD, Clinic, Visitor
from tests.web.test_patient import ready_for_the_board, text
from web.forms.fields import FormField, Widget, fields_of
from web.forms.typed import given_in
from workflow.acts import ACTS
from workflow.records import KINDS

As = Callable[[str], Visitor]
_HIDDEN = re.compile(r'<input type="hidden" name="(key|expect_version)" value="([^"]*)">')


def hidden(page: str) -> dict[str, str]:
    """What the form about the patient carries unseen."""
    return dict(_HIDDEN.findall(page.partition('<form id="sheet"')[2]))


class Form:
    """One form of a page, as a browser without scripts sends it."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.visitor, self.address = visitor, address
        self.page = visitor.get(address)
        assert self.page.status_code == 200, self.page.text
        self.hidden = hidden(self.page.text)

    def send(self, go: str = "save", **fields: Any) -> Any:
        """Presses a button."""
        return self.visitor.form(self.address, go=go, **self.hidden, **fields)


def form(clinic: Clinic, visitor: Visitor, patient: str, *way: object) -> Form:
    return Form(visitor, "/".join(["", "patients", clinic.handle(patient), *map(str, way)]))


def journal(clinic: Clinic, patient: str) -> list[JournalRow]:
    return clinic.desk.reader.timeline(patient)


def last(clinic: Clinic, patient: str) -> tuple[Any, ...]:
    row = journal(clinic, patient)[-1]
    return row.kind, row.name, row.on, dict(row.fields), row.user, row.by, row.reason


def test_every_act_has_a_form(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("clinician")
    for act in ACTS.values():
        page = form(clinic, visitor, "P-1", "do", act.name).page.text
        asked = set(re.findall(r'(?:id="field-|name=")([a-z0-9_]+)"', page))
        assert {field.name for field in fields_of(act.name, act.fields)} <= asked, act.name


def test_every_kind_of_record_is_saved_as_it_was_typed(clinic: Clinic, client_as: As) -> None:
    """Every field of every kind, through its form, into the journal."""
    visitor = client_as("coordinator")
    for kind, model in KINDS.items():
        fields = fields_of(kind, model)
        typed = {name: value for field in fields for name, value in sample(field, field.name)}
        answer = form(clinic, visitor, "P-3", "record", kind).send(on="2026-11-24", reason="as told", **typed)
        assert answer.status_code == 303, (kind, text(answer.text))
        sent = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in typed.items()}
        given = given_in(fields, sent, clinic.desk.reader.site().zone)
        assert given.keys() == {field.name for field in fields}
        assert last(clinic, "P-3") == (
            "record", kind, date(2026, 11, 24), given, "coordinator-1", "coordinator", "as told",
        )  # fmt: skip


def sample(field: FormField, name: str) -> Iterator[tuple[str, Any]]:
    """Something to type into a control."""
    if field.widget is Widget.ROWS:
        said = {"analyte": "ALT", "value": "22,5", "unit": "U/L", "uln": "40", "lln": "5"}
        yield from ((f"{name}.0.{part}", value) for part, value in said.items())
    elif field.widget is Widget.CHECKS:
        yield name, [choice.text for choice in field.choices[1:3]]
    elif field.choices:
        yield name, field.choices[0].text
    else:
        yield name, {Widget.DATE: "2026-11-24", Widget.WHOLE: "2", Widget.DECIMAL: "2.5"}.get(field.widget, "x-1")


def test_a_record_is_saved_and_the_next_page_says_what_followed(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("coordinator")
    answer = form(clinic, visitor, "P-1", "record", "imaging").send(
        on="2026-11-20", modality="mri_brain", report="final", brain_metastases="no", operable=""
    )
    patient = f"/patients/{clinic.handle('P-1')}"
    assert (answer.status_code, answer.headers["location"]) == (303, patient)
    fields = {"modality": "mri_brain", "report": "final", "brain_metastases": "no"}
    assert last(clinic, "P-1") == (
        "record", "imaging", date(2026, 11, 20), fields, "coordinator-1", "coordinator", ""
    )  # fmt: skip
    said = re.search(r'<div class="flash">\s*<p>(.*?)</p>', visitor.get(patient).text)
    assert said
    assert said.group(1) == "Saved: Record: Imaging. Tasks: 1 completed, 1 opened."


def test_what_was_just_saved_can_be_undone(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("coordinator")
    saved = form(clinic, visitor, "P-1", "record", "weight").send(kg="61,5")
    undo = re.search(r'<form method="post" action="([^"]*/retract/\d+)"', visitor.get(saved.headers["location"]).text)
    assert undo
    assert visitor.form(undo.group(1)).status_code == 303
    assert [(row.kind, row.name) for row in journal(clinic, "P-1")[-2:]] == [
        ("record", "weight"), ("retraction", "weight"),
    ]  # fmt: skip
    assert not clinic.desk.reader.chart("P-1").named("weight")


def test_a_preview_tells_everything_and_writes_nothing(clinic: Clinic, client_as: As) -> None:
    before = journal(clinic, "P-1")
    here = form(clinic, client_as("clinician"), "P-1", "record", "imaging")
    answer = here.send("preview", on="2026-11-24", modality="ct_chest", report="final", lung_lesions_right="2")
    shown = text(answer.text)
    assert answer.status_code == 200
    assert "What would follow: nothing is saved yet The patient stays in staging." in shown
    assert "completed staging CT (r" in shown
    assert "opened palliative offer, due 2027-01-19 (metastatic disease confirmed 2026-11-24 + 56 days" in shown
    assert 'name="lung_lesions_right" value="2"' in answer.text
    assert journal(clinic, "P-1") == before
    assert hidden(answer.text) == here.hidden


def test_a_preview_tells_what_the_next_reminders_would_tell(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("clinician"), "P-3", "do", "accept_referral")
    shown = text(here.send("preview", on="2026-11-01", centre_role="reference_centre").text)
    assert "Referred → staging" in shown
    assert "The next reminders would tell: staging CT: overdue since 2026-11-15" in shown


def test_what_is_wrong_is_marked_at_its_field_and_what_was_typed_is_kept(clinic: Clinic, client_as: As) -> None:
    before = journal(clinic, "P-1")
    answer = form(clinic, client_as("clinician"), "P-1", "record", "imaging").send(
        on="someday", modality="ct_chest", lung_lesions_right="many", purpose="follow-up & more"
    )
    assert answer.status_code == 422
    assert "Not saved: 3 things are not right" in text(answer.text)
    links = re.findall(r'<li><a href="#(field-[a-z_]+)">([^<]*)</a>: ([^<]*)</li>', answer.text)
    assert [(name, label) for name, label, _ in links] == [
        ("field-report", "Report"), ("field-lung_lesions_right", "Lung lesions right"), ("field-on", "Clinical date"),
    ]  # fmt: skip
    assert all(f'id="{name}"' in answer.text for name, _, _ in links)
    assert 'aria-describedby="hint-lung_lesions_right wrong-lung_lesions_right" aria-invalid="true"' in answer.text
    assert 'name="purpose" value="follow-up &amp; more"' in answer.text
    assert 'value="many"' in answer.text
    assert journal(clinic, "P-1") == before


def test_what_cannot_be_seen_or_is_too_long_is_said_in_plain_words(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("coordinator"), "P-1", "record", "symptoms")
    for symptom, says in (
        ("cough\u200b", "holds a character that cannot be seen, shown as ?: delete it."),
        ("x" * 300, "This is too long: at most 200 characters."),
    ):
        answer = here.send(symptomatic="yes", symptoms=symptom)
        assert (answer.status_code, says in text(answer.text)) == (422, True)


def test_what_the_rules_find_wrong_is_marked_at_its_field_too(clinic: Clinic, client_as: As) -> None:
    ready_for_the_board(clinic)
    answer = form(clinic, client_as("clinician"), "P-2", "do", "start_regimen").send(
        agents="pazopanib", **{"class": "cytotoxic_other"}
    )
    assert answer.status_code == 422
    assert '<a href="#field-class">Class of treatment</a>: Cytotoxic_other is not what pazopanib is.' in answer.text
    assert ">pazopanib</textarea>" in answer.text


def test_a_refusal_lists_every_blocker_and_keeps_what_was_typed(clinic: Clinic, client_as: As) -> None:
    answer = form(clinic, client_as("coordinator"), "P-1", "do", "complete_staging").send(
        on="2026-11-23", reason="the board is today"
    )
    shown = text(answer.text)
    assert answer.status_code == 422
    assert "Refused: nothing changed" in shown
    assert re.findall(r"✗ (.*?) a hard stop", shown) == ["Baseline brain imaging", "Staging CT", "Confirmed ASPS"]
    assert ">the board is today</textarea>" in answer.text
    assert 'name="on" value="2026-11-23"' in answer.text
    assert journal(clinic, "P-1")[-1].refused_by == ("baseline_brain_imaging", "staging_ct", "confirmed_asps")
    assert "Break the glass" not in shown  # coordinators cannot


def test_a_refused_form_can_be_sent_again_and_is_judged_anew(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("coordinator")
    here = form(clinic, visitor, "P-2", "do", "complete_staging")
    refused = here.send()
    here.hidden = hidden(refused.text)
    ready_except_the_act(clinic)
    stale = here.send()
    assert stale.status_code == 409  # the records came meanwhile
    here.hidden = hidden(stale.text)
    assert here.send().status_code == 303


def test_a_warning_asks_for_a_reason_in_the_same_form(clinic: Clinic, client_as: As) -> None:
    ready_for_the_board(clinic)
    clinic.enter("P-2", "symptoms", symptomatic="yes")
    here = form(clinic, client_as("clinician"), "P-2", "do", "decide_observation")
    asked = here.send(goal="stabilisation")
    assert asked.status_code == 422
    assert "Not saved yet: a reason is needed" in text(asked.text)
    assert '<label for="field-reason">Reason <span class="needed">(needed)</span></label>' in asked.text
    assert re.search(r'name="goal" value="stabilisation" checked', asked.text)
    here.hidden = hidden(asked.text)
    assert here.send(goal="stabilisation", reason="they prefer to wait").status_code == 303
    assert last(clinic, "P-2")[1:] == (
        "decide_observation", date(2026, 11, 24), {"goal": "stabilisation"}, "clinician-1", "clinician",
        "they prefer to wait",
    )  # fmt: skip
    assert journal(clinic, "P-2")[-1].warned == ("symptomatic_patient",)


def test_a_double_click_saves_once(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("coordinator"), "P-1", "record", "weight")
    answers = [here.send(kg="61.5") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [row.name for row in journal(clinic, "P-1")].count("weight") == 1


def test_after_a_double_click_it_can_still_be_undone_and_undoing_twice_is_no_error(
    clinic: Clinic, client_as: As
) -> None:
    visitor, patient = client_as("coordinator"), f"/patients/{clinic.handle('P-1')}"
    sheet = form(clinic, visitor, "P-1", "record", "weight")
    for _ in range(2):
        sheet.send(on="2026-11-24", kg="70")
    undo = visitor.get(patient).text.partition('id="flash"')[2].partition('action="')[2].partition('"')[0]
    for _ in range(2):
        assert visitor.form(undo, key="k-undo").headers["location"] == patient
    assert "no longer counts" in visitor.get(patient).text
    assert [row.kind for row in journal(clinic, "P-1")][-2:] == ["record", "retraction"]


def test_what_was_undone_and_is_sent_again_is_not_said_to_be_saved(clinic: Clinic, client_as: As) -> None:
    """The page before, from the browser's memory, carries the key under which it was saved once."""
    visitor = client_as("coordinator")
    sheet = form(clinic, visitor, "P-1", "record", "weight")
    sheet.send(on="2026-11-24", kg="70")
    visitor.form(f"/patients/{clinic.handle('P-1')}/retract/{journal(clinic, 'P-1')[-1].seq}")
    again = sheet.send(on="2026-11-24", kg="70")
    assert (again.status_code, "that entry was taken back since" in again.text) == (422, True)
    assert 'value="70"' in again.text
    sheet.hidden = hidden(again.text)
    assert sheet.send(on="2026-11-24", kg="70").status_code == 409, "and once more in view of what was entered since"


@pytest.mark.parametrize("way", ["amend", "retract"])
def test_an_entry_that_somebody_else_has_taken_back_leads_to_the_patient_and_is_said(
    clinic: Clinic, client_as: As, way: str
) -> None:
    visitor, patient = client_as("coordinator"), f"/patients/{clinic.handle('P-1')}"
    clinic.enter("P-1", "weight", kg=70)
    sheet = form(clinic, visitor, "P-1", way, journal(clinic, "P-1")[-1].seq)
    client_as("clinician").form(sheet.address.replace("amend", "retract"))
    for ask in (lambda: sheet.send(kg="71"), lambda: visitor.get(sheet.address)):
        answer = ask()
        assert (answer.status_code, answer.headers["location"]) == (303, patient)
        assert "That entry no longer counts" in visitor.get(patient).text
    assert journal(clinic, "P-1")[-1].kind == "retraction"


def test_a_form_sent_again_with_other_values_is_not_taken_for_the_first(clinic: Clinic, client_as: As) -> None:
    """Back to the form, changed, saved again: a second entry only where that is meant."""
    here = form(clinic, client_as("coordinator"), "P-1", "record", "weight")
    here.send(kg="61.5")
    answer = here.send(kg="62.5")
    assert answer.status_code == 422
    assert "was saved once already" in text(answer.text)
    assert [row.name for row in journal(clinic, "P-1")].count("weight") == 1
    here.hidden = hidden(answer.text)
    assert here.send(kg="62.5").status_code == 409
    assert 'name="kg" value="62.5"' in answer.text


def test_saving_on_stale_data_is_refused_with_what_changed(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("coordinator"), "P-1", "record", "performance_status")
    clinic.enter("P-1", "toxicity", term="rash", grade=2, reason="seen on the ward")
    stale = here.send(ecog="1", reason="at the visit")
    shown = text(stale.text)
    assert stale.status_code == 409
    assert "Not saved: the patient was changed meanwhile" in shown
    assert "Toxicity clinician-1, clinician · r3 Side effect rash · CTCAE grade 2 Reason seen on the ward" in shown
    assert '<option value="1" selected>1</option>' in stale.text
    assert ">at the visit</textarea>" in stale.text
    assert [row.name for row in journal(clinic, "P-1")][-1] == "toxicity"
    here.hidden = hidden(stale.text)
    assert here.send(ecog="1", reason="at the visit").status_code == 303
    assert last(clinic, "P-1")[3] == {"ecog": 1}


def test_more_rows_without_scripts(clinic: Clinic, client_as: As) -> None:
    before = journal(clinic, "P-1")
    here = form(clinic, client_as("coordinator"), "P-1", "record", "labs")
    assert "results.2.value" in here.page.text
    assert "results.3.value" not in here.page.text
    more = here.send("row", **{"results.0.analyte": "ALT", "results.0.value": "22"})
    assert more.status_code == 200
    assert "results.6.value" in more.text
    assert 'name="results.0.value" value="22"' in more.text
    assert "not right" not in more.text
    assert journal(clinic, "P-1") == before


def test_laboratory_results_are_saved_as_typed(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("coordinator"), "P-1", "record", "labs")
    rows = {"results.1.analyte": "ALT", "results.1.value": "22,5", "results.1.unit": "U/L", "results.1.uln": "40"}
    assert here.send(status="final", **rows).status_code == 303
    results = [{"analyte": "ALT", "value": 22.5, "unit": "U/L", "uln": 40.0}]
    assert last(clinic, "P-1")[3] == {"status": "final", "results": results}


def test_more_rows_than_a_form_has_are_refused_and_not_cut(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("coordinator")
    rows = [{"analyte": "ALT", "value": float(i), "unit": "U/L"} for i in range(70)]
    typed = {f"results.{i}.{name}": str(value) for i, row in enumerate(rows) for name, value in row.items()}
    answer = form(clinic, visitor, "P-1", "record", "labs").send(status="final", **typed)
    assert (answer.status_code, "Has more than 60 rows. Allowed: the rest in a second entry." in answer.text) == (
        422,
        True,
    )
    clinic.enter("P-1", "labs", status="final", results=rows)
    page = form(clinic, visitor, "P-1", "amend", journal(clinic, "P-1")[-1].seq)
    shown = dict(re.findall(r'name="(results\.\d+\.value)" value="([^"]+)"', page.page.text))
    units = {
        name.replace("value", part): says for name in shown for part, says in (("unit", "U/L"), ("analyte", "ALT"))
    }
    assert page.send(status="preliminary", on="2026-11-24", **shown, **units).status_code == 422
    assert len(clinic.desk.reader.chart("P-1").named("labs")[-1].fields.results) == 70


def test_a_wrong_row_is_marked_in_its_place(clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("coordinator"), "P-1", "record", "labs")
    rows = {"results.1.analyte": "ALT", "results.1.value": "22", "results.1.unit": "mg/dL"}
    answer = here.send(status="final", **rows)
    assert answer.status_code == 422
    assert '<a href="#field-results.1.unit">Unit, row 2</a>' in answer.text
    assert 'id="field-results.1.unit"' in answer.text
    assert '<option value="ALT" selected>' in answer.text
    assert answer.text.count('<option value="">Choose</option>') == 2 * 5  # the empty rows stay empty


def test_an_amendment_changes_what_was_changed_and_nothing_else(clinic: Clinic, client_as: As) -> None:
    clinic.enter("P-1", "imaging", on=date(2026, 11, 20), modality="mri_brain", report="preliminary", purpose="staging")
    here = form(clinic, client_as("coordinator"), "P-1", "amend", 3)
    assert '<option value="mri_brain" selected>MRI brain</option>' in here.page.text
    assert 'name="on" value="2026-11-20"' in here.page.text
    answer = here.send(on="2026-11-20", modality="mri_brain", report="final", purpose="", brain_metastases="no")
    assert answer.status_code == 303
    row = journal(clinic, "P-1")[-1]
    assert (row.kind, row.name, row.on, set(row.changed)) == (
        "amendment", "imaging", date(2026, 11, 20), {"report", "purpose", "brain_metastases"},
    )  # fmt: skip
    fields = clinic.desk.reader.chart("P-1").named("imaging")[0].fields
    assert (fields.modality, fields.report, fields.purpose, fields.brain_metastases) == (
        "mri_brain", "final", None, "no",
    )  # fmt: skip


def test_an_entry_is_marked_as_entered_in_error_with_a_reason(clinic: Clinic, client_as: As) -> None:
    clinic.enter("P-1", "weight", kg=61.5)
    here = form(clinic, client_as("coordinator"), "P-1", "retract", 3)
    assert "What would follow" in text(here.send("preview").text)
    assert here.send(reason="another patient's").status_code == 303
    row = journal(clinic, "P-1")[-1]
    assert (row.kind, row.name, row.reason) == ("retraction", "weight", "another patient's")
    assert client_as("coordinator").get(here.address).status_code == 303, "to the patient, who has no such entry"


@pytest.mark.parametrize("way", [("amend", 1), ("amend", 99), ("retract", 99), ("record", "tea"), ("do", "dance")])
def test_what_does_not_exist_cannot_be_entered(way: tuple[str, Any], clinic: Clinic, client_as: As) -> None:
    address = f"/patients/{clinic.handle('P-1')}/{way[0]}/{way[1]}"
    visitor = client_as("clinician")
    assert visitor.get(address).status_code == 404
    assert visitor.form(address, go="save").status_code == 404


def test_coordinators_do_what_is_theirs_and_nothing_else(clinic: Clinic, client_as: As) -> None:
    ready_for_the_board(clinic)
    visitor, before = client_as("coordinator"), journal(clinic, "P-2")
    address = f"/patients/{clinic.handle('P-2')}"
    assert visitor.get(f"{address}/do/decide_tki").status_code == 403
    assert visitor.form(f"{address}/do/decide_tki", go="save").status_code == 403
    staged = len(before)
    assert visitor.get(f"{address}/amend/{staged}").status_code == 200  # they may complete staging
    clinic.enter("P-2", "decide_tki")
    assert visitor.get(f"{address}/retract/{staged + 1}").status_code == 403
    assert journal(clinic, "P-2")[:-1] == before


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_those_who_do_not_care_for_patients_enter_nothing(role: str, clinic: Clinic, client_as: As) -> None:
    visitor, address = client_as(role), f"/patients/{clinic.handle('P-1')}"
    for way in ("record/weight", "do/transfer", "amend/2", "retract/2"):
        assert visitor.get(f"{address}/{way}").status_code == 403
        assert visitor.form(f"{address}/{way}", go="save", kg="60").status_code == 403


def test_a_task_leads_to_a_form_that_is_begun(clinic: Clinic, client_as: As) -> None:
    visitor = client_as("coordinator")
    page = visitor.get(f"/patients/{clinic.handle('P-1')}").text
    begun = re.findall(r'href="([^"]*/record/imaging\?[^"]*)"', page)
    assert begun
    shown = visitor.get(begun[0].replace("&amp;", "&")).text
    assert '<option value="ct_chest" selected>' in shown or '<option value="mri_brain" selected>' in shown
    assert 'name="on" value="2026-11-24"' in shown


def test_a_task_is_claimed_and_put_off_from_the_page_of_the_patient(clinic: Clinic, client_as: As) -> None:
    visitor, place = client_as("coordinator"), f"/patients/{clinic.handle('P-1')}"
    answer = visitor.form(f"{place}/do/claim_task", go="save", task="baseline_brain_mri", key="once")
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert last(clinic, "P-1")[1:4] == ("claim_task", date(2026, 11, 24), {"task": "baseline_brain_mri"})
    shown = visitor.get(f"{place}/do/snooze_task?task=staging_ct").text
    assert '<option value="staging_ct" selected>staging CT</option>' in shown
    later = visitor.form(f"{place}/do/snooze_task", go="save", task="staging_ct", until="2026-12-01", reason="booked")
    assert later.status_code == 303
    assert "put off from 2026-10-29" in text(visitor.get(place).text)


def test_what_someone_types_is_given_back_as_text_only(clinic: Clinic, client_as: As) -> None:
    """Script in every control of every form, sent back with what is wrong."""
    visitor, script = client_as("clinician"), "\"'><script>alert(1)</script>"
    for way, kinds in (("record", KINDS), ("do", {act.name: act.fields for act in ACTS.values()})):
        for name, kind in kinds.items():
            here = form(clinic, visitor, "P-1", way, name)
            typed = {field.name: script for field in fields_of(name, kind)} | {"on": script, "reason": script}
            rows = {f"results.0.{part}": script for part in ("analyte", "value", "unit")} if name == "labs" else {}
            answer = here.send("preview", **typed, **rows)
            assert answer.status_code == 422, name
            assert "<script>alert" not in answer.text, name
            assert "&lt;script&gt;alert(1)" in answer.text, name


def test_a_forged_form_is_refused(clinic: Clinic, client_as: As) -> None:
    visitor, before = client_as("coordinator"), journal(clinic, "P-1")
    address = f"/patients/{clinic.handle('P-1')}/record/weight"
    answer = visitor.post(address, data={"kg": "60", "go": "save", "csrf": "0" * 64})
    assert answer.status_code == 403
    assert journal(clinic, "P-1") == before


def test_a_death_is_reversed_by_two(clinic: Clinic, client_as: As) -> None:
    clinic.enter("P-1", "declare_death")
    here = form(clinic, client_as("coordinator"), "P-1", "do", "reverse_death")
    alone = here.send(second_user="clinician-1", password="wrong")
    assert alone.status_code == 422
    assert "Name or password is wrong" in text(alone.text)
    assert "wrong" not in "".join(re.findall(r'<input type="password"[^>]*>', alone.text))
    assert journal(clinic, "P-1")[-1].name == "declare_death"
    assert here.send(second_user="clinician-1", password=PASSWORD, reason="another patient").status_code == 303
    assert last(clinic, "P-1")[:4] == ("act", "reverse_death", date(2026, 11, 24), {"second_user": "clinician-1"})
    assert PASSWORD not in str(journal(clinic, "P-1"))


def ready_except_the_act(clinic: Clinic) -> None:
    """P-2 has all that completing staging asks for."""
    clinic.enter("P-2", "histology", result="asps_confirmed")
    clinic.enter("P-2", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    clinic.enter("P-2", "imaging", modality="ct_chest", report="final")
