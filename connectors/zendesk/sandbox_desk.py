"""The tickets of the imitated help desk: made up from their place in time, or opened since."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice, takewhile
from random import Random

from connectors.seed.people import ZENDESK_USER, People
from connectors.seed.timeline import Event, Timeline
from connectors.zendesk.sandbox_query import Terms
from connectors.zendesk.sandbox_texts import plea
from connectors.zendesk.sandbox_users import AGENTS, Users

Clock = Callable[[], float]

EACH = 6  # tickets of one person at most
DAYS = 400
LOOKED_THROUGH = 4000  # tickets that a search for words goes back
FRESH = timedelta(days=28)  # a solved ticket is closed after four weeks, and by then somebody has looked at a new one

_CHANNELS = ("email", "web", "api", "native_messaging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes of a ticket; users are named by id."""

    requester: int
    subject: str
    text: str
    kind: str | None
    status: str
    priority: str | None
    assignee: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(Draft):
    """One ticket."""

    id: int
    created_at: datetime
    updated_at: datetime
    channel: str


class Desk:
    """Tickets, and the users that they name. Ids count up in time, as Zendesk's do; empty slots leave gaps."""

    def __init__(self, people: People, clock: Clock) -> None:
        """`clock` tells the time at which new tickets are opened, in Unix seconds."""
        self._people = people
        self._clock = clock
        self._timeline = Timeline(people, "ticket", each=EACH, days=DAYS)
        self._made_up = people.count * EACH
        self._opened: list[Filed] = []
        self.users = Users(people)

    @property
    def now(self) -> datetime:
        """To the second, and never before the latest of the made-up tickets."""
        return max(datetime.fromtimestamp(int(self._clock()), UTC), self._people.now)

    def find(self, id: int) -> Filed | None:
        """The ticket with this id."""
        if id > self._made_up:
            return self._opened[id - self._made_up - 1] if id <= self._made_up + len(self._opened) else None
        event = self._timeline.find(self._made_up - id) if id > 0 else None
        return self._filed(event) if event else None

    def newest_first(self, terms: Terms) -> Iterator[Filed]:
        """Those that fit; nothing is made up that lies outside of the time asked for."""
        yield from (one for one in reversed(self._opened) if _fits(one, terms))
        since, until = self._span(terms)
        events = self._timeline.events(self._slots(terms, until))
        if terms.words and terms.requesters is None:
            events = islice(events, LOOKED_THROUGH)
        for event in takewhile(lambda event: event.at >= since, events):
            if event.at <= until and _fits(filed := self._filed(event), terms):
                yield filed

    def best_first(self, terms: Terms) -> Iterator[Filed]:
        """Those that fit, those first whose subject has the most of the words; the newer ones before the older."""
        yield from sorted(
            self.newest_first(terms), key=lambda one: -sum(word in one.subject.lower() for word in terms.words)
        )

    def oldest_first(self, after: int) -> Iterator[Filed]:
        """Everything with an id beyond `after`."""
        slots = range(self._made_up - max(after, 0) - 1, -1, -1)
        yield from map(self._filed, self._timeline.events(slots))
        yield from self._opened[max(0, after - self._made_up) :]

    def begins(self, terms: Terms) -> datetime:
        """When the oldest that fits may have been opened."""
        return max(self._span(terms)[0], self._people.now - timedelta(days=DAYS))

    def open(self, draft: Draft) -> Filed:
        """A ticket from now on, which every list and search has at once; at Zendesk, searches take some minutes."""
        id, now = self._made_up + len(self._opened) + 1, self.now
        filed = Filed(**asdict(draft), id=id, created_at=now, updated_at=now, channel="api")
        self._opened.append(filed)
        return filed

    def _slots(self, terms: Terms, until: datetime) -> Iterable[int]:
        if terms.requesters is None:
            return self._timeline.slots(None, until)
        people = (self._people.by_code(ZENDESK_USER, str(id)) for id in terms.requesters)
        return merge(*(self._timeline.slots(person, until) for person in people if person))

    def _span(self, terms: Terms) -> tuple[datetime, datetime]:
        """Some states are those of fresh tickets alone, some those of old ones."""
        edge = self._people.now - FRESH
        since = max(terms.since, edge) if terms.statuses <= {"new", "solved"} else terms.since
        until = min(terms.until, edge) if terms.statuses <= {"closed"} else terms.until
        return since, min(until, self._people.now)

    def _filed(self, event: Event) -> Filed:
        draw = event.draw()
        asked = plea(event.person, draw)
        age = self._people.now - event.at
        status = _status(draw, age)
        touched = timedelta(0) if status == "new" else min(age, timedelta(days=9)) * draw.random()
        unassigned = status == "new" or draw.randrange(9) == 0
        return Filed(
            id=self._made_up - event.number,
            requester=int(ZENDESK_USER.encode(event.person.number)),
            created_at=event.at,
            updated_at=(event.at + touched).replace(microsecond=0),
            subject=asked.subject,
            text=asked.text,
            kind=asked.kind,
            status=status,
            priority=draw.choices((None, "low", "normal", "high", "urgent"), (18, 17, 40, 18, 7))[0],
            assignee=None if unassigned else draw.choice(AGENTS).id,
            tags=(asked.topic,),
            channel=draw.choice(_CHANNELS),
        )


def _fits(filed: Filed, terms: Terms) -> bool:
    wanted = terms.requesters is None or filed.requester in terms.requesters
    inside = terms.since <= filed.created_at <= terms.until
    return wanted and inside and filed.status in terms.statuses and _has_words(filed, terms)


def _has_words(filed: Filed, terms: Terms) -> bool:
    said = f"{filed.subject} {filed.text}".lower() if terms.words else ""
    return all(word in said for word in terms.words)


def _status(draw: Random, age: timedelta) -> str:
    if age < timedelta(days=3):
        return draw.choices(("new", "open", "pending", "hold", "solved"), (30, 35, 15, 5, 15))[0]
    if age < FRESH:
        return draw.choices(("new", "open", "pending", "hold", "solved"), (2, 18, 15, 6, 59))[0]
    return draw.choices(("open", "pending", "hold", "closed"), (2, 2, 2, 94))[0]
