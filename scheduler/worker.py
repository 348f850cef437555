"""The process that keeps the clock: it looks, tells and sends until it is told to stop.

APScheduler holds a few static jobs (`scheduler.jobs`) and nothing about patients: what is due is asked of the record at
every look, so downtime of any length is caught up by the first one. `scheduler.watch` wakes it in between.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from scheduler.alone import alone
from scheduler.jobs import Job, Worker
from scheduler.watch import Seen, seen, to_do

ONCE_IF_LATE = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""However late or often missed, a job runs once, and never twice at a time."""
GLANCE = 1.0
"""Seconds between two questions whether there is something to do."""


def run(worker: Worker, *, every: float) -> None:
    """Keeps the clock until SIGTERM or SIGINT; a job under way is finished first.

    Waits while another worker keeps the clock of the same record.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _keep(worker, every, stop)


@contextmanager
def beside(worker: Worker, *, every: float) -> Iterator[None]:
    """The clock, kept in threads of its own beside whatever else this process does, such as serving pages.

    Never waits: where another worker keeps the clock already, this one takes it over when that one ends. What goes
    wrong is said and tried again. At the end a job under way is finished first.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_keep_trying, args=(worker, every, stop), name="clock")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep(worker: Worker, every: float, stop: threading.Event) -> None:
    with alone(worker.ledger.engine, worker.say, stop) as ours:
        if ours:
            with running(worker, every=every):
                stop.wait()


def _keep_trying(worker: Worker, every: float, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            _keep(worker, every, stop)
        except Exception as error:  # anything at all: the pages have to be served
            worker.say(f"the clock is not kept, which will be tried again: {_in_short(error)}")
            stop.wait(every)


@contextmanager
def running(worker: Worker, *, every: float) -> Iterator[BackgroundScheduler]:
    """The clock, kept without asking whether another worker does."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run left out as the one before is not over is no news
    names = _Names()
    scheduler = _scheduler(worker.jobs(every), worker.say, names)
    glances = threading.Thread(target=_watch, args=(worker, scheduler, names), daemon=True)
    worker.ending.clear()
    scheduler.start()
    glances.start()
    try:
        yield scheduler
    finally:
        worker.ending.set()
        glances.join()
        scheduler.shutdown(wait=True)


@dataclass(frozen=True, slots=True)
class _Names:
    """Of jobs: those that run, and those to be run at once. One is wanted until a run of it has begun."""

    busy: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)


def _scheduler(jobs: list[Job], say: Callable[[str], None], names: _Names) -> BackgroundScheduler:
    threads = {job.thread: ThreadPoolExecutor(1) for job in jobs}
    scheduler = BackgroundScheduler(timezone=UTC, executors=threads, job_defaults=ONCE_IF_LATE)
    for later, job in enumerate(jobs):
        first = datetime.now(UTC) + timedelta(seconds=later / 2)
        scheduler.add_job(
            partial(_once, job, say, names), "interval", seconds=job.every, id=job.name, executor=job.thread,
            next_run_time=first,
        )  # fmt: skip
    return scheduler


def _watch(worker: Worker, scheduler: BackgroundScheduler, names: _Names) -> None:
    """Wakes jobs before their time while there is something to do; a busy one once it is done.

    All of them where the clock went back: their next times lie in days that have not come.
    """
    now = worker.clock()
    before = _seen(worker.ledger.engine, now) or Seen()
    while not worker.ending.wait(GLANCE):
        last, now = now, worker.clock()
        after = _seen(worker.ledger.engine, now) or before
        names.wanted.update(to_do(before, after) if now >= last else {job.id for job in scheduler.get_jobs()})
        before = after
        for name in names.wanted - names.busy:
            _wake(scheduler, name)


def _seen(engine: Engine, now: datetime) -> Seen | None:
    """None where the record cannot be read just now; the regular looks say so."""
    try:
        with engine.connect() as connection:
            return seen(connection, now)
    except Exception:  # anything at all: the watch has to go on
        return None


def _wake(scheduler: BackgroundScheduler, name: str) -> None:
    try:
        scheduler.modify_job(name, next_run_time=datetime.now(UTC))
    except JobLookupError:
        return


def _once(job: Job, say: Callable[[str], None], names: _Names) -> None:
    names.busy.add(job.name)
    names.wanted.discard(job.name)
    try:
        safely(job, say)
    finally:
        names.busy.discard(job.name)


def safely(job: Job, say: Callable[[str], None]) -> None:
    """A job must not end the process: what goes wrong is said, and the next run tries again."""
    try:
        job.do()
    except Exception as error:  # anything at all: the clock has to go on
        say(f"{job.name} failed and will be tried again: {_in_short(error)}")


def _in_short(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first[:300]}"
