"""A patient's address says nothing about the patient, and cannot be made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.clinic import Clinic
from web.handles import Handles
from workflow.errors import NotFound

HANDLES, OTHERS = Handles(bytes(32)), Handles(bytes(range(32)))


@given(st.text(min_size=1, max_size=64))
def test_a_handle_leads_back_and_is_always_the_same(id: str) -> None:
    handle = HANDLES.of(id)
    assert HANDLES.id_of(handle) == id
    assert HANDLES.of(id) == handle
    assert OTHERS.of(id) != handle
    assert set(handle) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(st.text(max_size=200))
def test_what_was_made_up_is_no_handle(text: str) -> None:
    with pytest.raises(NotFound) as found:
        HANDLES.id_of(text)
    assert text not in str(found.value) or len(text) < 4


def test_no_spelling_of_a_handle_but_one_is_taken() -> None:
    handle = HANDLES.of("P-1")
    others = [
        handle[:-1] + c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_" if c != handle[-1]
    ]
    for other in (*others, handle + "=", handle + "A", handle[:-1], " " + handle, OTHERS.of("P-1"), handle.swapcase()):
        with pytest.raises(NotFound):
            HANDLES.id_of(other)


def test_each_record_has_its_own_key_and_keeps_it(clinic: Clinic) -> None:
    from web.desk import Desk

    again = Desk(ledger=clinic.ledger, clock=clinic.desk.clock)
    assert again.handles.of("P-1") == clinic.desk.handles.of("P-1")
    assert again.form_key == clinic.desk.form_key != clinic.desk.handles.key
    assert "form_key" not in repr(again)
