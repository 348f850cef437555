"""The pages of the desk among many patients, asked in this process: server time alone, with a person signed in."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

from fastapi import FastAPI
from starlette.types import Message

from benchmarks import world
from benchmarks.measure import Timing, clear_away, shown
from benchmarks.results import Row
from benchmarks.run import Run
from benchmarks.steps import ledger_on
from storage import accounts, sessions
from storage.accounts import WebRole
from storage.ledger import Ledger
from web.app import create_app
from web.cookies import new_token
from web.desk import Desk

GOAL = 0.05
"""Seconds."""
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
"""Weeks after the last record of the copies, so that much is overdue."""
AGENT = "benchmark"


def pages(run: Run, path: Path, patients: int) -> list[Row]:
    """The worklist, and one patient after the other, in turn."""
    run.tell(f"pages among {patients:,} patients")
    with ledger_on(path) as ledger:
        visitor = Visitor(ledger)
        addresses = {"worklist": visitor.worklist(), "patient page": visitor.patients()}
        taken: dict[str, list[float]] = {what: [] for what in addresses}
        for turn in range(run.size(25, 7) + 1):  # the first compiles templates and statements
            for what, address in addresses.items():
                clear_away()
                seconds = visitor.seconds(next(address))
                taken[what] += [seconds] if turn else []
    return [_row(what, Timing(tuple(seconds)), patients) for what, seconds in taken.items()]


def _row(what: str, taken: Timing, patients: int) -> Row:
    return Row(work=f"{what} among {patients:,} patients, server time", goal=f"under {shown(GOAL)} at the median",
               measured=f"**{shown(taken.median)}** ({taken})", reached=taken.median < GOAL)  # fmt: skip


class Visitor:
    """A coordinator who is signed in."""

    def __init__(self, ledger: Ledger) -> None:
        self._desk = Desk(ledger=ledger, clock=lambda: NOW, secure=False)
        self._app: FastAPI = create_app(self._desk)
        self._cookie = f"sid={self._signed_in()}"

    def _signed_in(self) -> str:
        engine, token, who = self._desk.engine, new_token(), "coordinator-1"
        with engine.connect() as connection:
            known = accounts.find(connection, who)
        if not known:
            accounts.add(engine, id=who, name="Cora", role=WebRole.COORDINATOR, password="", now=NOW)
            accounts.set_password(engine, who, "", NOW, must_change=False)
        sessions.begin(
            engine, token, account=who, now=NOW, lasts=timedelta(hours=12), address="here", agent=AGENT
        )  # fmt: skip
        return token

    def worklist(self) -> Iterator[str]:
        """Its address, for ever."""
        while True:
            yield "/worklist"

    def patients(self) -> Iterator[str]:
        """The addresses of one patient after the other."""
        return (f"/patients/{self._desk.handles.of(world.named(world.TEN, number))}" for number in count(1))

    def seconds(self, address: str) -> float:
        """How long the answer takes, from the request to its last byte. It must be the page that was asked for."""
        return asyncio.run(self._asked(address))

    async def _asked(self, address: str) -> float:
        headers = {"host": "localhost", "cookie": self._cookie, "user-agent": AGENT}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": address, "raw_path": address.encode(), "query_string": b"", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip
        status = 0

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        start = perf_counter()
        await self._app(scope, receive, send)
        taken = perf_counter() - start
        assert status == 200, f"{address} answers {status}"
        return taken
