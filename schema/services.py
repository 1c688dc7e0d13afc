"""How the connected services are doing."""

import strawberry

from connectors.connection import Connection, Mode
from connectors.transport.stats import ServiceStats
from schema.enums import Service, ServiceState


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

    @classmethod
    def of(cls, stats: ServiceStats, mode: Mode = Mode.LIVE) -> "ServiceStatus":
        """The graph's status of a service's figures."""
        return cls(
            service=stats.service,
            configured=mode is not Mode.OFF,
            sandbox=mode is Mode.IMITATED,
            state=ServiceState.DISABLED if mode is Mode.OFF else ServiceState(stats.state.value),
            last_error=stats.last_error,
            calls=stats.totals.calls,
            errors=stats.totals.errors,
        )

    @classmethod
    def of_connection(cls, connection: Connection) -> "ServiceStatus":
        """The graph's status of a connection."""
        return cls.of(connection.stats, connection.access.mode)
