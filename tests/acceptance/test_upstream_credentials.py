"""Two credentials side by side, through every layer: what one may see, the other is never shown."""

import asyncio
from collections.abc import Callable
from itertools import count

import httpx
import pytest

from connectors.api import Api
from connectors.connection import Access, Connection, Mode, connect
from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.stripe.wire import Charge
from connectors.transport.cache_store import MemoryStore

READS, AT_ONCE, OF_EACH = 10_000, 200, 10
CHARGE = {
    "amount": 100,
    "amount_refunded": 0,
    "currency": "usd",
    "status": "succeeded",
    "created": 1_795_348_800,
    "refunded": False,
    "livemode": False,
}
SECRETS = ("sk_test_ours", "sk_test_theirs")


class Owned(httpx.AsyncBaseTransport):
    """Answers with the secret of who asked and what of, after a moment in which others ask as well."""

    def __init__(self, headers: Callable[[int], dict[str, str]]) -> None:
        self.calls = 0
        self._headers = headers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        number = self.calls
        for _ in range(number % 5):
            await asyncio.sleep(0)
        secret, thing = request.headers["authorization"].removeprefix("Bearer "), request.url.path.rpartition("/")[2]
        body = CHARGE | {"id": thing, "description": secret}
        return httpx.Response(200, json=body, headers=self._headers(number), request=request)


def side_by_side(wire: Owned) -> list[Connection]:
    """Both keep what they are told in one store, as those of one process do."""
    store = MemoryStore()
    accesses = (
        Access(mode=Mode.LIVE, base_url="https://vendor.example", credentials={"STRIPE_API_KEY": secret})
        for secret in SECRETS
    )
    return [connect(STRIPE, access, People(1), wire, store=store) for access in accesses]


def api(connection: Connection) -> Api:
    found = connection.connector._api  # type: ignore[attr-defined]  # noqa: SLF001 - connectors keep it to themselves
    assert isinstance(found, Api)
    return found


@pytest.mark.parametrize(
    "headers",
    [
        lambda _: {},
        lambda number: {"Cache-Control": "public, max-age=60", "ETag": f'"{number}"'},
        lambda _: {"Vary": "Accept"},
    ],
    ids=["kept by the route", "called public by the service", "varying"],
)
async def test_of_ten_thousand_interleaved_reads_no_body_crosses_over(headers: Callable[[int], dict[str, str]]) -> None:
    wire = Owned(headers)
    connections = side_by_side(wire)
    apis = [api(one) for one in connections]

    async def ask(number: int) -> None:
        owner, thing = number % 2, f"ch_{number // (2 * OF_EACH)}"
        found = await apis[owner].get(f"/v1/charges/{thing}", into=Charge)
        assert (found.id, found.description) == (thing, SECRETS[owner]), "a body crossed over"

    numbers = count()
    for _ in range(READS // AT_ONCE):
        await asyncio.gather(*(ask(next(numbers)) for _ in range(AT_ONCE)))
    shared = sum(one.stats.totals.cached + one.stats.totals.coalesced for one in connections)
    assert (next(numbers), wire.calls + shared) == (READS, READS)
    assert wire.calls == READS / OF_EACH, "each credential asked once for each thing: there was something to cross over"
