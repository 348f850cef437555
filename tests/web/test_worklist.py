"""The worklist: what it opens on, what a row says, what is done from it, and what is never in its address."""

import csv
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.access_log import looks
from tests.web.clinic import CLINICIAN, Clinic, Visitor
from tests.web.pages import button, link, rows, section

MRI = "P-1-baseline_brain_mri-once-1"
ALL = "/worklist?view=all&owner=any"


@pytest.fixture
def cora(client_as: Callable[[str], Visitor]) -> Visitor:
    return client_as("coordinator")


def act(visitor: Visitor, clinic: Clinic, what: str, task: str = "baseline_brain_mri", **fields: Any) -> Any:
    """Presses a button of the list for P-1."""
    return visitor.form("/worklist/act", go=f"{what} {clinic.handle('P-1')} {task}", **fields)


def open_tasks(clinic: Clinic, patient: str = "P-1") -> dict[str, tuple[date | None, str]]:
    """The open tasks of a patient: the date that counts, and who has them."""
    return {t.name: (t.target, t.claimed_by) for t in clinic.desk.reader.tasks(patient)}


# what it shows --------------------------------------------------------------------------------------------------------


def test_it_opens_on_what_is_late_and_due_this_week_of_ones_own_role(cora: Visitor) -> None:
    found = rows(cora.get("/worklist").text)
    assert list(found)[:3] == [MRI, "P-1-staging_ct-once-1", "P-1-confirm_histology-once-1"]
    assert "P-2-staging_ct-once-1" in found  # due in seven days
    assert not any("palliative" in id for id in found)  # a clinician's
    assert "P-2-palliative_care_offer-once-1" not in found


def test_a_row_says_it_all(cora: Visitor) -> None:
    assert rows(cora.get("/worklist").text)[MRI] == (
        "26 days late 2026-10-29 Zoë Aalto-Öberg P-1 baseline brain MRI P1 "
        "start of staging 2026-10-15 + 14 days = 2026-10-29 staging coordinator"
    )


def test_names_are_text_and_nothing_else(cora: Visitor) -> None:
    page = cora.get(ALL).text
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp; Co" in page and "<b>Bo</b>" not in page


def test_views_are_counted_and_each_shows_its_own(cora: Visitor) -> None:
    page = cora.get("/worklist?owner=any").text
    total = 0
    for view, says in (("overdue", "Overdue"), ("week", "Due in 7 days"), ("waiting", "Waiting, undated")):
        found = rows(cora.get(f"/worklist?owner=any&view={view}").text)
        assert f"{says} {len(found)}" in section(page, "list")
        total += len(found)
    assert f"To do now {total}" in section(page, "list")
    assert f"All {len(rows(cora.get(ALL).text))}" in section(page, "list")


def test_filters_stand_in_the_address_and_are_taken_away_one_by_one(cora: Visitor) -> None:
    page = cora.get("/worklist?view=all&owner=any&state=staging&task=staging_ct&stage=overdue").text
    assert list(rows(page)) == ["P-1-staging_ct-once-1"]
    for says in ("in staging", "staging CT", "overdue"):
        assert f"Take away the filter: {says}" in page
    without = link(page, '<span aria-hidden="true">✕</span><span class="sr">Take away the filter: overdue')
    assert parse_qs(urlsplit(without).query) == {
        "view": ["all"], "owner": ["any"], "state": ["staging"], "task": ["staging_ct"],
    }  # fmt: skip
    assert list(rows(cora.get(without).text)) == ["P-1-staging_ct-once-1", "P-2-staging_ct-once-1"]
    assert rows(cora.get("/worklist?view=all&owner=any&state=tki").text) == {}


@pytest.mark.parametrize(
    "query", ["view=mine", "owner=P-1", "state=deceased", "task=nothing", "priority=9", "stage=x", "page=0", "page=x"]
)
def test_a_filter_that_is_none_is_refused_by_name(cora: Visitor, query: str) -> None:
    answer = cora.get(f"/worklist?{query}")
    assert answer.status_code == 422 and f"{query.partition('=')[0]}: " in answer.text and "allowed" in answer.text


@pytest.mark.parametrize("sort", ["due", "patient", "task", "state"])
def test_another_order_has_the_same_rows(cora: Visitor, sort: str) -> None:
    usual, other = rows(cora.get(ALL).text), rows(cora.get(f"{ALL}&sort={sort}").text)
    assert usual == other and list(usual) != list(other)


