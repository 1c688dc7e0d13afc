"""Subscription: what can be followed, and nothing else."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import strawberry

from connectors.domain.activity import Following, Happening, TimelineKind, Turns
from schema.context import Info
from schema.customers import customer_key
from schema.enums import Service
from schema.nodes import node
from schema.relay import Node, node_id
from schema.scalars import URL
from schema.services import ServiceStatus, chosen, service_statuses, watched
from schema.timeline import TimelineEntry, line

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Whom to follow.")]
Which = Annotated[
    list[Service] | None, strawberry.argument(description="Only these services; every one when left out.")
]

_NODES = {
    TimelineKind.PAYMENT: "Payment",
    TimelineKind.INVOICE: "Invoice",
    TimelineKind.TICKET: "Ticket",
    TimelineKind.DEAL: "Deal",
    TimelineKind.POST: "Post",
    TimelineKind.MESSAGE: "Message",
    TimelineKind.ISSUE: "Issue",
}


@strawberry.type(description="What can be followed.")
class Subscription:
    """Each field is a stream."""

    @strawberry.subscription(
        description="What happens with one customer from now on: notes, and what is done for them through this graph."
    )
    async def customer_activity(self, info: Info, customer_id: CustomerId) -> AsyncIterator[TimelineEntry]:
        """NOT_FOUND where there is none; complete when they are deleted."""
        return _Entries(await info.context.sources.activity.follow(customer_key(customer_id)))

    @strawberry.subscription(
        description="How services are doing: first as they are, then whenever a state, a last error or a quota changes."
    )
    async def service_status(self, info: Info, services: Which = None) -> AsyncIterator[ServiceStatus]:
        """What this process knows; looked at once a second."""
        wanted = chosen(services, service_statuses(info.context.sources))
        return watched(lambda: service_statuses(info.context.sources), wanted, info.context.sleep)


class _Entries:
    """What happens, as entries of a timeline. Not a generator: one that never began would not close what it has."""

    def __init__(self, following: Following) -> None:
        self._following = following

    def __aiter__(self) -> AsyncIterator[TimelineEntry]:
        return self

    async def __anext__(self) -> TimelineEntry:
        return _entry(await anext(aiter(self._following)))

    async def aclose(self) -> None:
        await self._following.aclose()


def _entry(happening: Happening) -> TimelineEntry:
    """Its node is read where it is asked for."""
    kind = _NODES.get(happening.kind)
    id = node_id(kind, happening.service, happening.external_id) if kind else None
    return TimelineEntry(
        kind=happening.kind,
        service=happening.service,
        at=happening.at,
        title=line(happening.title),
        url=URL(happening.url) if happening.url else None,
        known=None,
        read=partial(_node, turns=happening.turns, id=id) if id else None,
    )


async def _node(info: Info, turns: Turns, id: str) -> Node | None:
    """Past every cache, for it has just changed; once for all who follow the customer in this process."""
    async with turns.turn() as first:
        return await node(info, id, live=first)
