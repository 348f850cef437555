"""A worker killed again and again while 1,000 tasks come due: no notice, message or timed move is lost or doubled."""

import email
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from notifications.messages import Content, letter
from storage.database import open_database
from storage.tables import journal, message, notice, task
from storage.verify import verify
from tests.notifications.killed import DAYS, FIRST, PATIENTS, STAFF, WAITING, Lives, copied, made, work_by_schedule
from tests.notifications.servers import Server, serving, smtp
from tests.scheduler.conftest import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
KILLS = 50
END = FIRST + timedelta(days=14 + DAYS + 3)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 patients in staging, whose tasks come due day after day."""
    file = tmp_path_factory.mktemp("killed") / "asps.db"
    made(f"sqlite:///{file}")
    return file


def endure(url: str, fewest: float = 0.9, **lived: Any) -> None:
    """So many lives, then the rest without a kill; and what has to be there in the end."""
    with serving(Server(), smtp) as server:
        lives = Lives(url=url, server=server, now=FIRST + timedelta(days=14), **lived)
        for _ in range(KILLS):
            lives.life()
        assert lives.in_mail > 0
        lives.to_the_end(max(END, lives.now + timedelta(days=1)))
        _every_notice_once(lives.url)
        _every_message_at_least_once(lives.url, server, fewest)
        _every_timed_move_once(lives.url)


def _every_notice_once(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        found = Counter(
            tuple(row) for row in connection.execute(select(notice.c.patient, notice.c.task, notice.c.stage))
        )
        due = connection.execute(select(task.c.patient, task.c.name).where(task.c.target.is_not(None))).all()
    engine.dispose()
    wanted = {(*row, stage) for row in due if row[0].startswith("P-") for stage in ("due", "overdue")}
    assert len(wanted) == 4 * PATIENTS
    assert {key for key in found if key[0].startswith("P-")} == wanted
    assert set(found.values()) == {1}


def _every_message_at_least_once(url: str, server: Server, fewest: float) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        rows = connection.execute(select(message.c.key, message.c.staff, message.c.day, message.c.state)).all()
    engine.dispose()
    ids = {letter(key, "", Content(counts={}), "").id: (staff, state) for key, staff, _, state in rows}
    mails = [email.message_from_bytes(content) for content in server.mails]
    arrived = {(mail["Message-ID"].strip("<>").partition("@")[0], mail["To"].partition("@")[0]) for mail in mails}
    assert {state for _, state in ids.values()} <= {"sent", "suppressed", "replaced"}
    assert {id for id, (_, state) in ids.items() if state == "sent"} <= {id for id, _ in arrived}
    assert all(ids[id][0] == to for id, to in arrived), "each under one id, to one person"
    assert len(arrived) >= STAFF * DAYS * fewest
    assert all(n == 1 for n in Counter((staff, day) for _, staff, day, _ in rows).values()), "one a day for each"


def _every_timed_move_once(url: str) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        rows = connection.execute(select(journal.c.stream, journal.c.payload)).all()
    moves = Counter(stream for stream, payload in rows if json.loads(payload)["kind"] == "timed")
    assert moves == {f"W-{n}": 1 for n in range(WAITING)}
    assert verify(engine).wrong == ()
    engine.dispose()


@pytest.mark.timeout(300)
def test_a_worker_killed_50_times_loses_and_doubles_nothing(begun: Path, tmp_path: Path) -> None:
    endure(copied(begun, tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("round", range(4))
def test_a_worker_killed_200_times_loses_and_doubles_nothing(begun: Path, tmp_path: Path, round: int) -> None:
    endure(copied(begun, tmp_path))


@pytest.mark.long
def test_a_worker_killed_in_all_its_threads_loses_and_doubles_nothing(begun: Path, tmp_path: Path) -> None:
    """Jobs run side by side, as in `asps worker`; half a day passes in a second, and many days without a digest."""
    endure(copied(begun, tmp_path), fewest=0.1, work=work_by_schedule, longest=2.5, pause=timedelta(hours=1))


@pytest.mark.long
def test_a_worker_of_postgresql_killed_50_times_loses_and_doubles_nothing(postgres_url: str) -> None:
    made(postgres_url)
    endure(postgres_url)
