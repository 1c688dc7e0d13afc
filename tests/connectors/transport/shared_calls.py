"""The coalescing layer over a network that answers when told to."""

import asyncio

import httpx

from connectors.domain.service import Service
from connectors.transport.coalesce import Coalesce
from connectors.transport.stats import ServiceStats
from connectors.transport.trace import Sent
from tests.connectors.transport.vendor_wire import Waiting, read
from tests.connectors.transport.virtual_time import clock

GITHUB = Service.GITHUB


class Subject:
    """The layer over a network that answers when told to."""

    def __init__(self, wire: httpx.AsyncBaseTransport | None = None) -> None:
        self.wire = Waiting()
        self.stats = ServiceStats(GITHUB)
        self.layer = Coalesce(wire or self.wire, GITHUB, self.stats, clock=clock)

    @classmethod
    def sending(cls) -> "Subject":
        """With the layer inside that tells of what is sent; without it, every call waits for its turn."""
        subject = cls()
        subject.layer = Coalesce(Sent(subject.wire, subject.stats), GITHUB, subject.stats, clock=clock)
        return subject

    def start(self, request: httpx.Request | None = None) -> "asyncio.Task[httpx.Response]":
        return asyncio.create_task(self.layer.handle_async_request(request or read()))
