"""Where kept answers lie: what a store must do, and one in memory."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from connectors.domain.service import Service
from connectors.transport.identity import Identity
from connectors.transport.lifespan import Lifespan
from connectors.transport.snapshot import Snapshot
from connectors.transport.storing import Selecting

LIMIT = 64 * 2**20  # bytes, over all services
# What Python itself takes, measured with tracemalloc: for an entry with its key, and for each header of it.
_ENTRY = 1400
_HEADER = 160
_CONTENT = 3  # a byte of JSON, and what it becomes once it is decoded


@dataclass(frozen=True, slots=True)
class Entry:
    """One kept answer, and what decides whether it may be shown. Never changed: a newer one takes its place."""

    snapshot: Snapshot
    lifespan: Lifespan
    selecting: Selecting = ()

    def for_now(self) -> "Entry":
        """The same, to be shown once and kept by nobody."""
        over = replace(self.lifespan, lifetime=self.lifespan.age, stale=0.0, ours_alone=True)
        return replace(self, lifespan=over)

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        headers = sum(len(name) + len(value) + _HEADER for name, value in self.snapshot.headers)
        return _ENTRY + headers + _CONTENT * len(self.snapshot.content)


class CacheStore(Protocol):
    """Keeps entries by identity, for all services and credentials; may forget any at any time.

    A failure of the store is a miss, never an error: what it cannot reach, it does not have.
    """

    async def get(self, key: Identity) -> Entry | None:
        """The entry that was put last, or None."""

    async def put(self, key: Identity, entry: Entry) -> None:
        """Keeps `entry` in the place of any other of this key."""

    async def delete(self, key: Identity) -> None:
        """Forgets this key."""

    async def evict(self, service: Service, matches: Callable[[Identity], bool]) -> None:
        """Forgets what matches among the entries of one service."""


class MemoryStore:
    """A `CacheStore` of `limit` bytes in this process. What was longest not asked for goes first."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.used = 0  # bytes
        self._limit = limit
        self._entries: OrderedDict[Identity, Entry] = OrderedDict()
        self._by_service: dict[Service, set[Identity]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __bool__(self) -> bool:
        """Whether there is a store: also while nothing is in it."""
        return True

    async def get(self, key: Identity) -> Entry | None:
        """The entry, which goes last from now on."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    async def put(self, key: Identity, entry: Entry) -> None:
        """Keeps it, unless it is larger than the whole store."""
        self._remove(key)
        if entry.size > self._limit:
            return
        while self.used + entry.size > self._limit:
            self._remove(next(iter(self._entries)))
        self._entries[key] = entry
        self._by_service.setdefault(key.service, set()).add(key)
        self.used += entry.size

    async def delete(self, key: Identity) -> None:
        """Forgets this key."""
        self._remove(key)

    async def evict(self, service: Service, matches: Callable[[Identity], bool]) -> None:
        """Looks at the keys of this service alone."""
        for key in [key for key in self._by_service.get(service, ()) if matches(key)]:
            self._remove(key)

    def _remove(self, key: Identity) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.used -= entry.size
            self._by_service[key.service].discard(key)
