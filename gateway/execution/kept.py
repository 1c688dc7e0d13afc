"""Answers of whole queries, kept for a moment where every part of them may be.

Most operations read something that may not be shown again, and are never kept. What is kept says so: how its parts were
had is told by its owner anew, and its age goes on.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from cachetools import LRUCache

from gateway.execution.operation import Answer, Fresh, Freshness

LONGEST = 10.0  # seconds
BYTES = 16_000_000
_ENTRY = 1_000  # bytes that a key and its entry take, about

Retold = Callable[[Mapping[str, Any], float], Mapping[str, Any]]
Written = Callable[[bytes, Mapping[str, Any]], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """`data` is JSON; `until` is when it may not be shown any more, on the clock of `Kept`."""

    data: bytes
    extensions: Mapping[str, Any]
    freshness: Fresh
    since: float
    until: float


class Kept:
    """The answers of the latest queries that may be kept, in so many bytes."""

    def __init__(self, limit: int = BYTES, *, longest: float = LONGEST, clock: Callable[[], float] = monotonic) -> None:
        self._entries: LRUCache[Hashable, Entry] = LRUCache(limit, getsizeof=_size)
        self._limit = limit
        self._longest = longest
        self._clock = clock

    @staticmethod
    def may_keep(freshness: Fresh) -> bool:
        """Whether an answer is fresh for any time at all."""
        return freshness.max_age > freshness.age

    def put(self, key: Hashable, data: bytes, extensions: Mapping[str, Any], freshness: Fresh) -> None:
        """Keeps an answer that may be kept for as long as it is fresh, `LONGEST` at most."""
        lasts = min(freshness.max_age - freshness.age, self._longest)
        now = self._clock()
        entry = Entry(data, extensions, freshness, now, now + lasts)
        if lasts > 0 and _size(entry) <= self._limit:
            self._entries[key] = entry

    def get(self, key: Hashable, retold: Retold, written: Written) -> Answer | None:
        """One that is fresh still: its extensions are `retold` so many seconds later, and `written` with its data."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        now = self._clock()
        if now >= entry.until:
            del self._entries[key]
            return None
        seconds = now - entry.since
        age = entry.freshness.age + int(seconds)
        freshness = Freshness(entry.freshness.max_age, age, entry.freshness.private)
        return Answer(written(entry.data, retold(entry.extensions, seconds)), freshness=freshness)


def _size(entry: Entry) -> int:
    return _ENTRY + len(entry.data)
