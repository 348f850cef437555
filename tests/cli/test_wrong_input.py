"""Whatever is typed: one clear sentence, exit code 1 or 2, nothing half-written, never a traceback."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.asps import Asps

ROOT = Path(__file__).parents[2]
SCAN = ("record", "P-1", "imaging", "--set", "modality=ct_chest", "--set", "report=final")

WRONG = {
    "unknown patient": (("record", "P-9", "weight", "--set", "kg=70"), 1, "no patient 'P-9'"),
    "unknown patient shown": (("patient", "show", "P-9"), 1, "no patient 'P-9'"),
    "unknown patient's timeline": (("timeline", "P-9"), 1, "no patient 'P-9'"),
    "unknown patient why": (("why", "P-9"), 1, "no patient 'P-9'"),
    "unknown patient amended": (("amend", "P-9", "r1", "--set", "kg=1"), 1, "no patient 'P-9'"),
    "unknown record": (("amend", "P-1", "r99", "--set", "kg=1"), 1, "no record 'r99'"),
    "unknown kind": (("record", "P-1", "x-ray"), 2, "kind: there is no kind of record 'x-ray'"),
    "unknown act": (("do", "P-1", "operate"), 2, "action: there is no act 'operate'"),
    "unknown guard": (
        ("override", "P-1", "nothing", "--set", "action=transfer", "--set", "reason_code=other", "--set", "text=x",
         "--set", "signer_2=b"), 2, "guard: there is no guard 'nothing'",
    ),
    "unknown field": ((*SCAN, "--set", "colour=blue"), 2, "colour: there is no such field"),
    "missing field": (("record", "P-1", "imaging", "--set", "report=final"), 2, "modality: is required"),
    "wrong value": ((*SCAN, "--set", "operable=maybe"), 2, "operable: 'maybe' is not accepted"),
    "wrong number": ((*SCAN, "--set", "lung_lesions_right=-1"), 2, "lung_lesions_right: '-1' is not accepted"),
    "a fraction of a lesion": ((*SCAN, "--set", "lung_lesions_right=1.5"), 2, "lung_lesions_right"),
    "not a number": (("record", "P-1", "weight", "--set", "kg=NaN"), 2, "kg: 'NaN' is not accepted"),
    "wrong unit": (
        ("record", "P-1", "labs", "--set", "status=final", "--set",
         'results=[{"analyte": "ALT", "value": 1, "unit": "mg/dL"}]'), 2, "ALT is given in U/L",
    ),
    "impossible date": ((*SCAN, "--on", "2026-02-30"), 2, "on: '2026-02-30' is no date"),
    "29 February of a common year": ((*SCAN, "--on", "2026-02-29"), 2, "is no date"),
    "a date of another world": ((*SCAN, "--on", "0001-01-01"), 2, "out of reach"),
    "impossible moment": ((*SCAN, "--at", "2026-10-06T25:00"), 2, "at: '2026-10-06T25:00' is no moment"),
    "a moment that the clocks skip": ((*SCAN, "--at", "2026-03-29T02:30"), 2, "the clocks skip it"),
    "impossible date in a field": ((*SCAN, "--set", "reported=2026-13-01"), 2, "reported"),
    "unknown role": ((*SCAN, "--by", "king"), 2, "--by"),
    "unknown option": ((*SCAN, "--colour", "blue"), 2, "No such option: --colour"),
    "unknown command": (("opperate",), 2, "No such command 'opperate'"),
    "nearly a command": (("worklst",), 2, "Did you mean 'worklist'"),
    "missing argument": (("record",), 2, "Missing argument 'PATIENT'"),
    "a field twice": ((*SCAN, "--set", "report=preliminary"), 2, "report: is given twice"),
    "a field without value": ((*SCAN, "--set", "operable"), 2, "name=value"),
    "an id in use": ((*SCAN, "--set", "id=a2"), 2, "id: a2 is the id of another entry"),
    "an id with blanks": ((*SCAN, "--set", "id=a b"), 2, "id"),
    "a control character in a reason": (("do", "P-1", "transfer", "--reason", "a\x1b[2Jb"), 2, "control characters"),
    "a line break in a user": (("do", "P-1", "transfer", "--user", "a\nb"), 2, "user"),
    "half a character in an id": (("why", "P\udcff"), 1, "no text in UTF-8"),
    "half a character in a new id": (("patient", "add", "P\udcff", "--born", "1990-01-01"), 2, "id: "),
    "half a character in a key": ((*SCAN, "--key", "a\udcff"), 2, "key: "),
    "half a character in a field": ((*SCAN, "--set", "operable=\udcff"), 2, "operable: holds half a character"),
    "an empty date": ((*SCAN, "--on", ""), 2, "--on': it is empty"),
    "an empty moment": ((*SCAN, "--at", " "), 2, "--at': it is empty"),
    "an empty key": ((*SCAN, "--key", ""), 2, "--key': it is empty"),
    "an empty user": ((*SCAN, "--user", ""), 2, "it is empty"),
    "an empty file": ((*SCAN, "--file", ""), 2, "--file': it is empty"),
    "an empty database": ((*SCAN, "--database", ""), 2, "--database': it is empty"),
    "half a character": (("do", "P-1", "transfer", "--reason", "a\udcffb"), 2, "reason"),
    "a reason without end": (("do", "P-1", "transfer", "--reason", "x" * 5000), 2, "reason"),
    "a missing file": ((*SCAN, "--file", "/no/such/file.json"), 1, "No such file"),
    "a folder for a file": ((*SCAN, "--file", "/"), 1, "Is a directory"),
    "a task that is not open": (("do", "P-1", "claim_task", "--set", "task=trial_search"), 2, "task"),
    "a patient without birth": (("patient", "add", "P-2"), 2, "born: is required"),
    "a patient born in the future": (("patient", "add", "P-2", "--born", "2150-01-01"), 2, "lies in the future"),
    "a patient born never": (("patient", "add", "P-2", "--born", "1990-02-30"), 2, "born: '1990-02-30' is no date"),
    "a patient twice": (("patient", "add", "P-1", "--born", "1990-01-01"), 2, "registered already"),
    "a patient with a path for an id": (("patient", "add", "../P", "--born", "1990-01-01"), 2, "id"),
    "a patient called @site": (("patient", "add", "@site", "--born", "1990-01-01"), 2, "id"),
    "a patient's unknown field": (("patient", "add", "P-2", "--set", "age=3"), 2, "age: there is no such field"),
    "an unknown sex": (("patient", "add", "P-2", "--born", "1990-01-01", "--sex-recorded", "x"), 2, "--sex-recorded"),
    "an unknown state": (("patient", "list", "--state", "well"), 2, "--state"),
    "a limit of nothing": (("worklist", "--limit", "0"), 2, "--limit"),
    "a story that is not there": (("story", "run", "nowhere.yaml"), 1, "nowhere.yaml"),
}  # fmt: skip


@pytest.mark.parametrize(("args", "code", "says"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_named_and_changes_nothing(asps: Asps, args: tuple[str, ...], code: int, says: str) -> None:
    before = asps.content()
    result = asps(*args)
    assert (result.code, result.out) == (code, "")
    assert says in " ".join(result.err.split())
    assert asps.content() == before


def test_what_lies_in_the_future_is_refused_with_its_guard(asps: Asps) -> None:
    for args in ((*SCAN, "--on", "2150-01-01"), (*SCAN, "--on", "1980-01-01")):
        result = asps(*args, "--json")
        assert (result.code, result.json["blockers"][0]["guard"]) == (1, "possible_dates")


@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
def test_too_much_text_is_refused(asps: Asps, tmp_path: Path, size: int) -> None:
    before = asps.content()
    file = tmp_path / "large.json"
    file.write_text(json.dumps({"agents": ["x" * size]}), encoding="utf-8")
    for args, stdin in (((str(file),), None), (("-",), file.read_bytes())):
        result = asps("record", "P-1", "prior_regimen", "--file", *args, stdin=stdin)
        assert (result.code, "larger than 1 MB" in result.err) == (2, True)
    assert asps.content() == before


def test_a_text_that_is_merely_long_is_refused_by_its_field(asps: Asps) -> None:
    result = asps("do", "P-1", "transfer", "--set", f"to_centre={'x' * 100_000}")
    assert (result.code, len(result.err) < 500) == (2, True)


EVIL = [
    "'; DROP TABLE patient; --",
    '" OR 1=1 --',
    "[bold red]loud[/]",
    "{0.__class__}",
    "%s%n",
    "$(reboot)",
    "Ægir Ørsted 李",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_is_code_is_a_name(asps: Asps, name: str) -> None:
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", name)
    assert name in asps.ok("patient", "show", "P-2").out
    assert asps.ok("patient", "show", "P-2", "--json").json["name"] == name
    assert asps.ok("journal", "verify").code == 0


ESCAPES = ["\x1b[31mred", "\x1b]0;title\x07", "a\rb", "\x9b2J", "a\u202eb", "a\u200bb", "\x00", "a\nb"]


@pytest.mark.parametrize("text", ESCAPES)
def test_no_command_of_the_terminal_gets_in_or_out(asps: Asps, text: str) -> None:
    """Neither as a name, a value, a kind, an option nor a file name; what is said about it is written out."""
    for args in (
        ("patient", "add", "P-2", "--born", "1990-01-01", "--name", text),
        ("patient", "add", f"P{text}", "--born", "1990-01-01"),
        ("record", "P-1", text),
        ("record", text, "weight", "--set", "kg=1"),
        ("record", "P-1", "weight", "--set", f"kg={text}"),
        ("record", "P-1", "weight", "--set", f"{text}=1"),
        ("record", "P-1", "toxicity", "--set", "grade=1", "--set", f"term={text}"),
        ("do", "P-1", "transfer", f"--{text}"),
        ("site", "set", f"mdt.due_days={text}"),
        ("story", "run", f"{text}.yaml"),
        (text,),
    ):
        result = asps(*args)
        assert result.code in (1, 2), args
        shown = result.out + result.err
        assert not {c for c in shown if c in "\x1b\x07\r\x9b\u202e\u200b\x00"}, args


def test_what_got_in_by_another_way_is_shown_harmless(asps: Asps) -> None:
    """Somebody wrote the file with other means."""
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", "Ada")
    with sqlite3.connect(asps.file) as connection:
        connection.execute("UPDATE person SET name = ?", ("Ada\x1b[2J[red]x\u202e",))
    connection.close()
    assert "Ada\\x1b[2J[red]x\\u202e" in asps.ok("patient", "show", "P-2").out
    assert "\x1b" not in asps.ok("patient", "show", "P-2", "--json").out


@pytest.mark.parametrize(
    "args", [("worklist",), ("tick",), ("worker",), ("journal", "verify"), ("do", "P-1", "transfer"), ("site", "show")]
)
def test_without_a_record_every_command_says_how_to_make_one(bare: Asps, args: tuple[str, ...]) -> None:
    result = bare(*args)
    assert (result.code, "run: asps init" in " ".join(result.err.split())) == (1, True)
    assert not bare.file.exists()


def test_a_file_that_is_no_record_is_left_alone(bare: Asps) -> None:
    bare.file.write_bytes(b"a letter, not a database " * 100)
    for args in (("worklist",), ("init", "--yes"), ("tick",)):
        assert bare(*args).code == 1
    assert bare.file.read_bytes() == b"a letter, not a database " * 100


@pytest.mark.parametrize(
    "url", ["mysql://host/db", "postgresql+psycopg://me:secret@127.0.0.1:1/none", "sqlite:///no/such/dir/a.db"]
)
def test_a_database_that_is_not_there_is_named_without_its_password(bare: Asps, url: str) -> None:
    for command in ("worklist", "tick"):
        result = bare(command, "--database", url)
        assert (result.code, result.out, "secret" in result.err) == (1, "", False)
        assert len(result.err.strip().splitlines()) <= 3


def test_an_unforeseen_error_is_a_sentence_too(asps: Asps, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the sky fell\nand more")

    monkeypatch.setattr("storage.queries.Reader.worklist", broken)
    result = asps("worklist")
    assert result.code == 1
    assert "this should not have happened (RuntimeError: the sky fell); ASPS_DEBUG=1 shows where" in " ".join(
        result.err.split()
    )


def process(*args: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    values = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "cli", *args]
    return subprocess.run(command, cwd=cwd, env=values, capture_output=True, text=True, timeout=60)


def test_debug_shows_the_traceback_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "asps.db").mkdir()
    for debug in ("", "1"):
        done = process("worklist", cwd=tmp_path, ASPS_DEBUG=debug)
        assert (done.returncode, "Traceback" in done.stderr) == (1, debug == "1"), done


def test_a_terminal_without_our_signs_gets_question_marks(tmp_path: Path) -> None:
    process("init", "--yes", cwd=tmp_path)
    done = process("worklist", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing is to be done" in done.stdout


def test_a_reader_that_goes_away_is_no_error_worth_a_traceback(tmp_path: Path) -> None:
    process("init", "--yes", cwd=tmp_path)
    values = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m cli site show --json | head -c 10"
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=values, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_no_color_means_no_colour_and_a_pipe_has_none_anyway(tmp_path: Path) -> None:
    process("init", "--yes", cwd=tmp_path)
    assert "\x1b" not in process("site", "show", cwd=tmp_path).stdout
    assert "\x1b[3" not in process("site", "show", cwd=tmp_path, NO_COLOR="1", FORCE_COLOR="1").stdout
