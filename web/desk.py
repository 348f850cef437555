"""What one server works with. Made once, at the start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from storage.keys import key
from storage.ledger import Ledger
from storage.queries import Reader
from web.handles import Handles
from workflow.pathway import Pathway


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The record, its reader, and how the pages are served."""

    ledger: Ledger
    clock: Callable[[], datetime]
    secure: bool = True
    """Browsers reach it through https; False only on the machine itself, as in the demo."""
    demo: bool = False
    hosts: tuple[str, ...] = ("*",)
    """The names under which it may be asked for."""
    reader: Reader = field(init=False)
    handles: Handles = field(init=False)
    form_key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        engine = self.ledger.engine
        object.__setattr__(self, "reader", Reader(engine, self.ledger.pathway))
        object.__setattr__(self, "handles", Handles(key(engine, "handles")))
        object.__setattr__(self, "form_key", key(engine, "forms"))

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.ledger.engine

    @property
    def pathway(self) -> Pathway:
        """The rules in force."""
        return self.ledger.pathway
