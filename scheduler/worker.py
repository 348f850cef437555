"""The process that keeps the clock: it ticks and delivers at intervals until it is told to stop.

APScheduler holds a few static jobs and nothing about patients: what is due is asked of the record at every tick, so
downtime of any length is caught up by the first one.
"""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from notifications.deliver import Channel, deliver
from scheduler.alone import alone
from scheduler.gone_back import take_back
from scheduler.nightly import NIGHTLY, nightly
from scheduler.tick import TickReport, beat, tick
from storage.ledger import Ledger
from storage.queries import Reader

ONCE_IF_LATE = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""However late or often missed, a job runs once, and never twice at a time."""


def run(ledger: Ledger, channel: Channel, *, every: int, folder: Path, say: Callable[[str], None]) -> None:
    """Ticks and delivers every so many seconds until SIGTERM or SIGINT; a tick under way is finished first.

    Once a day the record is copied into the folder. Waits while another worker keeps the clock of the same record.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with alone(ledger.engine, say, stop) as ours:
        if ours:
            scheduler = _scheduler(ledger, channel, every, folder, say)
            stop.wait()
            scheduler.shutdown(wait=True)


def _scheduler(
    ledger: Ledger, channel: Channel, every: int, folder: Path, say: Callable[[str], None]
) -> BackgroundScheduler:
    """The static jobs, started one second after the other."""
    scheduler = BackgroundScheduler(
        timezone=UTC, executors={"default": ThreadPoolExecutor(1)}, job_defaults=ONCE_IF_LATE
    )
    work = {name: (job, every) for name, job in jobs(ledger, channel, say).items()}
    for later, (name, (job, seconds)) in enumerate((work | _daily(ledger, folder, say)).items()):
        first = datetime.now(UTC) + timedelta(seconds=later)
        scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=first)
    scheduler.start()
    return scheduler


def _daily(ledger: Ledger, folder: Path, say: Callable[[str], None]) -> dict[str, tuple[Callable[[], None], int]]:
    """What is done once a day, with how often to look whether it was: a worker that runs by day only does it by day."""
    return {NIGHTLY: (partial(_safely, NIGHTLY, say, lambda: _nightly(ledger, folder, say)), 3600)}


def _nightly(ledger: Ledger, folder: Path, say: Callable[[str], None]) -> None:
    nightly(ledger, folder, datetime.now(UTC), say)


def jobs(ledger: Ledger, channel: Channel, say: Callable[[str], None]) -> dict[str, Callable[[], None]]:
    """The static jobs by name. A job that fails says so and runs again next time."""
    return {
        "tick": partial(_safely, "tick", say, lambda: _tick(ledger, say)),
        "deliver": partial(_safely, "deliver", say, lambda: _deliver(ledger, channel)),
    }


def _tick(ledger: Ledger, say: Callable[[str], None]) -> None:
    now = datetime.now(UTC)
    if said := take_back(ledger, now):
        say(said)
    report = tick(ledger, now)
    for line in in_words(report):
        say(line)


def _deliver(ledger: Ledger, channel: Channel) -> None:
    now = datetime.now(UTC)
    deliver(Reader(ledger.engine, ledger.pathway), channel, now)
    beat(ledger.engine, "deliver", now)


def in_words(report: TickReport) -> list[str]:
    """What a tick did, a line each; nothing where nothing was due. No patient is named but where one failed."""
    counts = ((report.moved, "moved by the date"), (report.replanned, "planned anew: rules or settings changed"))
    lines = [f"{count} {'patient' if count == 1 else 'patients'} {what}" for count, what in counts if count]
    return lines + [f"{patient} could not be done: {why}" for patient, why in report.failed]


def _safely(name: str, say: Callable[[str], None], job: Callable[[], None]) -> None:
    """A job must not end the process: what goes wrong is said, and the next run tries again."""
    try:
        job()
    except Exception as error:  # anything at all: the clock has to go on
        first = (str(error).strip().splitlines() or [""])[0]
        say(f"{name} failed and will be tried again: {type(error).__name__}: {first[:300]}")
