"""Timers of another engine: `python timers.py ENGINE add|fire|serve FOLDER COUNT DUE SPREAD`.

add: sets COUNT timers that go off from DUE (seconds since 1970), spread over SPREAD seconds; prints seconds per timer.
fire: starts anew with what is stored and waits until all have gone off; prints start-up, firing and peak memory.
serve: starts anew and goes on until killed. Each timer that goes off writes a line to FOLDER/fired.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep, time

FIRED = ""


def fire(number: int) -> None:
    """What a timer does: one line, written at once."""
    handle = os.open(FIRED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{number}\n".encode())
    os.close(handle)


def fired() -> int:
    """How many different timers have gone off."""
    path = Path(FIRED)
    return len(set(path.read_text().split())) if path.exists() else 0


class APScheduler:
    """One date job per timer, in SQLAlchemy's job store."""

    def __init__(self, folder: str) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
        from apscheduler.schedulers.background import BackgroundScheduler

        store = SQLAlchemyJobStore(url=f"sqlite:///{folder}/apscheduler.sqlite")
        late = {"misfire_grace_time": None}
        self.scheduler = BackgroundScheduler(
            jobstores={"default": store}, executors={"default": ThreadPoolExecutor(10)}, job_defaults=late, timezone=UTC
        )

    def prepare(self) -> None:
        """Before timers are added."""
        self.scheduler.start(paused=True)

    def add(self, number: int, at: float) -> None:
        """Sets one timer."""
        self.scheduler.add_job(fire, "date", run_date=datetime.fromtimestamp(at, UTC), args=[number])

    def start(self) -> None:
        """Goes on with what is stored."""
        self.scheduler.start()


class Dbos:
    """One sleeping workflow per timer."""

    def __init__(self, folder: str) -> None:
        from dbos import DBOS

        address = f"sqlite:///{folder}/dbos.sqlite"
        DBOS(config={"name": "bench", "system_database_url": address, "run_admin_server": False, "log_level": "ERROR",
                     "application_version": "1", "executor_id": "bench"})  # fmt: skip
        step = DBOS.step(name="fire")(fire)

        def nap(number: int, at: float) -> None:
            DBOS.sleep(max(0.0, at - time()))
            step(number)

        self.engine, self.workflow = DBOS, DBOS.workflow(name="nap")(nap)

    def prepare(self) -> None:
        """Before timers are added."""
        self.engine.launch()

    def add(self, number: int, at: float) -> None:
        """Sets one timer."""
        self.engine.start_workflow(self.workflow, number, at)

    def start(self) -> None:
        """Goes on with what is stored."""
        self.engine.launch()


ENGINES = {"APScheduler": APScheduler, "DBOS": Dbos}


def peak_memory() -> float:
    """In MB; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def wait_for(count: int, until: float) -> bool:
    """Whether so many have gone off in time."""
    while fired() < count:
        if time() > until:
            return False
        sleep(0.02)
    return True


def main(engine: str, what: str, folder: str, count: int, due: float, spread: float) -> None:
    """Does what the command line asks for and leaves without tidying up, as a crash would."""
    global FIRED
    FIRED = f"{folder}/fired"
    timers = ENGINES[engine](folder)
    if what == "add":
        timers.prepare()
        start = perf_counter()
        for number in range(count):
            timers.add(number, due + spread * number / count)
        print(json.dumps((perf_counter() - start) / count), flush=True)
        os._exit(0)
    start = perf_counter()
    timers.start()
    started = perf_counter() - start
    sleep(max(0.0, due - time()))
    start = perf_counter()
    done = wait_for(count, time() + (3600 if what == "serve" else 120))
    print(json.dumps([started, perf_counter() - start, peak_memory(), done]), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6]))
