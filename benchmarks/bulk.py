"""Import, replan and rebuild of many patients, against a floor of one transaction each."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks import floor, world
from benchmarks.clinic import DOCTOR, opened
from benchmarks.measure import Timing, clear_away
from benchmarks.memory import forget_peak, peak_memory
from benchmarks.profiles import profiled
from benchmarks.results import Profile, Row
from benchmarks.run import Run
from benchmarks.steps import NOW, ledger_on
from interchange.columns import named
from interchange.heading import heading
from interchange.intake import Intake, read_row
from interchange.sheet import Sheet, open_sheet
from interchange.taking import Became, Outcome, Taking, Terms, survey
from interchange.template import template
from storage.database import open_database
from storage.ledger import Ledger
from storage.rebuild import rebuild

SAMPLE = 20
"""The floor does one of so many patients."""
CHUNKS = 10


def imports(run: Run) -> list[Row]:
    """A sheet of patients, a tenth at a time, and of each tenth some rows by the floor."""
    patients = run.size(10_000, 1_000)
    run.tell(f"import of {patients:,} patients")
    sheet = _sheet(run.folder / "patients.csv", patients)
    known = heading(sheet.header)
    path, other = run.file("import"), run.file("import-floor")
    for one in (path, other):
        opened(engine := open_database(f"sqlite:///{one}"))
        engine.dispose()
    with ledger_on(path) as ledger, closing(floor.connect(other)) as sql:
        taking = Taking(ledger, sheet, known, survey(sheet, known), Terms(author=DOCTOR, now=NOW))
        outcomes = taking.enter()
        intakes = (read_row(known.cells(row.cells), None, "") for row in sheet.rows())

        def ours(each: int) -> None:
            assert all(outcome.became is Became.TAKEN for outcome in islice(outcomes, each))

        def theirs(each: int) -> None:
            for intake in islice(intakes, each):
                assert isinstance(intake, Intake)
                floor.take(sql, intake.registration, intake.past, NOW)

        return _compared(run, "import", patients, ours, theirs)


def _taken(ledger: Ledger, folder: Path) -> Iterator[Outcome]:
    sheet = _sheet(folder / "hundred.csv", 100)
    known = heading(sheet.header)
    return Taking(ledger, sheet, known, survey(sheet, known), Terms(author=DOCTOR, now=NOW)).enter()


def replans(run: Run, path: Path) -> list[Row]:
    """After a setting has changed: in batches of 100, a tenth of the patients at a time."""
    patients = run.size(10_000, 500)
    run.tell(f"replan of {patients:,} patients")
    spare = -(-patients // SAMPLE)
    mine = (world.named("T", n) for n in range(1, patients + 1))
    others = (world.named("T", n) for n in range(patients + 1, patients + spare + 1))
    with ledger_on(path) as ledger, closing(floor.connect(path)) as sql:
        ledger.set_site({"mdt.due_days": "8"}, now=NOW, author=DOCTOR)

        def ours(each: int) -> None:
            for names in _batches(islice(mine, each), 100):
                assert len(ledger.replan(names, NOW)) == len(names)

        return _compared(run, "replan", patients, ours, lambda each: floor.replan(sql, islice(others, each), NOW))


def rebuilds(run: Run, path: Path) -> list[Row]:
    """All of it in one transaction, five times; the floor before, on some patients."""
    with closing(floor.connect(path)) as sql:
        patients = sql.execute("SELECT count(*) FROM patient").fetchone()[0]
        run.tell(f"rebuild of {patients:,} patients")
        names = (world.named("T", n) for n in range(1, patients))
        floors = [_timed(lambda n: floor.rebuild(sql, islice(names, n)), patients // SAMPLE // CHUNKS)
                  for _ in range(CHUNKS)]  # fmt: skip
        mine: list[float] = []
        memory: list[float] = []
        with ledger_on(path) as ledger:
            forget_peak()
            for _ in range(5):
                mine.append(
                    _timed(lambda n: rebuild(ledger.engine, lambda done, total: memory.append(peak_memory())), patients)
                )
    return [_row("rebuild", patients, Timing(tuple(mine)), Timing(tuple(floors)), memory)]


def _compared(
    run: Run, what: str, patients: int, ours: Callable[[int], None], theirs: Callable[[int], None]
) -> list[Row]:
    mine, floors, memory = [], [], []
    each = patients // CHUNKS
    forget_peak()
    for number in range(CHUNKS):
        mine.append(_timed(ours, each))
        memory.append(peak_memory())
        floors.append(_timed(theirs, each // SAMPLE))
        run.tell(f"{what}: {(number + 1) * each:,} of {patients:,} patients")
    return [_row(what, patients, Timing(tuple(mine)), Timing(tuple(floors)), memory)]


def _row(what: str, patients: int, ours: Timing, theirs: Timing, memory: list[float]) -> Row:
    ratio, grown = theirs.median / ours.median, memory[-1] - memory[0]
    return Row(
        work=f"{what} of {patients:,} patients", against="the floor of one transaction each",
        goal="at least 2 times as fast, in constant memory", reached=ratio >= 2 and grown < 20,
        measured=f"**{ratio:.2f}** times as fast: ours {ours} each, floor {theirs}; peak memory "
                 f"{grown:+.0f} MB from the first part to the last",
    )  # fmt: skip


def _timed(work: Callable[[int], object], each: int) -> float:
    clear_away()
    start = perf_counter()
    work(each)
    return (perf_counter() - start) / each


def _sheet(path: Path, patients: int) -> Sheet:
    """The two invented patients of the empty spreadsheet, over and over, under names of their own."""
    header, *examples = template(NOW.date())
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for number in range(patients):
            cells = dict(zip(header, examples[number % len(examples)], strict=True))
            writer.writerow((cells | {"patient_id": f"I-{number:06d}"}).values())
    return open_sheet(path, lambda cell: named(cell) is not None)


def _batches(names: Iterable[str], size: int) -> Iterator[list[str]]:
    several = iter(names)
    while batch := list(islice(several, size)):
        yield batch


def profiles(path: Path) -> list[Profile]:
    """Of planning a hundred patients anew, and of a rebuild."""
    with ledger_on(path) as ledger:
        ledger.set_site({"mdt.due_days": "9"}, now=NOW + timedelta(hours=1), author=DOCTOR)
        names = [world.named("T", n) for n in range(1, 101)]
        return [
            profiled("import of 100 patients", lambda: list(_taken(ledger, path.parent))),
            profiled("replan of 100 patients", lambda: ledger.replan(names, NOW)),
            profiled("rebuild", lambda: rebuild(ledger.engine)),
        ]
