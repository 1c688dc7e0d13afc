"""How the connected services are doing."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from connectors.connection import Connection, Mode
from connectors.domain.errors import NotConfigured
from connectors.sources import Sources
from connectors.transport.breaker import BreakerState
from connectors.transport.stack import Stack
from connectors.transport.stats import ServiceStats
from schema.enums import Service, ServiceState
from schema.errors import BadUserInputError

LOOK = 1.0  # seconds between two looks at a service
Percentile = Annotated[float, strawberry.argument(description="Per cent: 50 is the median, 99 nearly all.")]


@strawberry.type(description="What a service's own rate-limit headers last said.")
class Quota:
    """Of the limit that is nearest to its end, where there are several."""

    limit: int = strawberry.field(description="Calls (GitHub: points) in one period.")
    remaining: int = strawberry.field(description="What is left of them.")
    resets_at: datetime | None = strawberry.field(description="When the period ends, where the service says so.")


@strawberry.type(description="How a connected service is doing, as this gateway sees it.")
class ServiceStatus:
    """Figures since the process started."""

    service: Service = strawberry.field(description="Which one.")
    configured: bool = strawberry.field(description="Whether it can be asked at all.")
    sandbox: bool = strawberry.field(description="Whether an imitation answers in its place.")
    state: ServiceState = strawberry.field(description="How it is doing, by its latest calls.")
    last_error: str | None = strawberry.field(description="Why the last call that failed did.")
    calls: int = strawberry.field(description="Calls since the process started.")
    errors: int = strawberry.field(description="Calls that failed since the process started.")
    cache_hits: int = strawberry.field(description="Answers shown again since the process started.")
    coalesced: int = strawberry.field(description="Answers shared with an identical call under way, since the start.")
    quota: Quota | None = strawberry.field(description="What is left of its rate limit; null where it does not say.")
    stats: strawberry.Private[ServiceStats]

    @strawberry.field(description="Milliseconds within which so many per cent of its calls were answered.")
    def latency_ms(self, percentile: Percentile = 50) -> float | None:
        """Null before the first answer."""
        if not 0 <= percentile <= 100:  # noqa: PLR2004 - per cent
            raise BadUserInputError(f"`percentile` is {percentile:g}; it must be between 0 and 100")
        return self.stats.latency(percentile)

    @classmethod
    def of(cls, stats: ServiceStats, mode: Mode = Mode.LIVE, stack: Stack | None = None) -> "ServiceStatus":
        """The graph's status of a service's figures; a breaker that is not closed speaks for itself."""
        return cls(
            service=stats.service,
            configured=mode is not Mode.OFF,
            sandbox=mode is Mode.IMITATED,
            state=_state(stats, mode, stack),
            last_error=stats.last_error,
            calls=stats.totals.calls,
            errors=stats.totals.errors,
            cache_hits=stats.totals.cached,
            coalesced=stats.totals.coalesced,
            quota=_quota(stack),
            stats=stats,
        )

    @classmethod
    def of_connection(cls, connection: Connection) -> "ServiceStatus":
        """The graph's status of a connection."""
        return cls.of(connection.stats, connection.access.mode, connection.stack)


def service_statuses(sources: Sources) -> list[ServiceStatus]:
    """Of every service, the store first."""
    return [ServiceStatus.of(sources.store), *map(ServiceStatus.of_connection, sources.connections)]


def chosen(services: Sequence[Service] | None, there: Sequence[ServiceStatus]) -> frozenset[Service]:
    """Those to be watched, all for None; NotConfigured for one that this process does not know."""
    known = frozenset(status.service for status in there)
    if services is None:
        return known
    if not services:
        raise BadUserInputError("`services` names none: leave it out to follow all of them")
    for service in services:
        if service not in known:
            raise NotConfigured(service)
    return frozenset(services)


async def watched(
    look: Callable[[], Sequence[ServiceStatus]],
    wanted: frozenset[Service],
    sleep: Callable[[float], Awaitable[None]],
) -> AsyncGenerator[ServiceStatus]:
    """Each service as it is, then again after a change that matters. Figures grow all the time: they come along."""
    told: dict[Service, object] = {}
    while True:
        for status in look():
            if status.service in wanted and told.get(status.service) != (now := _matters(status)):
                told[status.service] = now
                yield status
        await sleep(LOOK)


def _matters(status: ServiceStatus) -> object:
    quota = status.quota and (status.quota.limit, status.quota.remaining)
    return status.state, status.last_error, quota


def _state(stats: ServiceStats, mode: Mode, stack: Stack | None) -> ServiceState:
    if mode is Mode.OFF:
        return ServiceState.DISABLED
    if stack and stack.breaker.state is not BreakerState.CLOSED:
        return ServiceState.DOWN
    return ServiceState(stats.state.value)


def _quota(stack: Stack | None) -> Quota | None:
    found = stack.budget.current() if stack else None
    return Quota(limit=found.limit, remaining=found.remaining, resets_at=found.resets_at) if found else None
