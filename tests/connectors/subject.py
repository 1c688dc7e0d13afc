"""An `Api` over a network of a test's choice."""

from collections.abc import Sequence
from typing import Literal

import httpx
import msgspec

from connectors.api import Api
from connectors.domain.service import Service
from connectors.transport.stats import ServiceStats, State
from connectors.transport.trace import Sent, Trace
from tests.connectors.support import Recorder

BASE = "https://vendor.example/root"


class Thing(msgspec.Struct):
    id: str
    size: int
    colour: Literal["red", "green"] = "red"


class ErrorBody(msgspec.Struct):
    why: str | None


THING = b'{"id": "t1", "size": 3, "unread": [1, {"deep": null}]}'


def why(body: bytes) -> str | None:
    return msgspec.json.decode(body, type=ErrorBody).why


class Subject:
    """An `Api` over `wire`, with all that it can be asked about afterwards."""

    def __init__(
        self,
        wire: httpx.AsyncBaseTransport,
        *,
        timeout: float = 5.0,
        secrets: Sequence[str] = (),
        configured: bool = True,
        base_url: str = BASE,
    ) -> None:
        self.wire = Recorder(wire)
        self.stats = ServiceStats(Service.JIRA)
        transport = Trace(Sent(self.wire, self.stats), self.stats)
        self.client = httpx.AsyncClient(base_url=base_url, transport=transport)
        self.api = Api(
            Service.JIRA,
            self.client,
            self.stats,
            transport=transport,
            timeout=timeout,
            error_message=why,
            secrets=secrets,
            configured=configured,
        )

    async def thing(self) -> Thing:
        return await self.api.get("/things/t1", into=Thing)

    @property
    def figures(self) -> tuple[int, int, State]:
        """Calls, errors, state."""
        return self.stats.totals.calls, self.stats.totals.errors, self.stats.state

    @property
    def only_request(self) -> httpx.Request:
        (request,) = self.wire.requests
        return request
