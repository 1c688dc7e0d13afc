"""Imitations behind a real socket, on the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from connectors.faults.delivery import OpenHanded


class Sleeps:
    """Only lets others go on; `pauses` is what it was asked for, and at that of `stuck_after` it does not return."""

    def __init__(self, stuck_after: int | None = None) -> None:
        self.pauses: list[float] = []
        self.stuck = asyncio.Event()
        self._stuck_after = stuck_after

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) == self._stuck_after:
            self.stuck.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)


@dataclass
class Served:
    """A client of the server, and the calls that the server still works on."""

    http: httpx.AsyncClient
    state: ServerState

    async def idle(self) -> None:
        """Returns once the server has no call any more."""
        await asyncio.gather(*self.state.tasks)


@asynccontextmanager
async def served(app: ASGIApp, protocol: type[HttpToolsProtocol] = OpenHanded) -> AsyncIterator[Served]:
    """The application on a free port, until the end of the block."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", http=protocol)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=5) as http:
            yield Served(http, state)
    finally:
        server.close()
        await asyncio.gather(*state.tasks)
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()
