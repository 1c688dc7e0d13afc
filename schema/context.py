"""What a resolver may touch: everything here lives as long as one operation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import DirectiveLocation, GraphQLDirective, GraphQLError

from connectors.domain.customers import Customer
from connectors.domain.errors import ConnectorError
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.sources import Sources
from connectors.transport.stats import Ledger
from schema.loaders import Batch, K, Loaders, V
from schema.loaders.customers import customer_by_link
from schema.principal import ANONYMOUS, Principal

LIVE = GraphQLDirective(
    "live",
    [DirectiveLocation.FIELD],
    description="What this field reads comes from the service itself, now, and not from what was kept of it.",
)
DEADLINE = 15.0  # seconds


@dataclass
class Context:
    """`customer` makes the graph's customer of a kept one: nouns below the hub lead back to it without knowing it."""

    sources: Sources
    customer: Callable[[Customer], object]
    principal: Principal = ANONYMOUS
    request_id: str = ""
    seconds: float = DEADLINE  # until nothing is waited for any more
    unhurried: bool = False  # nobody waits for the answer
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    loaders: Loaders = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    failures: list[GraphQLError] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Fresh loaders: nothing is remembered from another operation."""
        self.loaders = Loaders(self.sources)


Info = strawberry.Info[Context, Any]


def load(info: Info, batch: Batch[K, V], key: K, *, live: bool = False) -> Awaitable[V]:
    """What a loader has of `key`: from the service itself where that is asked for, here or by `@live` on the field."""
    return info.context.loaders.load(batch, key, live=live or _is_live(info))


def _is_live(info: Info) -> bool:
    nodes = info._raw_info.field_nodes  # noqa: SLF001 - strawberry's Info has no public way to the nodes
    return any(one.name.value == LIVE.name for node in nodes for one in node.directives or ())


def report(info: Info, failures: tuple[ConnectorError, ...]) -> None:
    """Tells of sources that did not answer, beside the data of those that did."""
    if not failures:
        return
    nodes = info._raw_info.field_nodes  # noqa: SLF001 - strawberry's Info has no public way to the nodes
    path = info.path.as_list()
    info.context.failures += [GraphQLError(str(one), nodes, path=path, original_error=one) for one in failures]


async def customer_linked(info: Info, service: Service, external_id: str | None) -> object:
    """The customer whom a service knows by this id; None where our records know none."""
    if external_id is None:
        return None
    noun = await load(info, customer_by_link, ServiceLink(service, external_id))
    return info.context.customer(noun) if noun else None