def test_no_address_on_it_names_a_patient(cora: Visitor) -> None:
    page = cora.get(ALL).text
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert len(addresses) > 20
    assert not [a for a in addresses if "P-1" in a or "Zo" in a or "Aalto" in a]


def test_who_was_shown_goes_to_the_access_log(cora: Visitor, clinic: Clinic) -> None:
    cora.get("/worklist?view=overdue")
    with clinic.desk.engine.connect() as connection:
        assert {(look.patient, look.what) for look in looks(connection) if look.patient} == {("P-1", "worklist")}


def test_auditors_look_and_change_nothing(client_as: Callable[[str], Visitor], clinic: Clinic) -> None:
    auditor = client_as("auditor")
    page = auditor.get("/worklist")
    assert MRI in rows(page.text) and 'name="go"' not in page.text
    assert act(auditor, clinic, "claim").status_code == 403


# what is done from it -------------------------------------------------------------------------------------------------


def test_claimed_handed_back_and_claimed_by_me(cora: Visitor, clinic: Clinic) -> None:
    answer = act(cora, clinic, "claim", list="view=overdue&owner=any")
    assert answer.status_code == 303 and answer.headers["location"] == "/worklist?view=overdue&owner=any"
    page = cora.get("/worklist?view=overdue&owner=any").text
    assert "baseline brain MRI: yours now." in section(page, "flash")
    assert rows(page)[MRI].endswith("staging me for the coordinator")
    assert list(rows(cora.get("/worklist?view=all&claimed=me").text)) == [MRI]
    assert button(page, f"claim-{MRI}") == f"hand-back {clinic.handle('P-1')} baseline_brain_mri"
    act(cora, clinic, "hand-back")
    assert open_tasks(clinic)["baseline_brain_mri"] == (date(2026, 10, 29), "")
    act(cora, clinic, "hand-back")
    assert "nobody has claimed it" in section(cora.get("/worklist").text, "flash")


