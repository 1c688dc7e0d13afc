"""The whole gateway as a caller meets it: HTTP in front, a real MongoDB and imitations behind real sockets."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from gateway import settings
from gateway.app import create_app
from gateway.variables import Run


@dataclass(frozen=True)
class Graph:
    """A client of `/graphql`."""

    http: httpx.AsyncClient

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole answer, decoded."""
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, **variables)
        assert not answer.get("errors"), answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def listening(app: ASGIApp, lifespan: Literal["on", "off"] = "off") -> Iterator[str]:
    """An ASGI application on a free port of this machine, in a thread of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan=lifespan))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        listener.listen(256)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def imitations(people: People) -> Iterator[dict[str, str]]:
    """The settings that lead a gateway to imitations over these people."""
    with listening(SandboxServer(VENDORS, people)) as server:
        yield {f"{vendor.service.name}_BASE_URL": address(vendor, server) for vendor in VENDORS}


def application(patch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> Starlette:
    """The gateway in `dev`, with these settings and no others."""
    for name in {setting.name for setting in settings.declared()}:
        patch.delenv(name, raising=False)
    for name, value in environment.items():
        patch.setenv(name, value)
    return create_app(settings.load(Run.DEV))


@asynccontextmanager
async def gateway(patch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> AsyncIterator[Graph]:
    """A gateway that has started, and a client of it."""
    app = application(patch, environment)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=30) as http,
    ):
        yield Graph(http)
