"""What the loaders of one noun share: keys that cover others, several sources for one list, ids of several services."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, NotConfigured
from connectors.domain.page import END, Dated, Page, Position, Slice, merge_newest_first, position
from connectors.domain.service import Service

D = TypeVar("D", bound=Dated)
S = TypeVar("S")
V = TypeVar("V")
X = TypeVar("X", bound=Hashable)

_AT_ONCE = 50  # lists that are merged before others have a turn: some milliseconds


class Paged(Protocol):
    """A frozen dataclass that asks for a page of something."""

    @property
    def page(self) -> Page:
        """Which page."""


A = TypeVar("A", bound=Paged)


@dataclass(frozen=True, slots=True)
class At(Generic[X]):
    """Something that one service is asked for: an id, or a question about what only that service has."""

    service: Service
    what: X


@dataclass(frozen=True, slots=True)
class Found(Generic[D]):
    """A list from the sources that answered, and the failures of those that did not.

    `services` are those of both kinds, `behind` those that failed.
    """

    slice: Slice[D]
    failures: tuple[ConnectorError, ...] = ()
    services: tuple[Service, ...] = ()
    behind: frozenset[Service] = frozenset()

    @property
    def reached(self) -> Position | None:
        """How far the list was read; None where it is empty, and nothing is missing."""
        if self.slice.horizon or self.behind:
            return self.slice.horizon or END
        return position(self.slice.items[-1]) if self.slice.items else None

    def onward(self, page: Page, reached: Position) -> Page:
        """What follows after `page`, of which everything newer than `reached` was shown."""
        return page.next(reached, self.services, self.behind)


async def merged(
    sources: Mapping[Service, S],
    asked: Sequence[A],
    read: Callable[[S, Sequence[A]], Awaitable[Answers[A, Slice[D]]]],
) -> list[Found[D] | ConnectorError]:
    """Asks every source of a noun, side by side, and merges their lists key by key.

    Two pages of the same list that begin at the same place are read once, as deep as the deeper one needs.
    """
    deepest = _deepest(asked)
    different = list(dict.fromkeys(deepest.values()))
    answers = await asyncio.gather(*(_read(service, source, different, read) for service, source in sources.items()))
    found = dict(zip(sources, answers, strict=True))
    lists: list[Found[D] | ConnectorError] = []
    for one in asked:
        lists.append(_merge({service: found[service][deepest[one]] for service in found}, one.page))
        if not len(lists) % _AT_ONCE:
            await asyncio.sleep(0)
    return lists


async def at(
    sources: Mapping[Service, S],
    keys: Sequence[At[X]],
    read: Callable[[S, Sequence[X]], Awaitable[Answers[X, V]]],
) -> list[V | ConnectorError | None]:
    """Asks each service for what is its own, side by side; None where a service does not have the noun."""
    asked: dict[Service, list[X]] = {}
    for key in keys:
        asked.setdefault(key.service, []).append(key.what)
    known = [service for service in asked if service in sources]
    answers = await asyncio.gather(*(read(sources[service], asked[service]) for service in known))
    found = dict(zip(known, answers, strict=True))
    return [found[key.service][key.what] if key.service in found else None for key in keys]


async def _read(
    service: Service,
    source: S,
    asked: Sequence[A],
    read: Callable[[S, Sequence[A]], Awaitable[Answers[A, Slice[D]]]],
) -> Answers[A, Slice[D]]:
    """One source's answers; it is asked from where it is, and not at all where it has come to its end."""
    own = {one: _paged(one, one.page.of(service)) if one.page.ahead else one for one in asked}
    open_ = list(dict.fromkeys(mine for mine in own.values() if mine.page.after != END))
    answers = await read(source, open_) if open_ else {}
    return {one: answers.get(mine, Slice(())) for one, mine in own.items()}


def _deepest(asked: Sequence[A]) -> dict[A, A]:
    """For each page, the page that covers it: of the same list, from the same place, and at least as deep."""
    widest: dict[A, A] = {}
    for one in asked:
        place = _place(one)
        if place not in widest or one.page.covers(widest[place].page):
            widest[place] = one
    return {one: widest[_place(one)] for one in asked}


def _place(asked: A) -> A:
    return _paged(asked, replace(asked.page, first=0))


def _paged(asked: A, page: Page) -> A:
    return replace(asked, page=page)  # type: ignore[type-var]  # each question is a dataclass


def _merge(answers: Mapping[Service, Slice[D] | ConnectorError], page: Page) -> Found[D] | ConnectorError:
    slices = {service: answer for service, answer in answers.items() if isinstance(answer, Slice)}
    failures = {service: answer for service, answer in answers.items() if isinstance(answer, ConnectorError)}
    real = {service: failure for service, failure in failures.items() if not isinstance(failure, NotConfigured)}
    if failures and not slices:
        return next(iter((real or failures).values()))
    found = merge_newest_first(slices.values(), page)
    return Found(found, tuple(real.values()), (*slices, *real), frozenset(real))
