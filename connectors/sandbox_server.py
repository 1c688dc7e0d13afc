"""The imitations over real HTTP, one path prefix each: `/stripe/v1/charges` is Stripe's `/v1/charges`.

A pure ASGI application: https://asgi.readthedocs.io/en/latest/specs/www.html. An imitation sees a request as if it had
come to the vendor's own address, and the links in its answer lead back here, so that a client can follow them.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import httpx
import msgspec

from connectors.connection import base_url, imitated
from connectors.faults import control
from connectors.faults.answers import answer
from connectors.faults.delivery import Receive, Scope, Send, Sleep, deliver
from connectors.faults.faults import Faults
from connectors.seed.people import People
from connectors.vendor import Handler, Vendor

LARGEST_BODY = 1 << 20  # bytes of a request

Headers = Iterable[tuple[bytes, bytes]]

_HOP_BY_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"host", b"content-length"}
_JSON = (b"content-type", b"application/json")


class Imitation:
    """One vendor's imitation, and where it believes itself to be."""

    def __init__(self, vendor: Vendor, people: People) -> None:
        self.vendor = vendor
        self._handle: Handler = vendor.imitate(people)
        self._origin = httpx.URL(base_url(vendor, imitated(vendor))).copy_with(raw_path=b"/")

    @property
    def prefix(self) -> str:
        """The first segment of its paths here."""
        return f"/{self.vendor.service}"

    def answer(self, scope: Scope, body: bytes, here: str) -> httpx.Response:
        """The imitation's reply; `here` is our own address, that of the prefix."""
        path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].removeprefix(self.prefix.encode())
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
        url = self._origin.copy_with(raw_path=(path or b"/") + query)
        reply = self._handle(httpx.Request(scope["method"], url, headers=headers, content=body))
        return self._led_here(reply, here.encode())

    def _led_here(self, reply: httpx.Response, here: bytes) -> httpx.Response:
        there = str(self._origin).rstrip("/").encode()
        headers = [(name, value.replace(there, here)) for name, value in reply.headers.raw]
        kept = [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
        return httpx.Response(reply.status_code, headers=kept, content=reply.content.replace(there, here))


class SandboxServer:
    """ASGI application. `GET /` lists what is served, `/faults` is for `control`; an unknown prefix is 404."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        people: People,
        faults: str | Mapping[str, str] = "",
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`faults` are those at the start, as in `Faults.set`; raises FaultsError."""
        self.faults = Faults([vendor.service for vendor in vendors], faults)
        self.people = people
        self._imitations = {f"/{vendor.service}": Imitation(vendor, people) for vendor in vendors}
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request, or the start and the end of the process."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = f"{scope['scheme']}://{_host(scope)}"
        imitation = self._imitations.get(_prefix(scope))
        if (body := await _body(receive)) is None:
            await _send(_json({"error": f"The body is larger than {LARGEST_BODY} bytes"}, 413), scope["method"], send)
        elif imitation is None:
            await _send(self._own(scope, body, here), scope["method"], send)
        elif (fault := self.faults.strike(imitation.vendor.service)) is None:
            await _send(imitation.answer(scope, body, here + imitation.prefix), scope["method"], send)
        else:
            reply = imitation.answer(scope, body, here + imitation.prefix) if fault.asks else None
            faulty = answer(fault, reply)
            await deliver(faulty, scope, receive, send, latency=fault.latency, sleep=self._sleep)

    def _own(self, scope: Scope, body: bytes, here: str) -> httpx.Response:
        """What the server says of itself."""
        if scope["path"] == "/":
            return _json({"customers": self.people.count, "services": self._listed(here)})
        if scope["path"] == control.PATH:
            return control.control(self.faults, scope["method"], body)
        known = ", ".join(self._imitations)
        return _json({"error": f"No service lives at {_prefix(scope)}: expected one of {known}"}, 404)

    def _listed(self, here: str) -> list[dict[str, str]]:
        return [
            {
                "service": imitation.vendor.service.value,
                "baseUrl": address(imitation.vendor, here),
                "documentation": imitation.vendor.documentation,
            }
            for imitation in self._imitations.values()
        ]


def address(vendor: Vendor, server: str) -> str:
    """The base URL of a vendor's imitation at `server`; a path that belongs to the vendor's own base URL follows."""
    path = httpx.URL(base_url(vendor, imitated(vendor))).path.rstrip("/")
    return f"{server}/{vendor.service}{path}"


def _prefix(scope: Scope) -> str:
    return "/" + str(scope["path"]).removeprefix("/").partition("/")[0]


def _host(scope: Scope) -> str:
    """The address by which the client has found us."""
    host, port = scope.get("server") or ("127.0.0.1", 80)
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), f"{host}:{port}")


async def _body(receive: Receive) -> bytes | None:
    """All of it; None where it is too large."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _json(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, headers=[_JSON], content=msgspec.json.encode(body))


async def _send(response: httpx.Response, method: str, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in response.headers.raw if name.lower() != b"content-length"]
    headers.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.content})


async def _lifespan(receive: Receive, send: Send) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})
