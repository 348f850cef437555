"""Once a day: is everything still there that was there yesterday, a verified copy, and the heads of all streams."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from scheduler.tick import beat
from storage import anchor
from storage.anchor import NIGHTLY
from storage.backup import KEPT, backup
from storage.ledger import Ledger
from workflow.errors import AspsError

ANCHORS = "anchor-????????.txt"


def nightly(ledger: Ledger, folder: Path, now: datetime, say: Callable[[str], None]) -> bool:
    """Does it with the first look after midnight at the site, or after any downtime; whether it was due.

    Raises AspsError where something is missing that yesterday's anchor knows, or a copy does not verify: then nothing
    older is removed, and the next look tries again.
    """
    engine, today = ledger.engine, ledger.site().today(now)
    with engine.connect() as connection:
        last = anchor.nightly(connection)
    if last and ledger.site().today(last.at) == today:
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _compare(engine, folder)
    copied = f"copied to {backup(engine, folder, now).name}; " if engine.dialect.name == "sqlite" else ""
    made = anchor.write(engine, folder / f"anchor-{today:%Y%m%d}.txt", now)
    for old in sorted(folder.glob(ANCHORS))[:-KEPT]:
        old.unlink(missing_ok=True)
    beat(engine, NIGHTLY, now, made.said)
    say(f"nightly: {copied}{made.said}")
    return True


def _compare(engine: Engine, folder: Path) -> None:
    """Whether the latest anchor still holds."""
    for file in sorted(folder.glob(ANCHORS))[-1:]:
        for wrong in anchor.against(engine, file):
            raise AspsError(
                f"the record lacks what {file} knows: {wrong}; keep both and find out why. "
                "Where a copy was restored on purpose, move the older anchor files away"
            )
