"""One wide event a request."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from io import StringIO
from itertools import count

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from gateway import telemetry
from gateway.http.request_id import RequestId
from gateway.http.request_log import RequestLog

pytestmark = pytest.mark.usefixtures("logging_restored")


@pytest.fixture
def lines() -> StringIO:
    stream = StringIO()
    telemetry.configure(pretty=False, level="debug", stream=stream)
    return stream


def events(lines: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


async def _fine(request: Request) -> PlainTextResponse:
    request.scope["state"]["operation"] = "Payments"
    return PlainTextResponse("fine")


async def _plain(_: Request) -> PlainTextResponse:
    return PlainTextResponse("plain")


async def _busy(_: Request) -> PlainTextResponse:
    return PlainTextResponse("no", 503)


async def _broken(_: Request) -> PlainTextResponse:
    raise LookupError("a bug")


async def _gone(_: Request) -> PlainTextResponse:
    raise ClientDisconnect


async def _stopped(_: Request) -> PlainTextResponse:
    raise asyncio.CancelledError


async def _halfway(_: Request) -> StreamingResponse:
    def parts() -> Iterator[bytes]:
        yield b"half"
        raise LookupError("too late")

    return StreamingResponse(parts())


def _app() -> ASGIApp:
    paths = {
        "/fine": _fine,
        "/plain": _plain,
        "/busy": _busy,
        "/broken": _broken,
        "/gone": _gone,
        "/stopped": _stopped,
        "/halfway": _halfway,
        "/healthz": _plain,
        "/readyz": _busy,
    }
    return Starlette(
        routes=[Route(path, handler) for path, handler in paths.items()],
        middleware=[Middleware(RequestId), Middleware(RequestLog, clock=partial(next, count(step=0.25)))],
    )


async def asked(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
        return await caller.get(path, headers={"X-Request-Id": "r1"})


async def unanswered(path: str) -> list[Message]:
    """What is sent to a caller who is not there any more."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await _app()(scope, receive, send)
    return sent


async def test_an_event_says_what_was_asked_and_what_came_of_it(lines: StringIO) -> None:
    await asked("/fine")
    (event,) = events(lines)
    assert event.pop("timestamp")
    assert event == {
        "event": "request",
        "level": "info",
        "request_id": "r1",
        "method": "GET",
        "path": "/fine",
        "status": 200,
        "ms": 250.0,
        "operation": "Payments",
    }


async def test_an_operation_that_is_not_known_is_left_out(lines: StringIO) -> None:
    await asked("/plain")
    assert "operation" not in events(lines)[0]


async def test_the_query_string_is_not_logged(lines: StringIO) -> None:
    await asked("/plain?variables=private")
    assert "private" not in lines.getvalue()


async def test_an_answer_that_blames_the_server_is_an_error(lines: StringIO) -> None:
    await asked("/busy")
    assert (events(lines)[0]["level"], events(lines)[0]["status"]) == ("error", 503)


async def test_a_probe_is_logged_for_who_looks_closely_and_an_unready_process_for_everyone(lines: StringIO) -> None:
    await asked("/healthz")
    await asked("/readyz")
    assert [event["level"] for event in events(lines)] == ["debug", "warning"]


async def test_an_exception_is_logged_once_and_answered_without_giving_it_away(lines: StringIO) -> None:
    answer = await asked("/broken")
    assert answer.status_code == 500
    assert answer.json() == {
        "errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL", "requestId": "r1"}}]
    }
    assert answer.headers["x-request-id"] == "r1"
    (event,) = events(lines)
    assert (event["level"], event["status"]) == ("error", 500)
    assert "LookupError: a bug" in str(event["exception"])


async def test_an_exception_after_the_answer_has_begun_cannot_change_it(lines: StringIO) -> None:
    answer = await asked("/halfway")
    assert (answer.status_code, answer.content) == (200, b"half")
    (event,) = events(lines)
    assert "LookupError: too late" in str(event["exception"])


async def test_a_caller_who_did_not_wait_is_no_error(lines: StringIO) -> None:
    assert await unanswered("/gone") == []
    (event,) = events(lines)
    assert (event["level"], event["status"]) == ("info", 499)


async def test_a_cancelled_request_is_logged_and_stays_cancelled(lines: StringIO) -> None:
    with pytest.raises(asyncio.CancelledError):
        await unanswered("/stopped")
    assert events(lines)[0]["status"] == 499
