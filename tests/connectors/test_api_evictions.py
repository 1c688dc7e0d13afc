"""A connector's write takes along what it makes wrong, wherever its service is reached."""

import httpx
import pytest

from connectors.api import Api
from connectors.domain.errors import ConnectorError
from connectors.domain.service import Service
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import call_of
from connectors.transport.limits import Limits
from connectors.transport.stack import stack
from connectors.transport.stats import ServiceStats
from connectors.treatment import Keep, Treatment
from tests.connectors.subject import BASE, THING, Subject, Thing, why
from tests.connectors.support import answering


@pytest.mark.parametrize(
    ("base", "path", "sent"),
    [
        (BASE, "/things", "/root/things"),
        (f"{BASE}/", "/things", "/root/things"),
        ("https://vendor.example", "/things/a b", "/things/a%20b"),
    ],
)
async def test_what_a_write_names_is_known_as_it_is_asked_for(base: str, path: str, sent: str) -> None:
    subject = Subject(answering(200, THING), base_url=base)
    await subject.api.post("/refunds", json={}, into=Thing, evicts=[path])
    assert call_of(subject.only_request).evicts == (sent,)


async def test_reads_and_plain_writes_name_nothing() -> None:
    subject = Subject(answering(200, THING))
    await subject.api.get("/things", into=Thing)
    await subject.api.query("/things", {}, into=Thing)
    await subject.api.post("/things", form={}, into=Thing)
    assert [call_of(request).evicts for request in subject.wire.requests] == [()] * 3


class Shop:
    """An `Api` behind all its layers, over a service that counts its answers."""

    def __init__(self, *statuses: int) -> None:
        self.answers = 0
        self._statuses = list(statuses)
        stats = ServiceStats(Service.JIRA)
        layers = stack(httpx.MockTransport(self._answer), stats, MemoryStore(), Limits(attempts=1))
        self.api = Api(
            Service.JIRA,
            httpx.AsyncClient(base_url=BASE, transport=layers.top),
            stats,
            transport=layers.top,
            timeout=5,
            error_message=why,
            treatment=Treatment(keeps=(Keep(path="/", fresh=60),)),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(self._statuses.pop(0), content=THING)
        self.answers += 1
        return httpx.Response(200, json={"id": "t", "size": self.answers})

    async def size(self, path: str = "/things/t1") -> int:
        return (await self.api.get(path, into=Thing)).size

    async def refund(self) -> None:
        await self.api.post("/refunds", json={}, into=Thing, evicts=("/things",))


async def test_after_a_write_the_next_read_asks_the_service() -> None:
    shop = Shop(200)
    assert [await shop.size() for _ in range(2)] == [1, 1]
    other = await shop.size("/others")
    await shop.refund()
    assert await shop.size() == 3
    assert await shop.size("/others") == other


@pytest.mark.parametrize(("status", "asked"), [(500, True), (400, False)])
async def test_a_write_that_fails_may_have_been_made_and_one_that_is_refused_was_not(
    status: int, *, asked: bool
) -> None:
    shop = Shop(status)
    await shop.size()
    with pytest.raises(ConnectorError):
        await shop.refund()
    assert await shop.size() == (2 if asked else 1)
