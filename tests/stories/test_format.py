"""What a story may contain, and that the JSON Schema says the same."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.stories.format import build, load, schema
from cli.stories.reading import read
from tests.stories import STORIES
from workflow.errors import Invalid

WHOLE: dict[str, Any] = {
    "story": "A test",
    "patient": {"id": "T-1", "born": "1990-01-01"},
    "steps": [{"at": "2026-01-05T09:00", "do": "accept_referral", "with": {"centre_role": "reference_centre"}}],
}
STEP = WHOLE["steps"][0]


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_every_story_here_fits_the_schema(file: Any) -> None:
    Draft202012Validator(schema()).validate(read(file.read_text(encoding="utf-8")))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


WRONG = [
    ({**WHOLE, "steps": []}, "steps"),
    ({**WHOLE, "more": 1}, "more"),
    ({**WHOLE, "patient": {"id": "T-1"}}, "patient.born"),
    ({**WHOLE, "patient": {"id": "T-1", "born": "1990-02-30"}}, "patient.born"),
    ({**WHOLE, "patient": {"id": "T-1", "born": "1990-01-01", "can_become_pregnant": False}}, "can_become_pregnant"),
    ({**WHOLE, "steps": [{**STEP, "record": "histology"}]}, "step 1"),
    ({**WHOLE, "steps": [{"at": "2026-01-05T09:00"}]}, "step 1"),
    ({**WHOLE, "steps": [STEP, {"do": "accept_referral"}]}, "step 2"),
    ({**WHOLE, "steps": [{**STEP, "expect": {"opne": {}}}]}, "step 1: expect.opne"),
    ({**WHOLE, "steps": [{**STEP, "expect": {"state": "stagin"}}]}, "step 1: expect.state"),
    ({**WHOLE, "steps": [{**STEP, "expect": {"notices": -1}}]}, "step 1: expect.notices"),
    ({**WHOLE, "steps": [{**STEP, "by": "nurse"}]}, "step 1: by"),
    ({**WHOLE, "steps": [{**STEP, "denied": False}]}, "step 1: denied"),
]


@pytest.mark.parametrize(("raw", "where"), WRONG, ids=[where for _, where in WRONG])
def test_a_wrong_story_is_refused_naming_the_place(raw: Any, where: str) -> None:
    with pytest.raises(Invalid, match=f"^{where}|{where}"):
        build(raw)
    assert list(Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(raw))


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({**STEP, "refused_by": [], "denied": True}, "exclude one another"),
        ({**STEP, "warned_by": ["x"]}, "needs a reason"),
        ({"tick": "2026-01-05T09:00", "on": "2026-01-05"}, "a tick takes expect"),
    ],
)
def test_what_excludes_one_another_is_refused(step: Any, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        build({**WHOLE, "steps": [step]})


def test_a_file_that_holds_no_story_is_refused() -> None:
    for text in ("", "[]", "3", "story: only a title"):
        with pytest.raises(Invalid):
            load(text)
