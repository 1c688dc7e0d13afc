"""PayPal's client over its imitation, and over a history that a test writes line by line."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import httpx

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import ConnectorError
from connectors.domain.page import Page, Slice
from connectors.domain.payments import Payment, PaymentsAsked, PaymentStatus
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.paypal.client import Paypal
from connectors.paypal.sandbox import imitate
from connectors.paypal.sandbox_books import TRANSACTION
from connectors.paypal.service import PAYPAL
from connectors.seed.people import PAYPAL_PAYER, People
from connectors.transport.cache_store import MemoryStore
from connectors.vendor import Vendor
from tests.connectors.support import NOW, Recorder

Json: TypeAlias = Any  # what PayPal would answer

TRANSACTIONS = "/v1/reporting/transactions"
BALANCES = "/v1/reporting/balances"
TOKEN = "/v1/oauth2/token"
BASE = "https://api-m.paypal.com"


class Ticking:
    """A clock that moves when it is told to; seconds."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def unix_now() -> float:
    return NOW.timestamp()


def imitation(people: People) -> httpx.MockTransport:
    """A PayPal at `NOW`."""
    return httpx.MockTransport(imitate(people, unix_now))


def at_now(clock: Callable[[], float] = lambda: 0.0) -> Vendor:
    """PayPal, as if it were `NOW`."""
    return replace(PAYPAL, connect=lambda api: Paypal(api, clock=clock, now=lambda: NOW))


def connected(
    wire: httpx.AsyncBaseTransport, *, clock: Callable[[], float] = lambda: 0.0, whole: bool = False
) -> Connection:
    """A connection over `wire`; `whole` with every layer of the upstream stack."""
    access = Access(mode=Mode.IMITATED, base_url=BASE, credentials=imitated(PAYPAL))
    store = MemoryStore() if whole else None
    return connect(at_now(clock), access, People(1, NOW), wire, store=store)


def client(wire: httpx.AsyncBaseTransport, *, clock: Callable[[], float] = lambda: 0.0, whole: bool = False) -> Paypal:
    """The connector of such a connection."""
    connector = connected(wire, clock=clock, whole=whole).connector
    assert isinstance(connector, Paypal)
    return connector


def ref(number: int) -> CustomerRef:
    """Somebody of the made-up people."""
    return payer(PAYPAL_PAYER.encode(number))


def payer(id: str) -> CustomerRef:
    """Somebody with this payer id."""
    return CustomerRef(f"customer of {id}", (ServiceLink(Service.PAYPAL, id),))


async def page_of(paypal: Paypal, asked: PaymentsAsked) -> Slice[Payment]:
    """The answer to one question, which is no error."""
    answer = (await paypal.payments([asked]))[asked]
    assert not isinstance(answer, ConnectorError), answer
    return answer


async def everything(paypal: Paypal, whose: CustomerRef | None = None) -> list[Payment]:
    """All that there is of somebody, or of everybody."""
    return list((await page_of(paypal, PaymentsAsked(whose, Page(None)))).items)


async def by_id(paypal: Paypal, id: str) -> Payment | None:
    """One payment, or that there is none."""
    answer = (await paypal.payments_by_id([id]))[id]
    assert not isinstance(answer, ConnectorError), answer
    return answer


async def some(paypal: Paypal, status: PaymentStatus = PaymentStatus.SUCCEEDED, days: int = 170) -> Payment:
    """A payment of which PayPal knows as a capture, lately enough to be given back."""
    lately = [
        one for one in await everything(paypal) if NOW - one.created_at < timedelta(days=days) and one.status is status
    ]
    known = [one for one in lately if not outside_checkout(one.external_id)]
    return known[0]


def outside_checkout(id: str) -> bool:
    """Whether the imitation knows a payment as money that was just sent."""
    return (TRANSACTION.decode(id) or 0) // 4 % 12 == 5


def paths(wire: Recorder) -> list[str]:
    """Where calls went, tokens apart."""
    return [request.url.path for request in wire.requests if request.url.path != TOKEN]


def searches(wire: Recorder) -> list[httpx.Request]:
    """Calls to the history."""
    return [request for request in wire.requests if request.url.path == TRANSACTIONS]


def line(id: str, at: datetime, value: str = "10.00", *, by: str = "ADA", **info: str) -> Json:
    """A payment in dollars, unless `info` says something else of it."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")  # as PayPal writes it, whatever the contract says
    return {
        "transaction_info": {
            "transaction_id": id.ljust(17, "X"),
            "transaction_event_code": "T0006",
            "transaction_status": "S",
            "transaction_initiation_date": stamp,
            "transaction_updated_date": stamp,
            "transaction_amount": {"currency_code": "USD", "value": value},
            **info,
        },
        "payer_info": {"account_id": by},
    }


def returned(id: str, of: str, at: datetime, value: str = "-4.00", **info: str) -> Json:
    """What was given back of a payment."""
    about = {"transaction_event_code": "T1107", "paypal_reference_id": of.ljust(17, "X")}
    return line(id, at, value, **(about | info))


class Written(httpx.AsyncBaseTransport):
    """A PayPal whose history is `lines`, in their order, and whose captures are `captures`."""

    def __init__(
        self, lines: Sequence[Json], captures: Mapping[str, Json] | None = None, *, most: int = 10_000
    ) -> None:
        self.lines = list(lines)
        self.captures = {id.ljust(17, "X"): capture for id, capture in (captures or {}).items()}
        self.most = most
        self.tokens = 0
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN:
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 32_400})
        self.requests.append(request)
        if request.url.path == TRANSACTIONS:
            return self._search(request.url.params)
        capture = self.captures.get(request.url.path.split("/")[4])
        return httpx.Response(200, json=capture) if capture else httpx.Response(404, json={"name": "NOT_FOUND"})

    def _search(self, query: httpx.QueryParams) -> httpx.Response:
        found = [one for one in self.lines if _fits(one["transaction_info"], query)]
        if len(found) > self.most:
            return httpx.Response(400, json={"name": "RESULTSET_TOO_LARGE", "message": "too many"})
        size, page = int(query["page_size"]), int(query["page"])
        shown = found[(page - 1) * size : page * size]
        return httpx.Response(200, json={"transaction_details": shown, "total_pages": -(-len(found) // size)})


def _fits(info: Mapping[str, str], query: httpx.QueryParams) -> bool:
    start, end, at = (
        datetime.fromisoformat(text)
        for text in (query["start_date"], query["end_date"], info["transaction_initiation_date"])
    )
    names = {"transaction_type": "transaction_event_code", "transaction_id": "transaction_id"}
    return start <= at <= end and all(info[field] == query.get(name, info[field]) for name, field in names.items())


def capture(id: str, at: datetime, status: str = "COMPLETED", value: str = "10.00") -> Json:
    """A capture in dollars."""
    amount = {"currency_code": "USD", "value": value}
    return {"id": id.ljust(17, "X"), "status": status, "amount": amount, "create_time": at.isoformat()}


def body(request: httpx.Request) -> Json:
    """What was sent, from JSON."""
    return json.loads(request.content)
