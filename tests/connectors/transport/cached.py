"""A cache over a network of a test's choice, at a time of its choice."""

from email.utils import formatdate

import httpx

from connectors.domain.service import Service
from connectors.transport.cache import Cache
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.vendor_wire import Reply, Vendor, read

NOON = 1795348800.0  # 2026-11-22 12:00 UTC
ROUTE = Call(credential="a", repeatable=True, fresh=60.0, stale=30.0, if_error=600.0)


def reply(body: bytes = b"1", status: int = 200, **headers: str) -> httpx.Response:
    """An answer; `cache_control` is `Cache-Control`, and so on."""
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=pairs, content=body)


class Subject:
    """The layer, over a vendor that gives `replies` in turn."""

    def __init__(self, *replies: Reply, wire: httpx.AsyncBaseTransport | None = None) -> None:
        self.now = NOON
        self.vendor = Vendor(*replies)
        self.stats = ServiceStats(Service.GITHUB)
        self.store = MemoryStore()
        self.layer = Cache(wire or self.vendor, Service.GITHUB, self.stats, self.store, now=lambda: self.now)

    async def ask(self, request: httpx.Request | None = None) -> httpx.Response:
        return await self.layer.handle_async_request(request or read())

    async def bodies(self, count: int, request: httpx.Request | None = None) -> list[bytes]:
        return [(await self.ask(request)).content for _ in range(count)]

    @property
    def calls(self) -> int:
        return len(self.vendor.requests)

    @property
    def date(self) -> str:
        return formatdate(self.now, usegmt=True)
