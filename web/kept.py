"""What takes long to work out and may be a little old: kept while nothing changes, and the longer the dearer it was.

In a small clinic it is as good as fresh. In a large one, where it takes seconds and something changes every minute, it
is some minutes old, and nobody can keep the server busy by asking again and again.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from web import pulse
from web.desk import Desk

T = TypeVar("T")
PATIENCE: Final = 50
"""It is worked out anew when it is so many times as old as it took."""


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    value: T
    key: Hashable
    beats: int
    at: float
    took: float


class Kept(Generic[T]):
    """One thing per record. `key`: what it depends on beside the record's entries, such as the day."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._made: WeakKeyDictionary[Engine, _Made[T]] = WeakKeyDictionary()
        self._lock, self._clock = Lock(), clock

    def get(self, desk: Desk, key: Hashable, make: Callable[[], T]) -> T:
        """The thing, made anew where that is due. Who asks while it is being made waits for it."""
        with self._lock:
            made, beats = self._made.get(desk.engine), pulse.beats(desk)
            if made is None or made.key != key or (made.beats != beats and self._is_old(made)):
                made = self._made[desk.engine] = self._new(key, beats, make)
            return made.value

    def _is_old(self, made: _Made[T]) -> bool:
        return self._clock() - made.at > PATIENCE * made.took

    def _new(self, key: Hashable, beats: int, make: Callable[[], T]) -> _Made[T]:
        began = self._clock()
        value = make()
        return _Made(value, key, beats, self._clock(), self._clock() - began)
