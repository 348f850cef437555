"""A spreadsheet between its upload and the end of its import: rehearsed, looked at, entered, and forgotten.

It lies in a private folder of the server until it is deleted, for an hour at most; the folder goes with the server. One
thread goes through the rows, so that the page can tell how far it is.
"""

import logging
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Lock, Thread, Timer
from time import sleep
from weakref import finalize

from interchange.columns import named
from interchange.encoding import Encoding
from interchange.heading import Heading, heading
from interchange.rejected import Rejects
from interchange.sheet import Sheet, open_sheet
from interchange.taking import BATCH, Became, Outcome, Survey, Taking, Terms, survey
from storage.ledger import Ledger
from workflow.errors import AspsError, NotFound

KEPT = timedelta(hours=1)
MOST_AT_ONCE = 20
MOST_SHOWN = 200
"""Rows on the page; all that were rejected stand in the file."""
BREATH = 0.02
"""Seconds after each transaction in which others may write."""
log = logging.getLogger("asps.web")


class Phase(StrEnum):
    """Where an import stands."""

    REHEARSING = "rehearsing"
    REHEARSED = "rehearsed"
    ENTERING = "entering"
    ENTERED = "entered"
    STOPPED = "stopped"


@dataclass(kw_only=True)
class Import:
    """One spreadsheet under way."""

    token: str
    account: str
    at: datetime
    folder: Path
    sheet: Sheet
    heading: Heading
    survey: Survey
    terms: Terms
    phase: Phase = Phase.REHEARSING
    done: int = 0
    counts: Counter[Became] = field(default_factory=Counter)
    shown: list[Outcome] = field(default_factory=list)
    """What the page shows: rejected rows first."""
    why: str = ""
    """Why it stopped."""

    @property
    def busy(self) -> bool:
        """Rows are being gone through."""
        return self.phase in (Phase.REHEARSING, Phase.ENTERING)

    def as_of_now(self) -> "Import":
        """A copy that stays as it is while the thread goes on; its phase is read first, for it changes last."""
        return replace(self, phase=self.phase, counts=Counter(self.counts), shown=list(self.shown))

    @property
    def rejected(self) -> Path | None:
        """The file of the rows that came back."""
        path = self.folder / "patients.rejected.csv"
        return path if path.exists() else None


class Imports:
    """The imports under way on one server."""

    def __init__(self) -> None:
        self._found: dict[str, Import] = {}
        self._lock = Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="asps-import-"))
        finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def begin(
        self, ledger: Ledger, content: bytes, account: str, terms: Terms, *, encoding: Encoding | None,
        ignore: Iterable[str],
    ) -> Import:  # fmt: skip
        """Takes a file in and begins to rehearse it. Raises Invalid where it is no sheet."""
        self._clear(terms.now)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            path = folder / "patients.csv"
            path.write_bytes(content)
            sheet = open_sheet(path, lambda cell: named(cell) is not None, encoding)
            known = heading(sheet.header, tuple(ignore), reason=bool(terms.reason))
            made = Import(
                token=secrets.token_urlsafe(16), account=account, at=terms.now, folder=folder, sheet=sheet,
                heading=known, survey=survey(sheet, known), terms=terms,
            )  # fmt: skip
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._found[made.token] = made
        self._run(ledger, made)
        self._expire_later(made)
        return made

    def get(self, token: str, account: str) -> Import:
        """An import of one's own. Raises NotFound."""
        found = self._found.get(token)
        if found is None or found.account != account:
            raise NotFound("import", "at this address", "it may be over: upload the file again")
        return found

    def enter(self, ledger: Ledger, found: Import, terms: Terms) -> None:
        """Enters what was rehearsed; pressing twice does it once."""
        with self._lock:
            if found.phase is not Phase.REHEARSED:
                return
            found.phase, found.terms = Phase.ENTERING, terms
        self._run(ledger, found)

    def forget(self, found: Import) -> None:
        """Deletes the file and all that came of it; what was entered stays."""
        with self._lock:
            self._found.pop(found.token, None)
        shutil.rmtree(found.folder, ignore_errors=True)

    def _expire_later(self, found: Import) -> None:
        timer = Timer(KEPT.total_seconds(), self._expire, (found,))
        timer.daemon = True
        timer.start()

    def _expire(self, found: Import) -> None:
        """At the end of its time; an import under way goes on."""
        if found.busy:
            self._expire_later(found)
        else:
            self.forget(found)

    def _clear(self, now: datetime) -> None:
        old = sorted((f for f in self._found.values() if not f.busy), key=lambda f: f.at)
        for found in [f for f in old if now - f.at > KEPT] or old[: max(0, len(old) - MOST_AT_ONCE + 1)]:
            self.forget(found)

    def _run(self, ledger: Ledger, found: Import) -> None:
        Thread(target=_gone_through, args=(ledger, found), name="import", daemon=True).start()


def _gone_through(ledger: Ledger, found: Import) -> None:
    """Goes through all rows; whatever happens, the page learns of it."""
    entering = found.phase is Phase.ENTERING
    found.done, found.counts, found.shown = 0, Counter(), []
    taking = Taking(ledger, found.sheet, found.heading, found.survey, found.terms)
    try:
        with Rejects(found.sheet.path, found.sheet.header, found.sheet.delimiter) as rejects:
            for outcome in taking.enter() if entering else taking.rehearse():
                _note(found, outcome, rejects)
                if found.done % BATCH == 0:
                    sleep(BREATH)
        found.phase = Phase.ENTERED if entering else Phase.REHEARSED
    except Exception as error:
        found.why = str(error) if isinstance(error, AspsError) else "something went wrong on our side"
        found.phase = Phase.STOPPED
        log.error("import stopped: %s", type(error).__name__)


def _note(found: Import, outcome: Outcome, rejects: Rejects) -> None:
    found.done += 1
    found.counts[outcome.became] += 1
    rejected = outcome.became is Became.REJECTED
    if rejected:
        rejects.add(outcome.row.number, outcome.row.cells, "; ".join(outcome.because))
    if len(found.shown) < MOST_SHOWN or rejected:
        found.shown.append(outcome)
        found.shown.sort(key=lambda one: (one.became is not Became.REJECTED, one.row.number))
        del found.shown[MOST_SHOWN:]
