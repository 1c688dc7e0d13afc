"""What is worth having before anybody asks for it: read once, in the background, when the process has started."""

import asyncio
from collections.abc import Callable, Iterable

from connectors.connection import Connection, Mode
from connectors.domain.errors import ConnectorError
from connectors.transport.ahead import ahead
from connectors.transport.deadline import anew
from connectors.vendor import Warm


async def warm_up(connections: Iterable[Connection], failed: Callable[[ConnectorError], None]) -> None:
    """Side by side, each service in its own time for a call; `failed` is told of each that could not be read.

    Nothing is tried again here: who needs it asks for it, and from then on the cache renews it.
    """
    await asyncio.gather(*(_warm(one, failed) for one in connections if _keeps(one)))


def _keeps(connection: Connection) -> bool:
    """Where nothing is kept, there is nothing to be had in advance."""
    return connection.access.mode is not Mode.OFF and connection.access.limits.cache > 0


async def _warm(connection: Connection, failed: Callable[[ConnectorError], None]) -> None:
    if not isinstance(connection.connector, Warm):
        return
    try:
        with ahead(), anew(connection.access.timeout):
            await connection.connector.warm()
    except ConnectorError as error:
        failed(error)
