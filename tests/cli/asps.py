"""The terminal as its users have it: arguments in; exit code, output and errors out."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.main import app

SETTINGS = (
    "timezone=Europe/Amsterdam", "brain_mri.due_days=14", "staging_ct.due_days=14", "mdt.due_days=7",
    "override.expiry_hours=72", "palliative.offer_days=56",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as a program reads it."""
        return json.loads(self.out)


class Asps:
    """A terminal in front of one record."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "asps.db"

    def __call__(self, *args: str, stdin: str | bytes | None = None) -> Result:
        """Runs a command on the record; whatever happens, it must not end in a traceback."""
        environment = {"ASPS_DATABASE_URL": str(self.file), "ASPS_USER": "tester", "COLUMNS": "120", "ASPS_DEBUG": None}
        result = CliRunner(env=environment).invoke(app, list(args), input=stdin, prog_name="asps")
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit | None), result.exception
        return Result(code=result.exit_code, out=result.stdout, err=result.stderr)

    def ok(self, *args: str, stdin: str | bytes | None = None) -> Result:
        """Runs a command that must succeed."""
        result = self(*args, stdin=stdin)
        assert result.code == 0, result
        return result

    def content(self) -> list[str]:
        """Every row of the record."""
        with closing(sqlite3.connect(self.file)) as connection:
            return list(connection.iterdump())

    def set_up(self) -> "Asps":
        """Makes the record, with one patient in staging since 1 October 2026."""
        self.ok("init", "--yes", *(part for setting in SETTINGS for part in ("--set", setting)))
        self.ok("patient", "add", "P-1", "--born", "1990-01-01", "--at", "2026-10-01T08:30")
        self.ok("do", "P-1", "accept_referral", "--set", "centre_role=reference_centre", "--at", "2026-10-01T09:00")
        return self
