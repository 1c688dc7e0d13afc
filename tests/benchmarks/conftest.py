"""The static upstream, in the loop of the test."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from benchmarks.posts_upstream import Static


@pytest.fixture
async def upstream() -> AsyncIterator[str]:
    """Its address."""
    server = await asyncio.get_running_loop().create_server(Static, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
