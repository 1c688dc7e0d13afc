"""What the loaders of one noun share: keys that cover others, several sources for one list, ids of several services."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, NotConfigured
from connectors.domain.page import Dated, Page, Slice, merge_newest_first
from connectors.domain.service import Service

D = TypeVar("D", bound=Dated)
S = TypeVar("S")
V = TypeVar("V")
X = TypeVar("X", bound=Hashable)


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
    """A list from the sources that answered, and the failures of those that did not."""

    slice: Slice[D]
    failures: tuple[ConnectorError, ...] = ()


async def merged(
    sources: Mapping[Service, S],
    asked: Sequence[A],
    read: Callable[[S, Sequence[A]], Awaitable[Answers[A, Slice[D]]]],
) -> list[Found[D] | ConnectorError]:
    """Asks every source of a noun, side by side, and merges their lists key by key.

    Two pages of the same list that begin at the same place are read once, as deep as the deeper one needs.
    """
    deepest = _deepest(asked)
    answers = await asyncio.gather(
        *(read(source, list(dict.fromkeys(deepest.values()))) for source in sources.values())
    )
    return [_merge([answer[deepest[one]] for answer in answers], one.page) for one in asked]


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


def _deepest(asked: Sequence[A]) -> dict[A, A]:
    """For each page, the page that covers it: of the same list, from the same place, and at least as deep."""
    widest: dict[A, A] = {}
    for one in asked:
        place = _place(one)
        if place not in widest or one.page.covers(widest[place].page):
            widest[place] = one
    return {one: widest[_place(one)] for one in asked}


def _place(asked: A) -> A:
    return replace(asked, page=Page(0, asked.page.after))  # type: ignore[type-var]  # each question is a dataclass


def _merge(answers: Sequence[Slice[D] | ConnectorError], page: Page) -> Found[D] | ConnectorError:
    slices = [answer for answer in answers if isinstance(answer, Slice)]
    failures = [answer for answer in answers if isinstance(answer, ConnectorError)]
    real = [failure for failure in failures if not isinstance(failure, NotConfigured)]
    if failures and not slices:
        return (real or failures)[0]
    return Found(merge_newest_first(slices, page), tuple(real))
