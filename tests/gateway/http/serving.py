"""A real uvicorn, in the loop of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict, Unpack

import uvicorn
from starlette.types import ASGIApp

GRACE = 2  # seconds for requests that are under way at the end: one that waits for the test would wait for ever


class Options(TypedDict, total=False):
    """Of uvicorn's settings, those that a test chooses."""

    http: type[asyncio.Protocol]


@asynccontextmanager
async def serving(app: ASGIApp, **options: Unpack[Options]) -> AsyncIterator[int]:
    """The port of 127.0.0.1 on which `app` is served meanwhile."""
    http = options.get("http", "httptools")
    config = uvicorn.Config(
        app,
        http=http,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - `serve` takes the signals from pytest
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running
