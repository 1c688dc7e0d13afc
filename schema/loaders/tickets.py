"""Batches of tickets, over every support desk."""

from collections.abc import Sequence

from connectors.domain.errors import ConnectorError
from connectors.domain.tickets import Ticket, TicketsAsked
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def tickets(sources: Sources, asked: Sequence[TicketsAsked]) -> list[Found[Ticket] | ConnectorError]:
    """Newest first."""
    return await merged(sources.tickets, asked, lambda source, keys: source.tickets(keys))


async def ticket_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Ticket | ConnectorError | None]:
    """None where there is no such ticket."""
    return await at(sources.tickets, keys, lambda source, ids: source.tickets_by_id(ids))
