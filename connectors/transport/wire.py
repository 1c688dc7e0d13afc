"""The innermost layer: one request over one connection, its answer read in full, and nothing else.

httpx's own transport costs three to seven times as much CPU a call (`python -m benchmarks.wire`), so it is aiohttp that
speaks HTTP/1.1 here (https://docs.aiohttp.org/en/stable/client_reference.html).
"""

import asyncio
import ssl
from io import BytesIO
from traceback import clear_frames

import aiohttp
import httpx
from yarl import URL

from connectors.domain.errors import TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport import fate
from connectors.transport.allowance import SIZE, Allowance, Share
from connectors.transport.bodies import ACCEPTED, Body
from connectors.transport.call import call_of
from connectors.transport.deadline import remaining
from connectors.transport.pool import HEAD, Garbled, Gone, Pool, paused

LARGEST = 10 * 2**20  # bytes of a body
_BUFFER = 64 * 1024  # bytes; at twice as many the socket is left unread
_PIECEMEAL = 2**20  # bytes; a larger body is sent in pieces, between which others have their turn
_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # what aiohttp would add
_REPLACED = frozenset((b"accept-encoding", b"transfer-encoding"))
_UNDONE = frozenset((b"content-encoding", b"content-length", b"transfer-encoding"))
_SWITCHING = 101


class Wire(httpx.AsyncBaseTransport):
    """A pool of connections to one service. Responses are whole and decoded; what goes wrong is a ConnectorError.

    Nothing is remembered but connections: no cookie. Nothing is consulted but the request: no proxy, no `.netrc`.
    No redirect is followed.
    """

    def __init__(
        self,
        service: Service,
        *,
        concurrency: int = 32,
        tls: ssl.SSLContext | None = None,
        largest: int = LARGEST,
        connect_timeout: float = 2.0,
        timeout: float = 10.0,
    ) -> None:
        """`concurrency` connections at most; without `tls`, Python's default. `largest` is bytes of a decoded body.

        `connect_timeout` is seconds to a connection, the wait for one of the pool included; `timeout` for a whole call.
        """
        self._service = service
        self._concurrency = concurrency
        self._tls = tls
        self._largest = largest
        self._allowance = Allowance(max(SIZE, largest))
        self._connect_timeout = connect_timeout
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends it; raises Unavailable, TimedOut or Malformed. A cancelled call closes its connection."""
        name, seconds = self._service.name, min(self._timeout, remaining())
        if not seconds:
            raise TimedOut(self._service, f"no time was left to ask {name}")
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request)
        except aiohttp.ConnectionTimeoutError as slow:
            text = f"{name} cannot be reached within {self._connect_timeout:.3g} s"
            raise TimedOut(self._service, text) from slow
        except TimeoutError as slow:
            raise TimedOut(self._service, f"{name} did not answer within {seconds:.3g} s") from slow
        except aiohttp.ClientError as broken:
            raise Unavailable(self._service, f"{name} cannot be reached ({_kind(broken)})") from broken

    async def aclose(self) -> None:
        """Closes all connections; calls under way end as Unavailable."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        try:
            return await self._once(request, body)
        except (Gone, aiohttp.ClientConnectionResetError):
            # The service has closed a connection that was idle just as we sent (RFC 9112 section 9.3.1).
            if not call_of(request).repeatable:
                raise
            # Or it has done what was asked, and the connection broke before it could say so.
            if (following := fate.current()) is not None:
                following.lost(request)
            return await self._once(request, body)

    async def _once(self, request: httpx.Request, body: bytes) -> httpx.Response:
        data = BytesIO(body) if len(body) > _PIECEMEAL else body or None
        answer = await self._open().request(
            request.method, _url(request.url), headers=_headers(request), data=data, allow_redirects=False
        )
        try:
            content = await self._read(answer)
        except BaseException as failure:
            answer.close()  # what is left unread must not be the beginning of another's answer
            clear_frames(failure.__traceback__)  # they hold what was read, for as long as somebody keeps the error
            raise
        return _response(request, answer, content)

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        if answer.status == _SWITCHING:
            raise Unavailable(self._service, f"{self._service.name} changed to a protocol that was not asked for")
        body = Body(self._service, ", ".join(answer.headers.getall("Content-Encoding", ())), self._largest)
        length = 0 if answer.method == "HEAD" else answer.content_length or 0
        body.expect(length)
        with self._allowance.share(self._largest if body.encoded else length or self._largest) as share:
            async for chunk in answer.content.iter_any():
                for grown in body.steps(chunk):
                    if not share.covers(grown):
                        await self._covered(share, grown, answer)
            return body.finish()

    async def _covered(self, share: Share, length: int, answer: aiohttp.ClientResponse) -> None:
        """Waits for memory. What comes meanwhile stays with the sender."""
        with paused(answer):
            await share.cover(length)

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at first use: it belongs to the loop that runs then."""
        if self._closed:
            raise RuntimeError("the wire is closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=Pool(limit=self._concurrency, tls=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                skip_auto_headers=_OURS,
                timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_timeout),
                read_bufsize=_BUFFER,
                max_field_size=HEAD,
            )
        return self._session


def _url(url: httpx.URL) -> URL:
    """The same address to the byte, but for user and password: who sends them writes the header."""
    return URL(f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}", encoded=True)


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    """As they are; only how the answer may be encoded is said by who decodes it."""
    sent = [(name.decode(), value.decode()) for name, value in request.headers.raw if name.lower() not in _REPLACED]
    return [*sent, ("Accept-Encoding", ACCEPTED)]


def _response(request: httpx.Request, answer: aiohttp.ClientResponse, content: bytes) -> httpx.Response:
    undone = _UNDONE - {b"content-length"} if request.method == "HEAD" else _UNDONE  # there it is said of GET
    headers = [header for header in answer.raw_headers if header[0].lower() not in undone]
    extensions = {"http_version": b"HTTP/1.1", "reason_phrase": (answer.reason or "").encode("ascii", "ignore")}
    return httpx.Response(answer.status, headers=headers, content=content, request=request, extensions=extensions)


def _kind(error: aiohttp.ClientError) -> str:
    if isinstance(error, (aiohttp.ClientConnectorSSLError, aiohttp.ClientConnectorCertificateError)):
        return "no secure connection"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection"
    garbled = isinstance(error, (aiohttp.ClientResponseError, Garbled))
    return "its answer is not HTTP" if garbled else "the connection broke off"