def test_someone_elses_claim_shows_their_name_and_is_handed_back_whole(
    cora: Visitor, clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    act(client_as("clinician"), clinic, "claim")
    assert rows(cora.get("/worklist").text)[MRI].endswith("Clin Ician for the coordinator")
    act(cora, clinic, "claim")
    act(cora, clinic, "hand-back")
    assert open_tasks(clinic)["baseline_brain_mri"][1] == ""


def test_put_off_with_a_reason_keeps_the_first_date_in_sight(cora: Visitor, clinic: Clinic) -> None:
    act(cora, clinic, "snooze", until="2026-12-24", reason="on holiday")
    assert open_tasks(clinic)["baseline_brain_mri"][0] == date(2026, 12, 24)
    assert rows(cora.get(ALL).text)[MRI].startswith("upcoming 2026-12-24 was 2026-10-29 Zoë")
    assert "· on holiday" in rows(cora.get(ALL).text)[MRI]


def test_booked_puts_it_off_until_the_appointment_and_says_so(cora: Visitor, clinic: Clinic) -> None:
    assert act(cora, clinic, "booked", until="2026-12-01", reason="10:30").status_code == 303
    assert "· booked: 10:30" in rows(cora.get(ALL).text)[MRI]
    act(cora, clinic, "booked", until="2026-12-02")
    assert rows(cora.get(ALL).text)[MRI].split(" · ")[1] == "booked staging coordinator"


def test_not_done_needs_a_reason_and_leaves_the_list(cora: Visitor, clinic: Clinic) -> None:
    act(cora, clinic, "waive", reason="done elsewhere")
    assert MRI not in rows(cora.get(ALL).text)
    waived = [t for t in clinic.desk.reader.tasks("P-1", all=True) if t.status == "waived"]
    assert [(t.name, t.reason) for t in waived] == [("baseline_brain_mri", "done elsewhere")]


@pytest.mark.parametrize(
    ("what", "fields", "wrong"),
    [
        ("snooze", {"reason": "x"}, "Until is needed: a date after today"),
        ("snooze", {"until": "2026-12-24"}, "Reason is needed"),
        ("snooze", {"until": "2026-11-24", "reason": "x"}, "is not after today, 2026-11-24"),
        ("snooze", {"until": "soon", "reason": "x"}, "Until"),
        ("booked", {"reason": "10:30"}, "Day of the appointment is needed"),
        ("waive", {"reason": "  "}, "Reason is needed"),
        ("waive", {"reason": "x" * 5000}, "Reason"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_written(
    cora: Visitor, clinic: Clinic, what: str, fields: dict[str, str], wrong: str
) -> None:
    before = open_tasks(clinic)
    answer = act(cora, clinic, what, **fields)
    assert answer.status_code == 422 and wrong in section(answer.text, "errors")
    assert 'aria-invalid="true"' in answer.text and 'role="alert"' in answer.text
    for value in fields.values():
        assert value.strip()[:40] in answer.text  # what was typed is still there
    assert open_tasks(clinic) == before


def test_only_what_is_left_to_hand_is_done_by_hand(cora: Visitor, clinic: Clinic) -> None:
    page = cora.get("/worklist").text
    where = link(page, "Record the MRI", after=f'id="row-{MRI}"')
    assert where == f"/patients/{clinic.handle('P-1')}/record/imaging?modality=mri_brain"
    assert cora.get(where).status_code == 200
    answer = act(cora, clinic, "done")
    assert answer.status_code == 422 and "completed by what it asks for" in answer.text


def test_what_is_left_to_hand_is_done_with_one_press(cora: Visitor, clinic: Clinic) -> None:
    clinic.enter("P-1", "transfer", to_centre="Elsewhere")
    id = next(id for id in rows(cora.get(ALL).text) if "handover" in id)
    page = cora.get(ALL).text
    assert cora.form("/worklist/act", go=button(page, f"done-{id}")).status_code == 303
    assert id not in rows(cora.get(ALL).text)


def test_a_clinicians_act_is_no_button_of_a_coordinator(client_as: Callable[[str], Visitor], clinic: Clinic) -> None:
    clinic.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="yes")
    id = next(id for id in rows(client_as("clinician").get(ALL).text) if "brain_local_therapy_referral" in id)
    assert f'id="done-{id}"' in client_as("clinician").get(ALL).text
    assert f'id="done-{id}"' not in client_as("coordinator").get(ALL).text


@pytest.mark.parametrize("go", ["", "claim", "erase", "claim nobody baseline_brain_mri", "complete_task x y"])
def test_a_button_that_is_none_does_nothing(cora: Visitor, go: str) -> None:
    assert cora.form("/worklist/act", go=go).status_code in (404, 422)


def test_enter_in_a_checkbox_does_nothing_to_the_chosen_rows(cora: Visitor, clinic: Clinic) -> None:
    page = cora.get("/worklist").text
    first = page.partition('<button form="rows"')[2]  # what browsers press for Enter
    assert first.startswith(' name="go" value="stay" hidden>')
    cora.form("/worklist/act", go="stay", row=[f"{clinic.handle('P-1')} staging_ct"])
    assert open_tasks(clinic)["staging_ct"][1] == ""


def test_the_same_form_sent_twice_is_done_once(cora: Visitor, clinic: Clinic) -> None:
    for _ in range(2):
        assert act(cora, clinic, "snooze", until="2026-12-24", reason="x", key="k-1").status_code == 303
    assert [r.name for r in clinic.desk.reader.timeline("P-1")].count("snooze_task") == 1


# undone ---------------------------------------------------------------------------------------------------------------


def undo(visitor: Visitor, undoer: Visitor | None = None) -> Any:
    """Presses the button to undo, or has another person send the same form."""
    form = visitor.get("/worklist").text.partition('id="flash"')[2].partition("</form>")[0]
    where = form.partition('action="')[2].partition('"')[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall('name="(list|entry)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    return (undoer or visitor).form(unescape(where), **fields)


def test_undone_at_once_and_both_stay_in_the_journal(cora: Visitor, clinic: Clinic) -> None:
    before = open_tasks(clinic)
    act(cora, clinic, "waive", reason="wrong row", list="view=overdue")
    answer = undo(cora)
    assert 'data-vanishes="10"' not in cora.get("/worklist").text  # said once
    assert answer.headers["location"] == "/worklist?view=overdue"
    assert open_tasks(clinic) == before
    assert [r.kind for r in clinic.desk.reader.timeline("P-1")][-2:] == ["act", "retraction"]


def test_later_it_is_corrected_on_the_patients_page_and_not_undone(cora: Visitor, clinic: Clinic) -> None:
    act(cora, clinic, "waive", reason="wrong row")
    clinic.later(seconds=61)
    answer = undo(cora)
    assert answer.status_code == 422 and "can no longer be undone here" in answer.text
    assert MRI not in rows(cora.get(ALL).text)


def test_undone_twice_is_undone_once(cora: Visitor, clinic: Clinic) -> None:
    """A double click on "Undo"."""
    act(cora, clinic, "claim")
    form = f"{clinic.handle('P-1')} {clinic.desk.reader.timeline('P-1')[-1].id}"
    for _ in range(2):
        assert cora.form("/worklist/undo", entry=form, key="k-undo").status_code == 303
        assert "Undone." in section(cora.get("/worklist").text, "flash")
    assert [r.kind for r in clinic.desk.reader.timeline("P-1")].count("retraction") == 1


def test_what_was_undone_and_is_pressed_again_on_the_old_list_is_not_said_to_be_done(
    cora: Visitor, clinic: Clinic
) -> None:
    act(cora, clinic, "claim", key="k-1")
    undo(cora)
    for data in ({"go": f"claim {clinic.handle('P-1')} baseline_brain_mri"},
                 {"go": "claim-chosen", "row": f"{clinic.handle('P-1')} baseline_brain_mri"}):  # fmt: skip
        cora.form("/worklist/act", **data, key="k-1")
        assert "was done once and undone since" in section(cora.get("/worklist").text, "flash")
    assert open_tasks(clinic)["baseline_brain_mri"][1] == ""


def test_handed_back_twice_says_so_on_the_list(cora: Visitor, clinic: Clinic) -> None:
    act(cora, clinic, "claim")
    for says in ("handed back.", "Hand back: nobody has claimed it."):
        assert act(cora, clinic, "hand-back").status_code == 303
        assert says in section(cora.get("/worklist").text, "flash")


def test_nobody_undoes_what_another_did_or_what_is_no_task_act(
    cora: Visitor, clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    act(cora, clinic, "waive", reason="wrong row")
    assert undo(cora, client_as("clinician")).status_code == 422
    fact = clinic.enter("P-1", "weight", kg=70).entry
    handle = clinic.handle("P-1")
    assert client_as("clinician").form("/worklist/undo", entry=f"{handle} {fact}").status_code == 422
    assert client_as("clinician").form("/worklist/undo", entry=f"{handle} nothing").status_code == 404


# several at once ------------------------------------------------------------------------------------------------------


def test_several_are_claimed_and_handed_back_together(cora: Visitor, clinic: Clinic) -> None:
    chosen = [f"{clinic.handle(p)} staging_ct" for p in ("P-1", "P-2")]
    cora.form("/worklist/act", go="claim-chosen", row=chosen)
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["coordinator-1"] * 2
    assert "Claim: 2 of 2 tasks." in cora.get("/worklist").text
    cora.form("/worklist/act", go="hand-back-chosen", row=[*chosen, f"{clinic.handle('P-3')} referral_answer"])
    page = cora.get("/worklist").text
    assert "Hand back: 2 of 3 tasks; nobody has claimed it." in section(page, "flash")
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["", ""]
    cora.form("/worklist/act", go="claim-chosen")
    assert "Choose rows first." in section(cora.get("/worklist").text, "flash")


def test_several_are_undone_together(cora: Visitor, clinic: Clinic) -> None:
    """A task that somebody else has taken back meanwhile leaves the others undone, and is said."""
    chosen = [f"{clinic.handle(p)} staging_ct" for p in ("P-1", "P-2")]
    cora.form("/worklist/act", go="claim-chosen", row=chosen, key="k-1", list="view=all")
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["coordinator-1"] * 2
    assert undo(cora).headers["location"] == "/worklist?view=all"
    assert "Undone: 2 of 2 tasks." in section(cora.get("/worklist").text, "flash")
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["", ""]
    cora.form("/worklist/act", go="give-chosen", row=chosen, to="clinician-1", key="k-2")
    given = clinic.desk.reader.timeline("P-1")[-1].id
    clinic.ledger.retract("P-1", given, now=clinic.now, author=CLINICIAN, reason="not mine")
    undo(cora)
    assert "Undone: 1 of 2 tasks; " in section(cora.get("/worklist").text, "flash")
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["", ""]


def test_several_are_given_to_somebody_else(cora: Visitor, clinic: Clinic) -> None:
    chosen = [f"{clinic.handle(p)} staging_ct" for p in ("P-1", "P-2")]
    cora.form("/worklist/act", go="give-chosen", row=chosen, to="clinician-1")
    assert [open_tasks(clinic, p)["staging_ct"][1] for p in ("P-1", "P-2")] == ["clinician-1"] * 2
    assert clinic.desk.reader.timeline("P-1")[-1].user == "coordinator-1"
    cora.form("/worklist/act", go="give-chosen", row=chosen, to="")
    assert "Give: 0 of 2 tasks; choose to whom." in section(cora.get("/worklist").text, "flash")


@pytest.mark.parametrize("to", ["", "nobody", "administrator-1", "auditor-1"])
def test_a_task_is_given_to_who_looks_after_patients(cora: Visitor, clinic: Clinic, to: str) -> None:
    answer = act(cora, clinic, "give", to=to)
    assert answer.status_code == 422 and "Give to is needed" in section(answer.text, "errors")
    assert act(cora, clinic, "give", to="clinician-1").status_code == 303
    assert rows(cora.get("/worklist").text)[MRI].endswith("Clin Ician for the coordinator")


# without leaving the list ---------------------------------------------------------------------------------------------

HTMX = {"hx-request": "true"}


def test_htmx_gets_the_changed_list_what_was_said_and_the_new_count(cora: Visitor, clinic: Clinic) -> None:
    data = {"csrf": cora.token, "go": f"snooze {clinic.handle('P-1')} baseline_brain_mri", "until": "2026-12-24",
            "reason": "on holiday", "list": "view=overdue&owner=any"}  # fmt: skip
    answer = cora.post("/worklist/act", data=data, headers=HTMX)
    assert (answer.headers["hx-retarget"], answer.headers["hx-reswap"]) == ("#list", "outerMorph")
    assert "<html" not in answer.text and list(rows(answer.text)) == ["P-1-staging_ct-once-1"]
    assert "put off until 2026-12-24" in section(answer.text, "flash")
    assert "<title>(1) Worklist" in answer.text
    again = cora.post("/worklist/act", data=data | {"until": ""}, headers=HTMX)
    assert again.status_code == 422 and '<tr id="asking"' in again.text and "hx-retarget" not in again.headers


def test_the_form_of_an_act_is_a_row_or_a_page(cora: Visitor, clinic: Clinic) -> None:
    where = f"/patients/{clinic.handle('P-1')}/tasks/baseline_brain_mri/waive?list=view%3Doverdue"
    assert '<tr id="asking"' in cora.get(where, headers=HTMX).text
    page = cora.get(where).text
    assert "<h1>Not done: baseline brain MRI</h1>" in page and link(page, "Back to the worklist") == (
        "/worklist?view=overdue"
    )
    for act_ in ("claim", "nothing"):
        assert cora.get(where.replace("waive", act_)).status_code == 404


# on paper and in a file -----------------------------------------------------------------------------------------------


def test_on_paper_there_are_no_buttons_and_the_moment_is_named(cora: Visitor) -> None:
    page = cora.get(f"{ALL}&paper=1").text
    assert 'name="go"' not in page and "As of 2026-11-24 10:00" in page
    assert rows(page).keys() == rows(cora.get(ALL).text).keys()


def test_the_file_has_the_filtered_rows_no_names_and_no_formula(cora: Visitor, clinic: Clinic) -> None:
    act(cora, clinic, "snooze", until="2026-12-24", reason="x")
    answer = cora.get("/worklist.csv?view=all&owner=any&task=baseline_brain_mri")
    assert answer.headers["content-disposition"] == 'attachment; filename="worklist-2026-11-24.csv"'
    found = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["patient_id"], row["due"], row["put_off_to"]) for row in found] == [
        ("P-2", "2026-12-01", ""), ("P-1", "2026-10-29", "2026-12-24"),
    ]  # fmt: skip
    assert "Zoë" not in answer.text and all(not cell.startswith("=") for row in found for cell in row.values())
