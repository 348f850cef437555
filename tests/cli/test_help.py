"""Help: complete, and at once."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app
from cli.vocabulary import fields_in_words
from tests.cli.asps import Asps
from workflow.acts import ACTS, Override
from workflow.asps import ASPS
from workflow.records import KINDS

ROOT = Path(__file__).parents[2]
HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "apscheduler", "transitions")


def _names(command: Any, before: str = "") -> Iterator[str]:
    """Every command and group of commands, as it is typed after `asps`."""
    yield before
    for name, inner in getattr(command, "commands", {}).items():
        yield from _names(inner, f"{before} {name}".strip())


COMMANDS = list(_names(get_command(app)))


def test_all_commands_of_the_terminal_are_there() -> None:
    assert set(COMMANDS) >= {
        "", "init", "patient add", "patient list", "patient show", "record", "do", "amend", "retract", "override",
        "why", "worklist", "timeline", "site show", "site set", "tick", "worker", "story run", "story schema",
        "journal verify", "journal rebuild", "diagram pathway", "diagram patient", "demo",
    }  # fmt: skip


def test_no_help_imports_what_is_slow() -> None:
    """One process asks for the help of every command."""
    script = f"""
import sys
from cli.main import app
for command in {COMMANDS!r}:
    try:
        app([*command.split(), "--help"], prog_name="asps")
    except SystemExit as error:
        assert error.code in (0, None), command
heavy = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_says_which_rules_are_followed(bare: Asps) -> None:
    assert bare.ok("--version").out == f"asps-pathway {version('asps-pathway')}, rules {ASPS.version}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(bare: Asps, command: str) -> None:
    result = bare.ok(*command.split(), "--help")
    assert "Usage: asps" in result.out


def words(text: str) -> str:
    """A text without the line breaks of its layout."""
    return " ".join(text.split())


def test_record_help_lists_every_kind_with_its_fields_and_values(bare: Asps) -> None:
    said = words(bare.ok("record", "--help").out)
    for name, fields in KINDS.items():
        assert name in said
        for typed, allowed in fields_in_words(fields):
            assert words(f"{typed} {allowed}") in said


def test_do_help_lists_every_act_with_its_fields_and_values(bare: Asps) -> None:
    said = words(bare.ok("do", "--help").out)
    for act in ACTS.values():
        assert f"{act.name} {act.title}" in said
        for typed, _ in fields_in_words(act.fields):
            assert typed in said


def test_help_for_one_kind_shows_it_alone(bare: Asps) -> None:
    said = bare.ok("record", "P-1", "labs", "--help").out
    assert "results[].analyte*" in said
    assert "blood_pressure" not in said


def test_override_help_lists_its_fields(bare: Asps) -> None:
    said = bare.ok("override", "--help").out
    assert all(name in said for name in Override.names())


@pytest.mark.parametrize("args", [[], ["patient"], ["site"]])
def test_without_a_command_the_help_is_shown(bare: Asps, args: list[str]) -> None:
    result = bare(*args)
    assert result.code == 2
    assert "Usage: asps" in result.out + result.err
