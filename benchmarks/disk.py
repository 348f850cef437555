"""What a durable commit costs on this disk: it decides how much a batch can save, and how far behind others are."""

from benchmarks import floor
from benchmarks.measure import Timing, once
from benchmarks.results import Row
from benchmarks.run import Run

EACH = 20


def commits(run: Run) -> list[Row]:
    """One row changed and on the disk, by plain SQL."""
    run.tell("commits")
    sql = floor.connect(run.file("commits"))
    sql.execute("CREATE TABLE t (x)")
    sql.execute("INSERT INTO t VALUES (0)")

    def some() -> None:
        for _ in range(EACH):
            sql.execute("UPDATE t SET x = x + 1")

    taken = Timing(tuple(once(some) / EACH for _ in range(run.rounds)))
    sql.close()
    return [Row(work="one durable commit of one row", against="–", measured=str(taken))]
