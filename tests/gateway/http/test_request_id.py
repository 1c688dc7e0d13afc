"""One id a request, from the caller where that is safe."""

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from gateway.http.request_id import RequestId, current_request_id


async def _told(_: Request) -> PlainTextResponse:
    await asyncio.sleep(0)  # others get their turn in between
    return PlainTextResponse(str(current_request_id()))


APP = RequestId(Starlette(routes=[Route("/", _told)]))


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://test")


@pytest.mark.parametrize("offered", ["a", "req_1.2-3", "A" * 64])
async def test_a_safe_id_of_the_caller_is_kept_and_returned(offered: str) -> None:
    async with client() as caller:
        answer = await caller.get("/", headers={"X-Request-Id": offered})
    assert answer.text == answer.headers["x-request-id"] == offered


@pytest.mark.parametrize("offered", ["", "A" * 65, "two words", 'quote"', "<script>", "tab\tbed", "ümlaut".encode()])
async def test_any_other_is_replaced(offered: str | bytes) -> None:
    async with client() as caller:
        answer = await caller.get(
            "/", headers=[(b"X-Request-Id", offered if isinstance(offered, bytes) else offered.encode())]
        )
    assert re.fullmatch(r"[0-9a-f]{32}", answer.text)
    assert answer.headers.get_list("x-request-id") == [answer.text]


async def test_requests_side_by_side_have_ids_of_their_own() -> None:
    async with client() as caller:
        answers = await asyncio.gather(*(caller.get("/") for _ in range(5)))
    assert len({answer.text for answer in answers}) == 5
    assert all(answer.text == answer.headers["x-request-id"] for answer in answers)


async def test_outside_of_a_request_there_is_none() -> None:
    async with client() as caller:
        await caller.get("/")
    assert current_request_id() is None


async def test_a_websocket_has_one_too() -> None:
    sent: list[Message] = []
    scope = {"type": "websocket", "headers": [(b"x-request-id", b"ws-1")]}

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": current_request_id()})

    async def keep(message: Message) -> None:
        sent.append(message)

    await RequestId(app)(scope, _nothing, keep)
    assert sent == [
        {"type": "websocket.accept", "headers": [(b"x-request-id", b"ws-1")]},
        {"type": "websocket.send", "text": "ws-1"},
    ]


async def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def ignore(_: Message) -> None:
        raise AssertionError

    await RequestId(app)({"type": "lifespan"}, _nothing, ignore)
    assert seen == ["lifespan"]


async def _nothing() -> Message:
    raise AssertionError
