"""A network on which every call stays until the test ends it."""

import asyncio
from collections.abc import Callable

import httpx

from connectors.domain.errors import ConnectorError
from connectors.transport.call import Call, Priority, attach

Outcome = httpx.Response | ConnectorError


class Held(httpx.AsyncBaseTransport):
    """`inside` are the calls under way, oldest first, by path; `began` all that ever were."""

    def __init__(self) -> None:
        self.inside: dict[str, asyncio.Future[Outcome]] = {}
        self.began: list[str] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.strip("/")
        self.began.append(name)
        self.inside[name] = asyncio.get_running_loop().create_future()
        try:
            outcome = await self.inside[name]
        finally:
            del self.inside[name]
        if isinstance(outcome, ConnectorError):
            raise outcome
        return outcome

    def end(self, name: str, outcome: Outcome | None = None) -> None:
        """The call comes back; by default with an empty 200."""
        self.inside[name].set_result(outcome or httpx.Response(200))

    async def aclose(self) -> None:
        self.closed = True


def request(name: str, priority: Priority = Priority.INTERACTIVE) -> httpx.Request:
    """A read whose path is `name`."""
    return attach(httpx.Request("GET", f"https://vendor.example/{name}"), Call(repeatable=True, priority=priority))


def after(ticks: int, step: Callable[[], object]) -> None:
    """Does `step` when the loop has gone round so often, within the same moment."""
    if ticks:
        asyncio.get_running_loop().call_soon(after, ticks - 1, step)
    else:
        step()
