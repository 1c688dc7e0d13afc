"""The inbox of the imitated Intercom: conversations made up from their place in time, or begun since."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from random import Random

from connectors.intercom.sandbox_people import ADMINS, Contact, Contacts
from connectors.intercom.sandbox_texts import html, opening
from connectors.seed.people import People
from connectors.seed.timeline import Event, Timeline

Clock = Callable[[], float]

EACH = 5  # conversations of one person at most
DAYS = 420
FIRST_ID = 215_470_000_000_000
_SOURCES = ("conversation", "conversation", "conversation", "email", "whatsapp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One conversation. Times are Unix seconds, `body` is HTML, `assignee` an admin's id."""

    id: int
    contact: Contact
    source: str
    title: str | None
    subject: str
    body: str
    state: str
    read: bool
    priority: bool
    assignee: int | None
    created_at: int
    updated_at: int
    snoozed_until: int | None


class Inbox:
    """Conversations and the contacts who take part. Ids count up in time; empty slots leave gaps."""

    def __init__(self, people: People, clock: Clock) -> None:
        """`clock` (Unix seconds) dates what is new."""
        self._people = people
        self._clock = clock
        self._timeline = Timeline(people, "conversation", each=EACH, days=DAYS)
        self._made_up = people.count * EACH
        self._begun: list[Talk] = []
        self.contacts = Contacts(people)

    @property
    def now(self) -> int:
        """To the second, and never before the latest of the made-up conversations."""
        return max(int(self._clock()), int(self._people.now.timestamp()))

    @property
    def slots(self) -> int:
        """How many there may be, at most."""
        return self._made_up + len(self._begun)

    def find(self, id: int) -> Talk | None:
        """The conversation with this id."""
        number = id - FIRST_ID
        if number > self._made_up:
            return self._begun[number - self._made_up - 1] if number <= self.slots else None
        event = self._timeline.find(self._made_up - number) if number > 0 else None
        return self._talk(event) if event else None

    def newest_first(self, contacts: frozenset[str] | None, until: int) -> Iterator[Talk | None]:
        """Those of these contacts, or everybody's, begun at `until` or before, and None for each empty slot.

        Nothing is made up that lies outside of the time asked for.
        """
        for talk in reversed(self._begun):
            if talk.created_at <= until and (contacts is None or talk.contact.id in contacts):
                yield talk
        before = datetime.fromtimestamp(max(0, min(until, self.now)), UTC)
        for slot in self._slots(contacts, before):
            event = self._timeline.find(slot)
            found = self._talk(event) if event else None
            yield found if found and found.created_at <= until else None

    def begin(self, contact: Contact, body: str) -> Talk:
        """A conversation from now on, which every search has at once; at Intercom, searches take some seconds."""
        now = self.now
        talk = Talk(
            id=FIRST_ID + self.slots + 1,
            contact=contact,
            source="conversation",
            title=None,
            subject="",
            body=html(tuple(re.split(r"\n{2,}", body.strip()))),
            state="open",
            read=False,
            priority=False,
            assignee=None,
            created_at=now,
            updated_at=now,
            snoozed_until=None,
        )
        self._begun.append(talk)
        return talk

    def _slots(self, contacts: frozenset[str] | None, before: datetime) -> Iterable[int]:
        if contacts is None:
            return self._timeline.slots(None, before)
        people = (self.contacts.person(id) for id in contacts)
        return merge(*(self._timeline.slots(person, before) for person in people if person))

    def _talk(self, event: Event) -> Talk:
        draw = event.draw()
        said = opening(event.person, draw)
        source = draw.choice(_SOURCES)
        created, age = int(event.at.timestamp()), self._people.now - event.at
        state = _state(draw, age)
        touched = int(min(age, timedelta(days=6)).total_seconds() * draw.random())
        unassigned = state == "open" and draw.randrange(3) == 0
        return Talk(
            id=FIRST_ID + self._made_up - event.number,
            contact=self.contacts.of(event.person),
            source=source,
            title=said.title if draw.randrange(4) == 0 else None,
            subject=said.title if source == "email" else "",
            body=html(said.text),
            state=state,
            read=state != "open" or not unassigned,
            priority=draw.randrange(6) == 0,
            assignee=None if unassigned else draw.choice(ADMINS).id,
            created_at=created,
            updated_at=created + touched,
            snoozed_until=self._snoozed(draw) if state == "snoozed" else None,
        )

    def _snoozed(self, draw: Random) -> int:
        return int(self._people.now.timestamp()) + 3600 * draw.randrange(6, 90)


def _state(draw: Random, age: timedelta) -> str:
    if age < timedelta(days=4):
        return draw.choices(("open", "snoozed", "closed"), (60, 15, 25))[0]
    return draw.choices(("open", "snoozed", "closed"), (5, 3, 92))[0]
