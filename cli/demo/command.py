"""The command: a fresh file, the clinic in it, and what there is to see."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from cli.screen import command, say, table, words
from storage.address import of_file
from workflow.errors import AspsError

if TYPE_CHECKING:
    from storage.ledger import Ledger

MARK = b"ASPD"
"""SQLite's application id of a demo file: what bears it may be replaced by a new demo, nothing else."""
_MARKED_AT = 68
ROWS = 12

Into = Annotated[Path, typer.Option("--into", metavar="FILE", help="The file; an older demo in it is replaced")]
Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Open its desk in the browser as well")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="Where; another one if it is taken")]

REFUSED = {"agents": ["doxorubicin"], "class": "cytotoxic_anthracycline", "line": 1}
"""What is asked for to show a refusal."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(rich_help_panel="Try it")(demo)


def demo(into: Into = Path("demo.db"), serve: Serve = True, port: Port = 8000) -> int:
    """Build an invented clinic of thirteen patients, show it, and open its desk in the browser."""
    from cli.demo.clinic import fill
    from cli.demo.people import let_in

    now = datetime.now(UTC)
    with _fresh(into) as ledger:
        told = fill(ledger, now)
        password = let_in(ledger.engine, now)
        shown = list(_shown(ledger, now, into))
    say(words(f"An invented clinic of {len(told)} patients. None of them exists; the settings are examples.", "bold"))
    say(*shown, *_logins(password))
    if serve:
        _serve(into, port)
    return 0


def _serve(into: Path, port: int) -> None:
    """On this machine alone, at the port or at any that is free; its copies are thrown away."""
    from cli.opening import ledger_on
    from cli.serve import serve_here
    from web.serve import Place, is_free

    place = Place(port=port if is_free(port) else 0)
    with ledger_on(of_file(into)) as ledger, TemporaryDirectory() as folder:
        serve_here(ledger, place, clock_folder=Path(folder), demo=True, quietly=True)


def _logins(password: str) -> Iterator[RenderableType]:
    """Who may sign in, and with what."""
    from cli.demo.people import PEOPLE

    yield from _titled("Sign in to the desk as one of them")
    yield table("User name", "Role", rows=[(id, role.value) for id, _, role in PEOPLE])
    yield words("The password of all of them: ") + words(password, "bold")


@contextmanager
def _fresh(into: Path) -> Iterator["Ledger"]:
    """A ledger on a new file, which takes its place when all went well. Raises AspsError where a real record lies."""
    from cli.opening import ledger_on

    if into.exists() and not _is_demo(into):
        raise AspsError(f"{into} exists and is no demo; name another file with --into")
    building = into.with_name(into.name + ".building")
    _remove(building)
    try:
        with ledger_on(of_file(building)) as ledger:
            with ledger.engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {int.from_bytes(MARK)}")
                connection.commit()
            yield ledger
        _remove(into)
        building.replace(into)
    finally:
        _remove(building)


def _is_demo(file: Path) -> bool:
    with file.open("rb") as stream:
        head = stream.read(_MARKED_AT + len(MARK))
    return head.startswith(b"SQLite format 3\0") and head.endswith(MARK)


def _remove(file: Path) -> None:
    """A database with the files that SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _shown(ledger: "Ledger", now: datetime, into: Path) -> Iterator[RenderableType]:
    from cli.look import shown, story
    from cli.refusals import refusal
    from storage.inputs import Author
    from storage.queries import Reader
    from workflow.vocabulary import Role

    reader, site = Reader(ledger.engine, ledger.pathway), ledger.site()
    yield from _titled("The worklist: what is late comes first")
    yield from shown(reader.worklist(site.today(now), limit=ROWS), ROWS)
    yield from _titled("The timeline of DEMO-1: everything that was entered, refusals too")
    yield story(reader.timeline("DEMO-1"), site.zone)
    yield from _titled("A refusal: doxorubicin first for DEMO-6")
    author = Author(by=Role.CLINICIAN, user="clinician-1")
    with ledger.rehearsal() as rehearsal:
        answer = rehearsal.enter("DEMO-6", "start_regimen", REFUSED, now=now, author=author)
    yield from refusal("start_regimen", "DEMO-6", answer.blockers)
    yield from _titled("What to type next")
    yield from (command(f"  {line}") for line in _next(into))


def _titled(title: str) -> Iterator[RenderableType]:
    yield ""
    yield words(f"── {title} ──", "bold")


def _next(into: Path) -> Iterator[str]:
    asps = sys.argv[0] if Path(sys.argv[0]).name == "asps" and not shutil.which("asps") else "asps"
    yield f"export ASPS_DATABASE_URL={of_file(into)}"
    yield f"{asps} worklist"
    yield f"{asps} why DEMO-3"
    yield f"{asps} why DEMO-2 decide_surgery"
    yield f"{asps} do DEMO-1 complete_staging"
    yield f"{asps} record DEMO-1 imaging --set modality=mri_brain --set report=final --set brain_metastases=no"
    yield f"{asps} do DEMO-1 complete_staging"
    yield f"{asps} timeline DEMO-4"
    yield f"{asps} --help"
