"""A caller who does not wait for the answer: what is done for them alone ends with them."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndsWithCaller:
    """Pure ASGI middleware: cancels the application when the client disconnects.

    Calls that other requests share go on for these (`Coalesce`); everything else is given up at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request, and returns early where its caller is gone."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: asyncio.Queue[Message] = asyncio.Queue()
        serving = asyncio.ensure_future(self._app(scope, messages.get, send))
        listening = asyncio.ensure_future(_listen(receive, messages))
        try:
            await asyncio.wait((serving, listening), return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                serving.cancel()
                await asyncio.wait((serving,))
            if not serving.cancelled():
                serving.result()
        finally:
            await _ended(serving, listening)


async def _ended(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def _listen(receive: Receive, messages: asyncio.Queue[Message]) -> None:
    """Hands on what the client sends; returns when it has gone."""
    while True:
        message = await receive()
        messages.put_nowait(message)
        if message["type"] == "http.disconnect":
            return
