"""A subscription over `text/event-stream`: one event an answer, until it is over.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "Distinct connections mode". `EndsWithCaller` ends it
where the client goes.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec
from starlette.types import Scope, Send

from gateway.execution.operation import Answer, BrokenOffError
from gateway.http.refusal import NO_STORE

SILENCE: Final = 12.0  # seconds after which a comment tells proxies that somebody is still there
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_ENDLESS: Final = "endless"
_ALIVE: Final = b":\n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", NO_STORE),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back until it has a few KB
]


def is_endless(scope: Mapping[str, Any]) -> bool:
    """Whether a request is answered by events."""
    return bool(scope.get("state", {}).get(_ENDLESS))


def mark_endless(scope: Scope) -> None:
    """For the server, which waits for other requests when it stops."""
    scope.setdefault("state", {})[_ENDLESS] = True


async def deliver(answers: AsyncIterator[Answer], send: Send, silence: float = SILENCE) -> None:
    """Sends every answer as it comes, and the headers at once: the client knows that it is heard."""

    async def tell(text: bytes) -> None:
        await send({"type": "http.response.body", "body": text, "more_body": True})

    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await tell(_ALIVE)
    coming = _next(answers)
    try:
        while True:
            done, _ = await asyncio.wait((coming,), timeout=silence)
            if not done:
                await tell(_ALIVE)
                continue
            body = coming.result()
            if body is None:
                break
            await send(
                {"type": "http.response.body", "body": b"event: next\ndata: " + body + b"\n\n", "more_body": True}
            )
            coming = _next(answers)
    finally:
        await _ended(coming)
    await send({"type": "http.response.body", "body": _COMPLETE})


def _next(answers: AsyncIterator[Answer]) -> asyncio.Task[bytes | None]:
    async def body() -> bytes | None:
        """None after the last; a stream that is broken off says why, and has none afterwards."""
        try:
            return (await anext(answers)).body
        except StopAsyncIteration:
            return None
        except BrokenOffError as broken:
            return msgspec.json.encode({"errors": broken.errors})

    return asyncio.ensure_future(body())


async def _ended(task: asyncio.Task[bytes | None]) -> None:
    """Nobody may close an iterator while another task is in it."""
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
