"""What a connection saw of a write decides what its caller is told."""

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.service import Service
from connectors.seed.people import People
from connectors.sources import Sources
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from connectors.transport.stats import ServiceStats
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book
from tests.schema.harness import run
from tests.schema.test_deeds import done, refund


@pytest.mark.parametrize(
    ("lost", "codes"),
    [
        (httpx.ReadError("gone"), ["UPSTREAM_TIMEOUT"]),
        (httpx.ConnectError("refused"), ["UPSTREAM_UNAVAILABLE"]),
        (httpx.ReadTimeout("late"), ["UPSTREAM_TIMEOUT"]),
    ],
)
@pytest.mark.parametrize("store", [None, MemoryStore()], ids=["bare", "through every layer"])
async def test_what_the_connection_saw_decides_what_is_unknown(
    people: People, store: MemoryStore | None, lost: httpx.TransportError, codes: list[str]
) -> None:
    """Where there was a connection the vendor acts, and its answers are lost; the same key has them afterwards."""
    vendor, down = STRIPE.imitate(people), [lost]

    def answer(request: httpx.Request) -> httpx.Response:
        connected = not (down and request.method == "POST" and isinstance(lost, httpx.ConnectError))
        made = vendor(request) if connected else None
        if made is None or (down and request.method == "POST"):
            raise lost
        return made

    access = Access(mode=Mode.LIVE, base_url=STRIPE.base_url, credentials=imitated(STRIPE))
    connection = connect(STRIPE, access, people, httpx.MockTransport(answer), store=store)
    sources = Sources(Book(), ServiceStats(Service.STORE), [connection], Deeds())
    query = "{ payments(first: 100) { edges { node { id status } } } }"
    edges = (await run(sources, query)).whole["payments"]["edges"]
    paid = next(edge["node"]["id"] for edge in edges if edge["node"]["status"] == "SUCCEEDED")
    failed = await refund(sources, paymentId=paid)
    assert failed.codes == codes
    assert ("outcome" in failed.only_error["extensions"]) is (codes == ["UPSTREAM_TIMEOUT"])
    down.clear()
    assert (await done(sources, paymentId=paid)) == {"payment": {"id": paid}, "errors": []}
