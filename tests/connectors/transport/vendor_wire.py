"""Networks of a test's making, below the layers that share and keep answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from connectors.transport.call import Call, attach

URL = "https://vendor.example/v1/things"
Reply = httpx.Response | Exception


def read(
    url: str = URL,
    *,
    credential: str = "a",
    method: str = "GET",
    call: Call | None = None,
    headers: dict[str, str] | None = None,
    content: bytes = b"",
) -> httpx.Request:
    """A request that connectors call repeatable."""
    request = httpx.Request(method, url, headers={"Host": "vendor.example"} | (headers or {}), content=content)
    return attach(request, call or Call(credential=credential, repeatable=True))


def write(method: str = "POST", url: str = URL, headers: dict[str, str] | None = None) -> httpx.Request:
    """A request that changes something."""
    return attach(httpx.Request(method, url, headers=headers), Call(credential="a"))


class Vendor(httpx.AsyncBaseTransport):
    """Answers at once, by the requests it was sent so far."""

    def __init__(self, *replies: Reply) -> None:
        """The replies in their order; the last one is given again and again."""
        self.requests: list[httpx.Request] = []
        self.closed = False
        self.replies = list(replies)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Pending:
    """A call that a test will answer."""

    request: httpx.Request
    reply: asyncio.Future[httpx.Response] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    over: bool = False

    def answer(self, body: bytes = b"{}", status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.reply.set_result(httpx.Response(status, content=body, headers=headers))


class Waiting(httpx.AsyncBaseTransport):
    """Answers nothing by itself: every call is in `calls` until a test has answered it."""

    def __init__(self) -> None:
        self.calls: list[Pending] = []
        self.seen: Callable[[httpx.Request], None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen(request)
        call = Pending(request)
        self.calls.append(call)
        try:
            return await call.reply
        finally:
            call.over = True

    @property
    def open(self) -> list[Pending]:
        return [call for call in self.calls if not call.over]
