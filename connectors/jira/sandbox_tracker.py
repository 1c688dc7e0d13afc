"""The issues of the imitated Jira: made up from their place in time, or opened since."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import takewhile
from random import Random

from connectors.jira.sandbox_jql import Terms
from connectors.jira.sandbox_texts import report
from connectors.jira.sandbox_users import STAFF, User, Users
from connectors.seed.people import JIRA_ACCOUNT, People
from connectors.seed.timeline import Event, Timeline

Clock = Callable[[], float]

EACH = 4  # issues of one person at most
DAYS = 500
LIVES = timedelta(days=120)  # by then, an issue is done
LOOKED_THROUGH = 5000  # the newest issues, for words

_FIRST_ID = 10_000
_LONGEST = 18  # digits of an id; more would not fit 64 bits
_KEY = re.compile(r"([A-Z][A-Z0-9]*)-([1-9][0-9]{0,9})")


@dataclass(frozen=True, slots=True)
class Project:
    """A project."""

    id: str
    key: str
    name: str


PROJECTS = (
    Project("10000", "OPS", "Operations"),
    Project("10001", "WEB", "Website"),
    Project("10002", "PAY", "Payments"),
    Project("10003", "DATA", "Data platform"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes of an issue; `description` is a document, accounts are named by id."""

    project: Project
    kind: str
    summary: str
    description: object
    labels: tuple[str, ...]
    reporter: str
    properties: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(Draft):
    """One issue. `text` is its description, without its form."""

    id: int
    number: int
    creator: str
    assignee: str | None
    status: str
    priority: str
    text: str
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> str:
        """What people call it."""
        return f"{self.project.key}-{self.number}"


class Tracker:
    """Issues, and the users that they name. Ids and keys count up in time, as Jira's do; empty slots leave gaps."""

    def __init__(self, people: People, clock: Clock) -> None:
        """`clock` tells the time at which new issues are opened, in Unix seconds."""
        self._people = people
        self._clock = clock
        self._timeline = Timeline(people, "jira issue", each=EACH, days=DAYS)
        self._made_up = people.count * EACH
        self._opened: list[Filed] = []
        self.users = Users(people)

    @property
    def now(self) -> datetime:
        """To the millisecond, and never before the latest of the made-up issues."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        return max(now.replace(microsecond=now.microsecond // 1000 * 1000), self._people.now)

    def find(self, name: str) -> Filed | None:
        """By id, or by key without regard to case."""
        key = _KEY.fullmatch(name.upper())
        if key:
            return self._keyed(key[1], int(key[2]))
        place = int(name) - _FIRST_ID if name.isascii() and name.isdecimal() and len(name) <= _LONGEST else 0
        return self._placed(place)

    def newest_first(self, terms: Terms, caller: User, before: int | None = None) -> Iterator[Filed]:
        """Those that fit, with ids below `before`; nothing is made up that lies outside of the time asked for."""
        most = self._made_up + len(self._opened) + _FIRST_ID + 1 if before is None else before
        yield from (one for one in reversed(self._opened) if one.id < most and _fits(one, terms, caller))
        yield from self._made_up_newest_first(terms, caller, most)

    def open(self, draft: Draft, caller: User, text: str) -> Filed:
        """An issue from now on, which every search has at once; at Jira, searches take some seconds."""
        place, now = self._made_up + len(self._opened) + 1, self.now
        number = self._made_up // len(PROJECTS) + 2 + sum(one.project == draft.project for one in self._opened)
        filed = Filed(
            **{field.name: getattr(draft, field.name) for field in fields(draft)},
            id=_FIRST_ID + place,
            number=number,
            creator=caller.account_id,
            assignee=None,
            status="To Do",
            priority="Medium",
            text=text,
            created_at=now,
            updated_at=now,
        )
        self._opened.append(filed)
        return filed

    def _keyed(self, project: str, number: int) -> Filed | None:
        opened = next((one for one in self._opened if (one.project.key, one.number) == (project, number)), None)
        places = {one.key: place for place, one in enumerate(PROJECTS)}
        if opened or project not in places:
            return opened
        place = (number - 1) * len(PROJECTS) + places[project] + 1
        return self._placed(place) if place <= self._made_up else None

    def _placed(self, place: int) -> Filed | None:
        if place > self._made_up:
            beyond = place - self._made_up - 1
            return self._opened[beyond] if beyond < len(self._opened) else None
        event = self._timeline.find(self._made_up - place) if place > 0 else None
        return self._filed(event) if event else None

    def _made_up_newest_first(self, terms: Terms, caller: User, before: int) -> Iterator[Filed]:
        if terms.by_caller:
            return  # what is made up, customers have opened themselves
        since, until = self._span(terms)
        first = self._made_up - (before - _FIRST_ID) + 1  # the first slot with an id below `before`
        events = self._timeline.events(self._slots(terms, until, first))
        for event in takewhile(lambda event: event.at >= since, events):
            if event.at <= until and _fits(filed := self._filed(event), terms, caller):
                yield filed

    def _slots(self, terms: Terms, until: datetime, first: int) -> Iterable[int]:
        if terms.reporters is None:
            slots = self._timeline.slots(None, until)
            end = bisect_left(slots, LOOKED_THROUGH) if terms.words else len(slots)
            return slots[bisect_left(slots, first) : end]
        people = (self._people.by_code(JIRA_ACCOUNT, account) for account in terms.reporters)
        theirs = (self._timeline.slots(person, until) for person in people if person)
        return merge(*(slots[bisect_left(slots, first) :] for slots in theirs))

    def _span(self, terms: Terms) -> tuple[datetime, datetime]:
        """What is open is not old."""
        since = max(terms.since, self._people.now - LIVES) if terms.done is False else terms.since
        return since, min(terms.until, self._people.now)

    def _filed(self, event: Event) -> Filed:
        draw = event.draw()
        told = report(event.person, draw)
        age = self._people.now - event.at
        status = _status(draw, age)
        place = self._made_up - event.number
        reporter = JIRA_ACCOUNT.encode(event.person.number)
        touched = min(age, timedelta(days=20)) * draw.random()
        return Filed(
            id=_FIRST_ID + place,
            number=(place - 1) // len(PROJECTS) + 1,
            project=PROJECTS[(place - 1) % len(PROJECTS)],
            kind=told.kind,
            summary=told.summary,
            description=_document(told.text),
            labels=told.labels,
            reporter=reporter,
            creator=reporter,
            assignee=None if status == "To Do" and draw.randrange(3) else draw.choice(STAFF).account_id,
            status=status,
            priority=draw.choices(("Highest", "High", "Medium", "Low"), (1, 3, 8, 3))[0],
            text=told.text,
            created_at=event.at,
            updated_at=(event.at + touched).replace(microsecond=draw.randrange(1000) * 1000),
        )


def _status(draw: Random, age: timedelta) -> str:
    if draw.random() < age / LIVES:
        return "Done"
    return draw.choices(("To Do", "In Progress", "In Review"), (5, 3, 1))[0]


def _document(text: str) -> object:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def _fits(filed: Filed, terms: Terms, caller: User) -> bool:
    text = f"{filed.summary} {filed.text}".casefold()
    return (
        (terms.reporters is None or filed.reporter in terms.reporters)
        and (terms.projects is None or filed.project.key in terms.projects)
        and (not terms.by_caller or filed.creator == caller.account_id)
        and terms.done in (None, filed.status == "Done")
        and terms.since <= filed.created_at <= terms.until
        and all(word in text for word in terms.words)
    )
