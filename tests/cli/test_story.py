"""`asps story run|schema`, as someone who writes stories uses them."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from cli.stories.reading import read
from tests.cli.asps import Asps
from tests.stories import HERE

STORIES = sorted(HERE.glob("*.yaml"))
GOOD = """story: One step
site: {timezone: Europe/Amsterdam, brain_mri.due_days: 14}
patient: {id: T-1, born: 1990-01-01}
steps:
- at: 2026-10-01T09:00
  do: accept_referral
  with: {centre_role: reference_centre}
  expect: {open: {baseline_brain_mri: 2026-10-15}}
"""


def written(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_stories_here_play(bare: Asps) -> None:
    result = bare.ok("story", "run", *map(str, STORIES))
    assert f"{len(STORIES)} stories, all as told" in result.out
    assert not bare.file.exists(), "nothing is written"


def test_what_differs_is_told_step_by_step(bare: Asps, tmp_path: Path) -> None:
    good = written(tmp_path, "good.yaml", GOOD)
    bad = written(tmp_path, "wrong.yaml", GOOD.replace("2026-10-15}", "2026-10-16}"))
    result = bare("story", "run", good, bad)
    said = " ".join(result.out.split())
    assert result.code == 1
    assert "step 1: 2026-10-01T09:00 do accept_referral" in said
    assert "open baseline_brain_mri: expected 2026-10-16, found 2026-10-15" in said
    assert "1 of 2 stories differ" in said
    found = bare("story", "run", bad, "--json").json
    assert (found[0]["good"], found[0]["differences"][0]["step"]) == (False, 1)


def test_a_folder_means_its_files(bare: Asps, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        written(tmp_path, name, GOOD)
    assert "2 stories, all as told" in bare.ok("story", "run", str(tmp_path)).out
    (tmp_path / "empty").mkdir()
    assert bare("story", "run", str(tmp_path / "empty")).code == 2


def test_what_is_no_story_is_refused_with_its_place(bare: Asps, tmp_path: Path) -> None:
    for text, says in (
        (GOOD.replace("do:", "doo:"), "step 1"),
        (GOOD.replace("2026-10-01T09:00", "&x 2026-10-01T09:00"), "line 5: anchors"),
        ("", "Input should be an object"),
        ("\x00", "is no YAML"),
    ):
        result = bare("story", "run", written(tmp_path, "odd.yaml", text))
        assert (result.code, says in " ".join(result.err.split())) == (2, True), result.err
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")
    assert bare("story", "run", str(tmp_path / "odd.yaml")).code == 2
    (tmp_path / "odd.yaml").write_text("x" * 10_000_000)
    assert bare("story", "run", str(tmp_path / "odd.yaml")).code == 2


def test_the_schema_describes_the_stories(bare: Asps) -> None:
    schema = bare.ok("story", "schema").json
    for file in STORIES:
        Draft202012Validator(schema).validate(read(file.read_text(encoding="utf-8")))
    assert json.dumps(schema)
