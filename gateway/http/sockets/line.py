"""What goes to one client, one message at a time."""

import asyncio
from contextlib import suppress
from typing import Final

from starlette.types import Send

from gateway.http.sockets.closing import Closed, Gone

_FAREWELL: Final = 1.0  # seconds in which a close has to be sent


class Line:
    """There is no queue: whoever has a message waits until it is taken.

    So a client that reads slowly makes its own operations wait, with one message each, and one that takes nothing for
    `patience` seconds is given up.
    """

    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience
        self._turn = asyncio.Lock()

    async def send(self, text: str) -> None:
        """Raises Gone where the client is, or does not read."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._patience):
                    await self._send({"type": "websocket.send", "text": text})
            except (TimeoutError, OSError):  # uvicorn's ClientDisconnected is an OSError, as ASGI asks
                raise Gone from None

    async def close(self, closed: Closed) -> None:
        """Nothing can be sent any more. A client that is gone by now is none of our business."""
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(_FAREWELL):
                await self._send({"type": "websocket.close", "code": closed.code, "reason": closed.reason})
