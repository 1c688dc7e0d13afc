"""Made-up events in time: listed for one person or for all, newest first, without making up the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from connectors.seed.codes import coprime
from connectors.seed.people import People, Person

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a person; `number` names it within its timeline, 0 being the latest."""

    number: int
    person: Person
    at: datetime
    kind: str

    def draw(self) -> Random:
        """Chance that falls the same way every time, for everything else that the event is made of."""
        return Random(f"{self.kind} {self.number}")  # noqa: S311 - made-up events, not secrets


class Timeline:
    """Up to `each` events of one kind for every person, spread over `days` days before now.

    Slots follow each other at even steps, each shifted by chance within its step. Slot n belongs to the person
    n · stride modulo their number, so that one person's list and everybody's are walked without making up the rest.
    One slot in `gap` stays empty, so that people differ.
    """

    def __init__(self, people: People, kind: str, *, each: int, days: int, gap: int = 4) -> None:
        self._people = people
        self._kind = kind
        self._each = each
        self._gap = gap
        self._step = timedelta(days=days) / max(1, people.count * each)
        self._stride = coprime(int(people.count * 0.618) or 1, max(1, people.count))

    def __getitem__(self, number: int) -> Event:
        """The event in one slot; IndexError where the slot is empty or there is none."""
        if not 0 <= number < self._people.count * self._each:
            raise IndexError(number)
        draw = Random(f"{self._kind} slot {number}")  # noqa: S311 - made-up events, not secrets
        if draw.randrange(self._gap) == 0:
            raise IndexError(number)
        at = self._people.now - self._step * (number + draw.random())
        return Event(
            number, self._people[number * self._stride % self._people.count], at.replace(microsecond=0), self._kind
        )

    def find(self, number: int | None) -> Event | None:
        """The event in one slot; None where the slot is empty or there is none."""
        try:
            return None if number is None else self[number]
        except IndexError:
            return None

    def slots(self, person: Person | None = None, before: datetime | None = None) -> range:
        """The slots of one person, or all, newest first, leaving out as many as can be told to lie after `before`."""
        every, first = (self._people.count, person.number * self._inverse % self._people.count) if person else (1, 0)
        # An event may lie up to a second before its slot, for its time is cut to the second.
        passed = 0 if before is None else int((self._people.now - before - _SECOND) / self._step) - 1
        start = first + max(0, -(-(passed - first) // every)) * every
        return range(start, self._people.count * self._each, every)

    def events(self, slots: Iterable[int]) -> Iterator[Event]:
        """The events in those of `slots` that are not empty, in their order."""
        return (event for slot in slots if (event := self.find(slot)))

    @cached_property
    def _inverse(self) -> int:
        return pow(self._stride, -1, self._people.count) if self._people.count > 1 else 0
