"""One vendor's HTTP API: send, decode, and translate what goes wrong, once for all connectors."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from cachetools import LRUCache

from connectors.domain.errors import (
    ConnectorError,
    Malformed,
    NotConfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.service import Service
from connectors.transport.ahead import in_turn
from connectors.transport.call import attach
from connectors.transport.deadline import remaining, within
from connectors.transport.retry_after import retry_after
from connectors.transport.snapshot import DECODED
from connectors.transport.stats import ServiceStats
from connectors.treatment import Treatment

_SOONER = 0.97  # what waits inside ends by its own deadline, so that the breaker hears of a timeout; we end the rest

T = TypeVar("T")
V = TypeVar("V")
Query = Mapping[str, str | int | Sequence[str]] | Sequence[tuple[str, str | int]]
Form = Mapping[str, str] | None
Headers = Mapping[str, str] | None
ErrorMessage = Callable[[bytes], str | None]
_READINGS = 1024  # requests that are kept, of 2 to 3 kB each


class Api:
    """Speaks to the base URL of one service alone. Every method returns a decoded Struct or raises ConnectorError."""

    def __init__(
        self,
        service: Service,
        client: httpx.AsyncClient,
        stats: ServiceStats,
        *,
        transport: httpx.AsyncBaseTransport,
        timeout: float,
        error_message: ErrorMessage,
        secrets: Sequence[str] = (),
        configured: bool = True,
        treatment: Treatment | None = None,
    ) -> None:
        """`client` makes requests, and `transport` sends them.

        `timeout`: seconds for a whole call; `error_message` reads an error body; `secrets` are never shown. Where it is
        not `configured`, every call raises NotConfigured.
        """
        self.service = service
        self._client = client
        self._transport = transport
        self._treatment = treatment or Treatment()
        self._stats = stats
        self._timeout = timeout
        self._error_message = error_message
        self._configured = configured
        self._readings: LRUCache[tuple[str, str, str], httpx.Request] = LRUCache(_READINGS)
        # Longest first: where one secret is the beginning of another, neither leaves a rest.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    async def get(self, path: str, query: Query | None = None, *, into: type[T], headers: Headers = None) -> T:
        """GET `path` under the base URL. Here and below, `headers` go before those of every call."""
        return await self._counted(self._asked(self._reading(path, query, headers), into))

    async def post(
        self,
        path: str,
        *,
        json: object = None,
        form: Form = None,
        into: type[T],
        headers: Headers = None,
        evicts: Sequence[str] = (),
    ) -> T:
        """POST a JSON body, or a form.

        `evicts` are the paths below which answers are wrong once this is done, as `"/v1/charges"` after a refund. What
        is kept of them for these credentials is forgotten, also where it is unknown whether it was done.
        """
        request = self._request("POST", path, evicts=evicts, **_body(json, form, headers))
        return await self._counted(self._asked(request, into))

    async def query(
        self, path: str, json: object = None, *, form: Form = None, into: type[T], headers: Headers = None
    ) -> T:
        """POST a question that changes nothing: it may be repeated, shared and kept like a GET."""
        request = self._request("POST", path, reads=True, **_body(json, form, headers))
        return await self._counted(self._asked(request, into))

    async def find(self, path: str, query: Query | None = None, *, into: type[T], headers: Headers = None) -> T | None:
        """GET, with None where the vendor answers 404: there is no such thing."""
        return await self._counted(self._found(self._reading(path, query, headers), into))

    def fail(self, error: ConnectorError) -> NoReturn:
        """Raises what a connector found wrong inside an answer that HTTP called right, having counted it."""
        if isinstance(error, Rejected):
            self._stats.refused(error)
        else:
            self._stats.failed_after_all(error)
        raise error

    def _reading(self, path: str, query: Query | None, headers: Headers) -> httpx.Request:
        """The same one for the same read: to make it takes longer than to answer it from the cache."""
        key = (path, repr(query), repr(headers))
        request = self._readings.get(key)
        if request is None:
            request = self._readings[key] = self._request("GET", path, params=_params(query), headers=headers)
        return request

    def _request(
        self,
        method: str,
        path: str,
        *,
        reads: bool = False,
        evicts: Sequence[str] = (),
        **content: Any,  # noqa: ANN401 - httpx's own names
    ) -> httpx.Request:
        if not self._configured:
            self._stats.missing()
            raise NotConfigured(self.service)
        try:
            request = self._client.build_request(method, path, **content)
            below = tuple(self._client.build_request("GET", one).url.raw_path.decode("ascii") for one in evicts)
            return attach(request, self._treatment.call(request, path, reads=reads or method == "GET", evicts=below))
        except httpx.InvalidURL as unfit:
            text = f"what was asked of {self.service.name} does not fit into an address"
            raise Rejected(self.service, HTTPStatus.REQUEST_URI_TOO_LONG, text) from unfit

    async def _asked(self, request: httpx.Request, into: type[T]) -> T:
        return self._read(await self._send(request), into)

    async def _found(self, request: httpx.Request, into: type[T]) -> T | None:
        response = await self._send(request)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        return self._read(response, into)

    def _read(self, response: httpx.Response, into: type[T]) -> T:
        """What a body says. One that was read before is not read again: callers share it, and change nothing in it."""
        self._check(response)
        known: dict[Any, Any] = response.extensions.get(DECODED, {})
        found: T | None = known.get(into)
        if found is None:
            found = known[into] = self._decode(response.content, into)
        return found

    async def _counted(self, exchange: Awaitable[V]) -> V:
        try:
            answer = await exchange
        except Rejected as refusal:
            self._stats.succeeded()  # the service is well: it understood, and said no
            self._stats.refused(refusal)
            raise
        except ConnectorError as error:
            self._stats.failed(error)
            raise
        self._stats.succeeded()
        return answer

    async def _send(self, request: httpx.Request) -> httpx.Response:
        request = in_turn(request)
        seconds = min(self._timeout, remaining())
        try:
            with within(seconds * _SOONER):
                async with asyncio.timeout(seconds):
                    return await self._received(await self._transport.handle_async_request(request), request)
        except (TimeoutError, httpx.TimeoutException) as slow:
            raise TimedOut(self.service, f"{self.service.name} did not answer within {seconds:.3g} s") from slow
        except httpx.DecodingError as garbled:
            raise Malformed(self.service, "$", "the body is not encoded as its headers say") from garbled
        except httpx.TransportError as broken:
            raise Unavailable(self.service, f"{self.service.name} cannot be reached ({_kind(broken)})") from broken

    async def _received(self, response: httpx.Response, request: httpx.Request) -> httpx.Response:
        """The whole of it. The layers have read it already; a bare transport has not."""
        response.request = request
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    def _check(self, response: httpx.Response) -> None:
        status, name = response.status_code, self.service.name
        if response.is_success:
            return
        if _throttled(response):
            raise RateLimited(self.service, retry_after(response.headers.get("retry-after")))
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise Unauthorized(self.service, f"{name} does not accept our credentials ({status})")
        if not response.is_client_error:
            raise Unavailable(self.service, f"{name} answered {status}")
        raise Rejected(self.service, status, f"{name} answered {status}: {self._reason(response)}")

    def _reason(self, response: httpx.Response) -> str:
        try:
            message = self._error_message(response.content) or response.reason_phrase
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            message = response.reason_phrase
        return self._redacted(message)

    def _redacted(self, message: str) -> str:
        for secret in self._secrets:
            message = message.replace(secret, "…")
        return message

    def _decode(self, body: bytes, into: type[T]) -> T:
        try:
            answer: T = _decoder(into).decode(body)  # type: ignore[arg-type]  # a type is hashable
        except msgspec.ValidationError as misfit:
            message, _, path = str(misfit).partition(" - at ")
            raise Malformed(self.service, path.strip("`") or "$", self._redacted(message)) from misfit
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as garbled:
            raise Malformed(self.service, "$", "the body is not JSON") from garbled
        return answer


@lru_cache(maxsize=256)
def _decoder(into: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401 - a cache key; `_decode` has the type
    return msgspec.json.Decoder(into)


def _throttled(response: httpx.Response) -> bool:
    """Whether we are told to wait: 429, or 403 with the reason in its headers, as GitHub does.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    if response.status_code == HTTPStatus.FORBIDDEN:
        return "retry-after" in response.headers or response.headers.get("x-ratelimit-remaining") == "0"
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def _body(json: object, form: Form, headers: Headers) -> dict[str, Any]:
    if form is not None:
        return {"data": form, "headers": headers}
    return {"content": msgspec.json.encode(json), "headers": {"Content-Type": "application/json"} | dict(headers or {})}


def segment(value: str) -> str:
    """`value` as one segment of a path, whatever it holds: an id that callers made up cannot lead elsewhere."""
    return "%2F".join(_unresolved(part) for part in value.split("/"))


def _unresolved(part: str) -> str:
    """Servers decode before they resolve `..`, and `%2E` means `.` (RFC 3986, 6.2.2.2): such dots are encoded twice."""
    return part.replace(".", "%252E") if set(part) == {"."} else quote(part, safe="")


def _params(query: Query | None) -> Any:  # noqa: ANN401 - httpx takes both forms, its annotation only one of them
    return query or None


def _kind(error: httpx.TransportError) -> str:
    refused = isinstance(error, httpx.ConnectError)
    return "no connection" if refused else "the connection broke off"
