"""Imports go one way: workflow <- storage <- {scheduler, notifications, diagrams, interchange} <- {web, cli}."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("workflow", "storage", "scheduler", "notifications", "diagrams", "interchange", "web", "cli")
BESIDE = {"scheduler", "notifications", "diagrams", "interchange"}
MAY_IMPORT = {
    "workflow": {"workflow"},
    "storage": {"workflow", "storage"},
    "scheduler": {"workflow", "storage", *BESIDE},
    "notifications": {"workflow", "storage", *BESIDE},
    "diagrams": {"workflow", "storage", *BESIDE},
    "interchange": {"workflow", "storage", *BESIDE},
    "web": {"workflow", "storage", *BESIDE, "web"},
    "cli": {"workflow", "storage", *BESIDE, "web", "cli"},
}
PURE = {
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "apscheduler",
    "typer",
    "rich",
    "sqlite3",
    "os",
    "pathlib",
    "time",
    "socket",
}
"""What the rules must not know: no database, no network, no files, no clock."""


def imported(file: Path) -> Iterator[str]:
    """The modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written out, not relative"
            yield node.module or ""


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", [room for room in ROOMS if files(room)])
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files(room)
        for module in imported(file)
        if (top := module.partition(".")[0]) in (*ROOMS, "tests", "benchmarks") and top not in MAY_IMPORT[room]
    ]
    assert wrong == []


def test_the_rules_know_no_clock_no_database_and_no_network() -> None:
    wrong = [(file.name, m) for file in files("workflow") for m in imported(file) if m.partition(".")[0] in PURE]
    assert wrong == []


def test_only_the_machine_imports_transitions() -> None:
    users = [
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in files(room)
        if any(module.partition(".")[0] == "transitions" for module in imported(file))
    ]
    assert users == ["workflow/machine.py"]


def test_only_those_who_start_things_read_the_clock() -> None:
    """`now` and `today` are arguments everywhere but in the terminal, the pages and the scheduler."""
    readers = {"now", "today", "utcnow", "time", "localtime"}
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for room in ROOMS
        if room not in {"cli", "web", "scheduler"}
        for file in files(room)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
        and node.func.attr in readers
    ]
    assert wrong == []
