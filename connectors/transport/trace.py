"""The outermost wrapper times each wait to the last byte of the answer; the innermost counts what is really sent."""

from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx

from connectors.transport import fate
from connectors.transport.departure import depart
from connectors.transport.stats import ServiceStats


class Trace(httpx.AsyncBaseTransport):
    """Enters every wait in the figures of its service. Failures are counted where they are understood, in `Api`."""

    def __init__(self, inner: httpx.AsyncBaseTransport, stats: ServiceStats) -> None:
        self._inner = inner
        self._stats = stats

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on; the call is over when the response is closed."""
        if (following := fate.current()) is not None:
            following.asked()
        with ExitStack() as call:
            call.enter_context(self._stats.waiting())
            response = await self._inner.handle_async_request(request)
            # A response that was made with its content is closed already, and nobody will close it again.
            if not response.is_closed and isinstance(response.stream, httpx.AsyncByteStream):
                response.stream = _TracedStream(response.stream, call.pop_all())
            return response

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()


class Sent(httpx.AsyncBaseTransport):
    """Counts and times every call that goes out, each repetition too."""

    def __init__(self, inner: httpx.AsyncBaseTransport, stats: ServiceStats) -> None:
        self._inner = inner
        self._stats = stats

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on."""
        following = fate.current()
        depart()
        with self._stats.timed():
            if following is None:
                return await self._inner.handle_async_request(request)
            with following.sending(request) as status:
                response = await self._inner.handle_async_request(request)
                status.append(response.status_code)
            return response

    async def aclose(self) -> None:
        """Closes the transport inside."""
        await self._inner.aclose()


class _TracedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, call: ExitStack) -> None:
        self._inner = inner
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._inner.aclose()
        finally:
            self._call.close()
