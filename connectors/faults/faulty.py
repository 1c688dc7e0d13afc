"""Faults of an imitation inside the process: what the wire would make of them, without a connection."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from connectors.domain.errors import TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.faults.answers import Answer, Ending, answer
from connectors.faults.fault import Fault
from connectors.faults.faults import Faults
from connectors.transport.bodies import Body
from connectors.transport.deadline import remaining
from connectors.transport.wire import LARGEST

_UNDONE = frozenset((b"content-encoding", b"content-length"))


class Faulty(httpx.AsyncBaseTransport):
    """Stands between the layers and an imitation. Fails as `Wire` does: the layers cannot tell them apart."""

    def __init__(
        self,
        imitation: httpx.AsyncBaseTransport,
        service: Service,
        faults: Faults,
        *,
        timeout: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`timeout` is seconds for a whole call."""
        self._imitation = imitation
        self._service = service
        self._faults = faults
        self._timeout = timeout
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The imitation's answer, or what is left of it; raises Unavailable, TimedOut or Malformed."""
        fault = self._faults.strike(self._service)
        if fault is None:
            return await self._imitation.handle_async_request(request)
        seconds = min(self._timeout, remaining())
        try:
            async with asyncio.timeout(seconds):
                return await self._struck(fault, request)
        except TimeoutError as slow:
            raise TimedOut(self._service, f"{self._service.name} did not answer within {seconds:.3g} s") from slow

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._imitation.aclose()

    async def _struck(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        reply = await self._imitation.handle_async_request(request) if fault.asks else None
        if reply is not None:
            await reply.aread()
        await self._sleep(fault.latency)
        return await self._received(answer(fault, reply), request)

    async def _received(self, given: Answer, request: httpx.Request) -> httpx.Response:
        if given.ending is Ending.NEVER:
            await asyncio.Event().wait()
        if given.status is None:
            raise self._broken("the connection broke off" if given.ending is Ending.RESET else "its answer is not HTTP")
        content = await self._read(given)
        headers = [header for header in given.headers if header[0] not in _UNDONE]
        return httpx.Response(given.status, headers=headers, content=content, request=request)

    async def _read(self, given: Answer) -> bytes:
        encoding = dict(given.headers).get(b"content-encoding", b"").decode()
        body = Body(self._service, encoding, LARGEST)
        for piece in given.pieces:
            body.feed(piece)
            await self._sleep(given.pause)
        if given.ending is not Ending.WHOLE:
            raise self._broken("the connection broke off")
        return body.finish()

    def _broken(self, how: str) -> Unavailable:
        return Unavailable(self._service, f"{self._service.name} cannot be reached ({how})")
