"""Text search over everything that can be looked for."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from connectors.domain.answers import Answers
from connectors.domain.code import Repository
from connectors.domain.crm import Contact
from connectors.domain.customers import Customer, CustomerField, CustomerFilter, CustomerOrder, CustomersAsked
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Position, position
from connectors.domain.search import Match, Search, SearchKind, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.sources import Sources

REACH = 1000  # matches of a source that ranks them: no further do GitHub and Zendesk show any


class Source(NamedTuple):
    """Who is asked, and for what."""

    kind: SearchKind
    service: Service


class Place(NamedTuple):
    """How many of a source's matches were shown, and which was the last of them; `ended` where there are no more.

    A dated list goes on after a position, which is `at` and `last`. Any other list begins at the best match whenever it
    is read: there `last` is a mark, by which the last one is known again.
    """

    shown: int = 0
    last: str = ""
    at: datetime | None = None
    ended: bool = False

    @property
    def position(self) -> Position | None:
        """Where a dated list goes on."""
        return Position(self.at, self.last) if self.at else None

    def left(self, found: Sequence[Match]) -> Sequence[Match]:
        """What follows in a list that begins anew: it goes on after the last one, wherever that stands by now."""
        if not self.shown:
            return found
        there = next((number for number, one in enumerate(found) if _mark(one) == self.last), None)
        # Where it is gone, what came after it has moved up by one.
        return found[self.shown - 1 if there is None else there + 1 :]


@dataclass(frozen=True, slots=True)
class Sought:
    """The `first` matches of a text that follow a place."""

    source: Source
    text: str
    first: int
    place: Place


@dataclass(frozen=True, slots=True)
class Matches:
    """What a source has found, in its own order, with the place after each; and whether there is more."""

    items: tuple[Match, ...]
    places: tuple[Place, ...]
    more: bool


class _Searched(NamedTuple):
    """How a source is asked."""

    search: Search[Match]
    newest_first: bool = False

    def asked(self, one: Sought) -> TextAsked:
        """One more than is wanted, to know whether there are more."""
        if self.newest_first:
            return TextAsked(one.text, one.first + 1, one.place.position)
        return TextAsked(one.text, min(one.place.shown + one.first + 1, REACH))

    def matches(self, one: Sought, answer: tuple[Match, ...]) -> Matches:
        """What of an answer follows the place."""
        asked = self.asked(one)
        found = answer[: asked.first]
        left = found if self.newest_first else one.place.left(found)
        more = len(left) > one.first or (len(found) == asked.first < REACH and not self.newest_first)
        items = tuple(left[: one.first])
        shown = range(one.place.shown + 1, one.place.shown + 1 + len(items))
        return Matches(items, tuple(map(self._place, shown, items)), more)

    def _place(self, shown: int, match: Match) -> Place:
        if not self.newest_first or isinstance(match, Customer | Contact | Repository):
            return Place(shown, _mark(match))
        at, key = position(match)
        return Place(shown, key, at)


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
    async def customers(asked: Sequence[TextAsked]) -> Answers[TextAsked, tuple[Customer, ...]]:
        return await fan_out(asked, lambda one: _customers(sources, one))

    found = {Source(SearchKind.CUSTOMER, Service.STORE): _Searched(customers)}
    for service, some in sources.searches.items():
        found |= {Source(kind, service): _Searched(search, some.newest_first) for kind, search in some}
    return found


async def _customers(sources: Sources, asked: TextAsked) -> tuple[Customer, ...]:
    """Those of whom every word begins a word of their name, email, company or tags, by name."""
    which, order = CustomerFilter(text=asked.text), CustomerOrder(CustomerField.NAME)
    return (await sources.customers.page(CustomersAsked(size=asked.first, filter=which, order=order))).items


def _deepest(asked: Mapping[Sought, TextAsked]) -> dict[Sought, TextAsked]:
    widest: dict[tuple[Source, str, Position | None], TextAsked] = {}
    for one, text in asked.items():
        known = widest.setdefault((one.source, text.text, text.after), text)
        if known.first < text.first:
            widest[one.source, text.text, text.after] = text
    return {one: widest[one.source, text.text, text.after] for one, text in asked.items()}


def _settled(searched: _Searched, one: Sought, answer: tuple[Match, ...] | ConnectorError) -> Matches | ConnectorError:
    return answer if isinstance(answer, ConnectorError) else searched.matches(one, answer)


def _mark(match: Match) -> str:
    """By which it is known again, in a list of one source."""
    id = match.id if isinstance(match, Customer) else match.external_id
    return blake2b(id.encode(), digest_size=6).hexdigest()
