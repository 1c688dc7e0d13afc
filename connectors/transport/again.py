"""For how long this process may show an operation's answer again, by the rules by which it shows its parts again.

Others are told by `freshness.py`, which is stricter: it leaves out what is kept against its service's word, what may be
shown while a new one is fetched, and our own records, of whose changes only we are told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from connectors.domain.service import Service

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Again:
    """Of an operation's answer, in seconds from now.

    `fresh`: by service, until what it said is stale; 0 or less where it is. `shown`: until the first part may not be
    shown any more, though a new one is fetched meanwhile. `records`: only while our own records stay as they are.
    """

    fresh: Mapping[Service, float]
    shown: float
    records: bool


class Repeatable:
    """The moments of all that one operation has read, as it comes."""

    def __init__(self, clock: Clock) -> None:
        """`clock` counts seconds, from whenever."""
        self._clock = clock
        self._fresh: dict[Service, float] = {}  # when the first part of a service goes stale
        self._shown = inf
        self.told = 0
        self.records = 0

    def lasts(self, service: Service, fresh: float, stale: float) -> None:
        """What was read of `service` is fresh for so many seconds, and may then be shown stale for so many more."""
        now = self._clock()
        self.told += 1
        self._fresh[service] = min(self._fresh.get(service, inf), now + fresh)
        self._shown = min(self._shown, now + fresh + stale)

    def recorded(self) -> None:
        """Something was read of our own records."""
        self.records += 1

    def again(self) -> Again:
        """As of now."""
        now = self._clock()
        fresh = {service: moment - now for service, moment in self._fresh.items()}
        return Again(fresh, self._shown - now, self.records > 0)
