"""The rules are pure: no clock, no chance, no outside world, and no clinical number outside `workflow/asps/`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import workflow

ROOM = Path(workflow.__file__).parent
FILES = sorted(ROOM.rglob("*.py"))
ENGINE = [file for file in FILES if not {"asps", "proof"} & {*file.relative_to(ROOM).parts}]
"""What would run any pathway. The proof explores this one, and knows its facts."""
PROOF = [file for file in FILES if "proof" in file.relative_to(ROOM).parts]
OUTSIDE = {
    "os", "time", "random", "secrets", "uuid", "socket", "ssl", "http", "urllib", "requests", "httpx", "asyncio",
    "threading", "subprocess", "pathlib", "tempfile", "shutil", "sqlite3", "sqlmodel", "sqlalchemy", "alembic",
    "psycopg", "apscheduler", "typer", "rich", "logging", "locale", "getpass", "platform",
}  # fmt: skip
CLOCK = {"now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp", "localtime", "gmtime", "monotonic"}
DOING = {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}
"""What reaches beyond the rules, though it needs no import."""
ACCEPTED_NUMBERS = {-1, 0, 1, 2}
"""Counting, pairs and empty things."""


def nodes(file: Path) -> Iterator[ast.AST]:
    """The syntax tree of a file."""
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def imported(file: Path) -> set[str]:
    """The modules a file imports, by their first name."""
    plain = [alias.name for n in nodes(file) if isinstance(n, ast.Import) for alias in n.names]
    from_ = [n.module or "" for n in nodes(file) if isinstance(n, ast.ImportFrom)]
    return {name.partition(".")[0] for name in (*plain, *from_)}


def shown(file: Path) -> str:
    """A file as people name it."""
    return file.relative_to(ROOM.parent).as_posix()


@pytest.mark.parametrize("file", FILES, ids=shown)
def test_a_file_knows_no_outside_world(file: Path) -> None:
    assert imported(file) & OUTSIDE == set()
    called = [n.func for n in nodes(file) if isinstance(n, ast.Call)]
    assert {f.id for f in called if isinstance(f, ast.Name)} & DOING == set()


@pytest.mark.parametrize("file", FILES, ids=shown)
def test_a_file_reads_no_clock(file: Path) -> None:
    """`site.today(now)` tells the civil date of an instant that it was given: it has an argument."""
    calls = [n for n in nodes(file) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    assert [n.lineno for n in calls if n.func.attr in CLOCK and not n.args] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", FILES, ids=shown)
def test_a_file_keeps_no_state_between_calls(file: Path) -> None:
    assert [n.lineno for n in nodes(file) if isinstance(n, ast.Global | ast.Nonlocal)] == []


def test_only_the_machine_imports_transitions() -> None:
    assert [shown(file) for file in FILES if "transitions" in imported(file)] == ["workflow/machine.py"]


def test_the_engine_does_not_know_the_disease() -> None:
    named = {
        shown(file): n.module
        for file in ENGINE
        for n in nodes(file)
        if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("workflow.asps")
    }
    assert named == {}


def test_nothing_that_runs_rests_on_the_proof() -> None:
    assert PROOF
    assert [shown(file) for file in FILES if file not in PROOF and "workflow.proof" in file.read_text("utf-8")] == []


def compared(file: Path) -> list[float]:
    """The numbers that a file compares with."""
    sides = [side for n in nodes(file) if isinstance(n, ast.Compare) for side in (n.left, *n.comparators)]
    values = [side.value for side in sides if isinstance(side, ast.Constant)]
    return [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]


@pytest.mark.parametrize("file", [*ENGINE, *PROOF], ids=shown)
def test_no_clinical_number_is_compared_outside_the_pathway(file: Path) -> None:
    allowed = ACCEPTED_NUMBERS | ({28, 29} if file.name == "calendar.py" else set())  # the lengths of February
    allowed |= {60} if file.name == "fields.py" else set()  # characters of input that are shown
    assert [number for number in compared(file) if number not in allowed] == []


def test_the_pathway_does_compare_clinical_numbers() -> None:
    """The check above can find something."""
    assert {n for file in FILES if file not in ENGINE for n in compared(file)} - ACCEPTED_NUMBERS != set()
