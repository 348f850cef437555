"""A name is shown where it is asked for, and nowhere else: in no list, log, notice or error, and in no other table."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from scheduler.jobs import Job
from scheduler.worker import safely
from storage.database import open_database, writing
from storage.tables import person
from tests.cli.asps import Asps
from tests.interchange.sheets import WAITS, text

FIRST, LAST, CONTACT = "Zebulon", "Quuxberry", "0031-6-5550199"
SECRETS = (FIRST, LAST, CONTACT)
NAME = f"{FIRST} {LAST}"

COMMANDS = (
    "record P-7 weight --set kg=70",
    "record P-7 weight --set kg=heavy",
    "record P-7 weight --set kg=70 --dry-run",
    "do P-7 accept_referral --set centre_role=reference_centre --at 2026-10-01T09:00",
    "do P-7 decide_surgery",
    "amend P-7 r2 --set kg=71",
    "amend P-7 nothing --set kg=71",
    "retract P-7 r2",
    "override P-7 interval_ct --set action=decide_surgery",
    "why P-7 decide_surgery",
    "timeline P-7",
    "patient list",
    "worklist --all",
    "worklist",
    "tick",
    "tick --json",
    "site set mdt.due_days=9",
    "replan",
    "journal verify",
    "journal rebuild",
    "backup",
    "patient add P-7 --born 1990-01-01 --name {name}",
    "patient add P-8 --born 2999-01-01 --name {name} --contact {contact}",
    "patient add P-9 --born 1990-01-01 --name {long}",
    "patient add P-9 --born 1990-01-01 --name {lines}",
    "patient add P-9 --born 1990-01-01 --key k --name {name} --contact {contact}",
    "patient add P-9 --born 1990-01-01 --key k --name {name}x --contact {contact}",
    "patient rename P-9 --name {name}",
    "patient rename P-9 --name {lines}",
    "patient erase P-9 --reason {name}",
    "import {sheet} --dry-run",
    "import {sheet} --at 2026-11-02T09:00",
    "import {sheet} --at 2026-11-02T09:00",
    "import {sheet} --at 2026-11-02T09:00 --json",
    "import {changed} --at 2026-11-02T09:00",
    "import {faulty} --at 2026-11-02T09:00",
)


def test_no_command_says_a_name_that_was_not_asked_for(asps: Asps, tmp_path: Path) -> None:
    said = said_by(asps, *(words(command, tmp_path) for command in COMMANDS))
    assert len(said) == len(COMMANDS)
    for command, output in said.items():
        assert not any(secret.casefold() in output.casefold() for secret in SECRETS), (command, output)
    assert NAME in asps.ok("patient", "show", "P-7").out, "there it is asked for"


def said_by(asps: Asps, *commands: list[str]) -> dict[str, str]:
    """All that some commands said, good or bad, after a patient with the name was registered."""
    asps.ok("patient", "add", "P-7", "--born", "1990-01-01", "--name", NAME, "--contact", CONTACT)
    results = {f"{n} {' '.join(command)}": asps(*command) for n, command in enumerate(commands)}
    return {command: result.out + result.err for command, result in results.items()}


def words(command: str, folder: Path) -> list[str]:
    """A command's arguments; the sheets hold the name, and a fault each."""
    row = {**WAITS, "patient_id": "P-10", "name": NAME, "contact": CONTACT}
    sheets = {
        "sheet": [row], "changed": [{**row, "name": f"{NAME}-Smith", "contact": "none"}],
        "faulty": [{**row, "patient_id": "P-11", "born": NAME}, {**row, "patient_id": "P 12"}],
    }  # fmt: skip
    for name, rows in sheets.items():
        (folder / f"{name}.csv").write_text(text(rows), encoding="utf-8")
    values = {"name": NAME, "contact": CONTACT, "long": NAME * 30, "lines": f"{NAME}\n{NAME}"}
    values |= {name: str(folder / f"{name}.csv") for name in sheets}
    return [part.format(**values) for part in command.split()]


def test_no_table_but_one_holds_a_name_nor_do_anchors_and_logs(asps: Asps, tmp_path: Path) -> None:
    said_by(asps, *(words(command, tmp_path) for command in COMMANDS))
    asps.ok("journal", "anchor", str(tmp_path / "anchor.txt"))
    with closing(sqlite3.connect(asps.file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables}
    held |= {"the anchor": (tmp_path / "anchor.txt").read_text()}
    holding = {name for name, content in held.items() if any(secret in content for secret in SECRETS)}
    assert holding == {"person"}


def test_an_error_of_the_database_names_nobody(asps: Asps) -> None:
    engine, said = open_database(f"sqlite:///{asps.file}"), list[str]()

    def fail() -> None:
        with writing(engine).begin() as connection:
            for _ in range(2):
                connection.execute(person.insert().values(patient="P-1", name=NAME, contact=CONTACT))

    safely(Job(name="tick", do=fail, every=60), said.append)
    assert said and not any(secret in said[0] for secret in SECRETS)
    try:
        fail()
    except IntegrityError as error:  # as a traceback would show it
        assert not any(secret in str(error) for secret in SECRETS)
    engine.dispose()
