"""Text search over everything that can be looked for."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from connectors.domain.answers import Answers
from connectors.domain.customers import Customer, CustomerField, CustomerFilter, CustomerOrder, CustomersAsked
from connectors.domain.errors import ConnectorError
from connectors.domain.search import Match, Search, SearchKind, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out
from connectors.sources import Sources


class Source(NamedTuple):
    """Who is asked, and for what."""

    kind: SearchKind
    service: Service


@dataclass(frozen=True, slots=True)
class Sought:
    """A text, and whom it is looked for."""

    source: Source
    asked: TextAsked


def searched(sources: Sources, kinds: Iterable[SearchKind]) -> list[Source]:
    """All that can be looked for of these kinds: kind by kind, the services in the order of the registry."""
    known = _searches(sources)
    wanted = set(kinds)
    order = list(SearchKind)
    return sorted((one for one in known if one.kind in wanted), key=lambda one: order.index(one.kind))


async def matches(sources: Sources, sought: Sequence[Sought]) -> list[tuple[Match, ...] | ConnectorError]:
    """Asks every source, side by side, for the best matches in its own order.

    Of the same text a source is asked once, as deep as the deepest needs.
    """
    searches = _searches(sources)
    deepest = _deepest(sought)
    asked: dict[Source, dict[TextAsked, None]] = {}
    for one in sought:
        asked.setdefault(one.source, {})[deepest[one]] = None
    answers = await asyncio.gather(*(searches[source](list(texts)) for source, texts in asked.items()))
    found = dict(zip(asked, answers, strict=True))
    return [_best(found[one.source][deepest[one]], one.asked.first) for one in sought]


def _searches(sources: Sources) -> dict[Source, Search[Match]]:
    async def customers(asked: Sequence[TextAsked]) -> Answers[TextAsked, tuple[Customer, ...]]:
        return await fan_out(asked, lambda one: _customers(sources, one))

    vendors = ((service, kind, search) for service, some in sources.searches.items() for kind, search in some)
    return {
        Source(SearchKind.CUSTOMER, Service.STORE): customers,
        **{Source(kind, service): search for service, kind, search in vendors},
    }


async def _customers(sources: Sources, asked: TextAsked) -> tuple[Customer, ...]:
    """Those of whom every word begins a word of their name, email, company or tags, by name."""
    which, order = CustomerFilter(text=asked.text), CustomerOrder(CustomerField.NAME)
    return (await sources.customers.page(CustomersAsked(size=asked.first, filter=which, order=order))).items


def _deepest(sought: Sequence[Sought]) -> dict[Sought, TextAsked]:
    widest: dict[tuple[Source, str], TextAsked] = {}
    for one in sought:
        known = widest.setdefault((one.source, one.asked.text), one.asked)
        if known.first < one.asked.first:
            widest[one.source, one.asked.text] = one.asked
    return {one: widest[one.source, one.asked.text] for one in sought}


def _best(answer: tuple[Match, ...] | ConnectorError, first: int) -> tuple[Match, ...] | ConnectorError:
    return answer if isinstance(answer, ConnectorError) else answer[:first]
