"""Text search over everything that can be looked for."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from connectors.domain.answers import Answers
from connectors.domain.code import Repository
from connectors.domain.crm import Contact
from connectors.domain.customers import Customer, CustomerField, CustomerFilter, CustomerOrder, CustomersAsked, Keyset
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Position, position
from connectors.domain.search import Match, Search, SearchKind, Stretch, TextAsked, Turn
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.sources import Sources

REACH = 1000  # matches of a source, but for those that go on by time: no further do GitHub and Zendesk show any
BEHIND = REACH  # matches between where a source can be asked to begin and a place: commonly a page of its service


class Source(NamedTuple):
    """Who is asked, and for what."""

    kind: SearchKind
    service: Service


class Place(NamedTuple):
    """How many of a source's matches were shown, and which was the last of them; `ended` where there are no more.

    A list that is newest first goes on after a position, which is `at` and `last`. Any other one begins at `start`, as
    its source spells that, or at the best match, and `passed` matches follow until the place: there `last` is a mark,
    by which the last one that was shown is known again.
    """

    shown: int = 0
    last: str = ""
    at: datetime | None = None
    ended: bool = False
    start: str = ""
    passed: int = 0

    @property
    def position(self) -> Position | None:
        """Where a list goes on that is newest first."""
        return Position(self.at, self.last) if self.at else None

    def left(self, found: Sequence[Match]) -> int:
        """The number of the match that follows, in what was found from `start` on: it goes on after the last one."""
        if not self.last:
            return 0
        there = next((number for number, one in enumerate(found) if _mark(one) == self.last), None)
        if there is not None:
            return there + 1
        # Not reached yet, or gone: then what came after it has moved up by one.
        return self.passed if len(found) < self.passed else max(self.passed - 1, 0)


ENDED = Place(ended=True)


@dataclass(frozen=True, slots=True)
class Sought:
    """The `first` matches of a text that follow a place."""

    source: Source
    text: str
    first: int
    place: Place


@dataclass(frozen=True, slots=True)
class Matches:
    """What a source has found, in its own order, with the place after each; and whether there is more.

    `onward`: where it goes on, if nothing of it was to be seen.
    """

    items: tuple[Match, ...]
    places: tuple[Place, ...]
    more: bool
    onward: Place = ENDED


class _Searched(NamedTuple):
    """How a source is asked."""

    search: Search[Match]
    newest_first: bool = False

    def asked(self, one: Sought) -> TextAsked:
        """From the nearest place before it that the source can begin at."""
        if self.newest_first:
            return TextAsked(one.text, one.first, one.place.position)
        return TextAsked(one.text, one.place.passed + self._most(one), start=one.place.start)

    def matches(self, one: Sought, answer: Stretch[Match]) -> Matches:
        """What of an answer follows the place."""
        begin = 0 if self.newest_first else one.place.left(answer.items)
        items = answer.items[begin : begin + self._most(one)]
        numbered = enumerate(items, 1)
        places = tuple(self._place(answer, begin + count, one.place.shown + count, item) for count, item in numbered)
        within = self.newest_first or one.place.shown + len(items) < REACH
        more = within and (answer.more or begin + len(items) < len(answer.items))
        return Matches(items, places, more, self._onward(answer, one.place, begin) if more else ENDED)

    def _most(self, one: Sought) -> int:
        return one.first if self.newest_first else min(one.first, max(REACH - one.place.shown, 0))

    def _place(self, answer: Stretch[Match], count: int, shown: int, match: Match) -> Place:
        """Behind a match, which is the last of the first `count` that were found.

        It is read again where starts count matches, so that it tells where they stand by now.
        """
        if not self.newest_first or isinstance(match, Customer | Contact | Repository):
            begun = _before(answer, count if answer.fixed else count - 1)
            return Place(shown, _mark(match), start=begun.start, passed=count - begun.number)
        at, key = position(match)
        return Place(shown, key, at)

    def _onward(self, answer: Stretch[Match], place: Place, begin: int) -> Place:
        """Where nothing is shown: at the match with the number `begin`, which may not have been reached."""
        if not self.newest_first:
            begun = _before(answer, len(answer.items))
            return place._replace(start=begun.start, passed=max(begin - begun.number, 0))
        at, key = answer.horizon or (place.at, place.last)
        return place._replace(at=at, last=key)


def searched(sources: Sources, kinds: Iterable[SearchKind]) -> list[Source]:
    """All that can be looked for of these kinds: kind by kind, the services in the order of the registry."""
    wanted, order = set(kinds), list(SearchKind)
    return sorted((one for one in _searches(sources) if one.kind in wanted), key=lambda one: order.index(one.kind))


async def matches(sources: Sources, sought: Sequence[Sought]) -> list[Matches | ConnectorError]:
    """Asks every source, side by side, for what follows in its own order.

    Of the same text a source is asked once, as deep as the deepest needs.
    """
    searches = _searches(sources)
    asked = {one: searches[one.source].asked(one) for one in sought}
    deepest = _deepest(asked)
    by_source: dict[Source, dict[TextAsked, None]] = {}
    for one in sought:
        by_source.setdefault(one.source, {})[deepest[one]] = None
    answers = await asyncio.gather(*(searches[source].search(list(texts)) for source, texts in by_source.items()))
    found = dict(zip(by_source, answers, strict=True))
    return [_settled(searches[one.source], one, found[one.source][deepest[one]]) for one in sought]


def _searches(sources: Sources) -> dict[Source, _Searched]:
    async def customers(asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Customer]]:
        return await fan_out(asked, lambda one: _customers(sources, one))

    found = {Source(SearchKind.CUSTOMER, Service.STORE): _Searched(customers)}
    for service, some in sources.searches.items():
        found |= {Source(kind, service): _Searched(search, some.newest_first) for kind, search in some}
    return found


async def _customers(sources: Sources, asked: TextAsked) -> Stretch[Customer]:
    """Those of whom every word begins a word of their name, email, company or tags, by name: from any of them on."""
    if asked.first < 1:
        return Stretch()
    id, _, name = asked.start.partition(" ")
    page = await sources.customers.page(
        CustomersAsked(
            size=asked.first,
            after=Keyset(name, id) if asked.start else None,
            filter=CustomerFilter(text=asked.text),
            order=CustomerOrder(CustomerField.NAME),
        )
    )
    turns = (Turn(number, f"{one.id} {one.name}") for number, one in enumerate(page.items, 1))
    return Stretch(page.items, page.has_next, (Turn(0, asked.start), *turns), fixed=True)


def _deepest(asked: Mapping[Sought, TextAsked]) -> dict[Sought, TextAsked]:
    widest: dict[tuple[Source, TextAsked], TextAsked] = {}
    for one, text in asked.items():
        known = widest.setdefault((one.source, replace(text, first=0)), text)
        if known.first < text.first:
            widest[one.source, replace(text, first=0)] = text
    return {one: widest[one.source, replace(text, first=0)] for one, text in asked.items()}


def _settled(searched: _Searched, one: Sought, answer: Stretch[Match] | ConnectorError) -> Matches | ConnectorError:
    return answer if isinstance(answer, ConnectorError) else searched.matches(one, answer)


def _before(answer: Stretch[Match], number: int) -> Turn:
    """Where its source can begin to show the match with this number."""
    return answer.turns[bisect_right(answer.turns, number, key=lambda turn: turn.number) - 1]


def _mark(match: Match) -> str:
    """By which it is known again, in a list of one source."""
    id = match.id if isinstance(match, Customer) else match.external_id
    return blake2b(id.encode(), digest_size=6).hexdigest()
