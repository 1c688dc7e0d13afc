"""Every request of the connector and every answer of the imitation, held to what Stripe publishes."""

from datetime import datetime, timedelta

import httpx
import pytest

from connectors.connection import Connection
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.page import Page, Position, Slice
from connectors.domain.payments import Invoice, InvoicesAsked, Payment, PaymentsAsked, PaymentStatus
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.service import Service
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.stripe.wire import API_VERSION
from tests.connectors.stripe.account import customer
from tests.connectors.support import NOW, connected, crowd, matches, refs
from tests.contracts.checked import Checked, contract
from tests.contracts.violation import ContractViolation

SEARCH = {"GET /v1/charges/search": "charge[]"}
EXTRA = {
    "GET /v1/charges/{charge}": "charge",
    "GET /v1/subscriptions/{subscription}": "subscription",
    "GET /v1/invoices/{invoice}": "invoice",
}
PEOPLE = crowd(60)
SOMEBODY, ANOTHER = refs(PEOPLE, [0, 1])
STRANGER = CustomerRef("9", (ServiceLink(Service.STRIPE, "cus_nobody"),))
UNLINKED = CustomerRef("8")
LAST_MONTH = NOW - timedelta(days=30)
PAGES = [Page(), Page(0), Page(1), Page(150), Page(None), Page(5, Position(LAST_MONTH, "stripe:zzz"))]


@pytest.fixture
def wire() -> Checked:
    return Checked(httpx.MockTransport(STRIPE.imitate(PEOPLE)), contract("stripe", extra=EXTRA | SEARCH))


@pytest.fixture
def connection(wire: Checked) -> Connection:
    return connected(STRIPE, PEOPLE, wire)


@pytest.fixture
def stripe(connection: Connection) -> Stripe:
    assert isinstance(connection.connector, Stripe)
    return connection.connector


def found(answer: Slice[Payment] | Slice[Invoice] | ConnectorError) -> list[str]:
    assert not isinstance(answer, ConnectorError), answer
    return [one.external_id for one in answer.items]


async def test_the_balance_keeps_to_the_contract(stripe: Stripe, wire: Checked) -> None:
    await stripe.ping()
    assert wire.seen == {"GET /v1/balance": 1}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [None, PaymentStatus.PARTIALLY_REFUNDED])
@pytest.mark.parametrize("since", [None, NOW - timedelta(days=60), NOW + timedelta(days=1)])
async def test_payments_keep_to_the_contract(
    stripe: Stripe, wire: Checked, page: Page, status: PaymentStatus | None, since: datetime | None
) -> None:
    asked = [PaymentsAsked(ref, page, status, since) for ref in (None, SOMEBODY, ANOTHER, UNLINKED)]
    answers = await stripe.payments(asked)
    assert found(answers[asked[3]]) == []
    assert all(isinstance(found(answers[one]), list) for one in asked)
    assert set(wire.seen) == {"GET /v1/charges"}
    assert wire.seen.total() >= 3


@pytest.mark.parametrize("page", PAGES)
async def test_invoices_keep_to_the_contract(stripe: Stripe, wire: Checked, page: Page) -> None:
    asked = [InvoicesAsked(ref, page) for ref in refs(PEOPLE, range(10))]
    answers = await stripe.invoices(asked)
    assert (page.first == 0) is not any(found(answers[one]) for one in asked)
    assert wire.seen == {"GET /v1/invoices": 10}


async def test_plans_keep_to_the_contract(stripe: Stripe, wire: Checked) -> None:
    people = refs(PEOPLE, range(60))
    answers = await stripe.plans([*people, UNLINKED])
    assert sum(len(plans) for plans in answers.values() if isinstance(plans, tuple)) > 60
    assert wire.seen == {"GET /v1/subscriptions": 60}


async def test_reads_by_id_keep_to_the_contract(stripe: Stripe, wire: Checked) -> None:
    payments, invoices = PaymentsAsked(None, Page(8)), InvoicesAsked(SOMEBODY, Page(8))
    plans = (await stripe.plans([SOMEBODY]))[SOMEBODY]
    assert isinstance(plans, tuple)
    ids = [
        found((await stripe.payments([payments]))[payments]),
        found((await stripe.invoices([invoices]))[invoices]),
        [plan.external_id for plan in plans],
    ]
    wire.seen.clear()
    reads = (stripe.payments_by_id, stripe.invoices_by_id, stripe.plans_by_id)
    for read, known in zip(reads, ids, strict=True):
        answers = await read([*known, "nope", "a b", ".."])
        assert known
        assert [key for key, answer in answers.items() if answer is None] == ["nope", "a b", ".."]
    assert set(wire.seen) == set(EXTRA)


@pytest.mark.parametrize("text", [PEOPLE[7].email, "example", 'a" OR name~"b', "日本語", "zyzzyva"])
async def test_searches_keep_to_the_contract(stripe: Stripe, wire: Checked, text: str) -> None:
    answers = await stripe.search_payments([TextAsked(text, first) for first in (1, 30, 200)])
    assert all(isinstance(answer, Stretch) for answer in answers.values())
    assert wire.seen["GET /v1/customers/search"] == 3
    assert bool(wire.seen["GET /v1/charges/search"]) is any(map(matches, answers.values()))


async def test_refusals_keep_to_the_contract(stripe: Stripe, wire: Checked) -> None:
    asked, bought = PaymentsAsked(STRANGER, Page()), InvoicesAsked(STRANGER, Page())
    answers = (
        (await stripe.payments([asked]))[asked],
        (await stripe.invoices([bought]))[bought],
        (await stripe.plans([STRANGER]))[STRANGER],
    )
    assert [type(answer) for answer in answers] == [Rejected] * 3
    assert wire.seen.total() == 3


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/charges", {"created[gt]": "1", "created[lt]": "9999999999"}),
        ("/v1/charges", {"created": str(int(NOW.timestamp()))}),
        ("/v1/charges", {"customer": customer(3), "limit": "1"}),
        ("/v1/invoices", {"status": "uncollectible"}),
        ("/v1/invoices", {"status": "draft", "limit": "100"}),
        ("/v1/subscriptions", {"status": "canceled"}),
        ("/v1/subscriptions", {"status": "ended"}),
        ("/v1/subscriptions", {}),
    ],
)
async def test_what_the_imitation_can_do_besides_keeps_to_the_contract(
    connection: Connection, path: str, query: dict[str, str]
) -> None:
    body = (await connection.client.get(path, params=query)).json()
    assert body["object"] == "list"
    if body["has_more"]:
        after = {"starting_after": body["data"][-1]["id"]}
        back = {"ending_before": body["data"][-1]["id"], "limit": "100"}
        assert (await connection.client.get(path, params=query | after)).status_code == 200
        assert (await connection.client.get(path, params=query | back)).json()["data"] == body["data"][:-1]


@pytest.mark.parametrize(
    "query", [{"limit": "101"}, {"limit": "0"}, {"customer": "cus_nobody"}, {"ending_before": "ch_nope"}]
)
async def test_refusals_of_a_list_keep_to_the_contract(connection: Connection, query: dict[str, str]) -> None:
    assert (await connection.client.get("/v1/charges", params=query)).status_code == 400


async def test_refunds_keep_to_the_contract(connection: Connection, wire: Checked) -> None:
    charges = (await connection.client.get("/v1/charges", params={"limit": "100"})).json()["data"]
    charge = next(one for one in charges if one["paid"] and not one["amount_refunded"])["id"]

    async def refund(**form: str) -> int:
        sent = await connection.client.post("/v1/refunds", data=form, headers={"Idempotency-Key": str(form)})
        return sent.status_code

    assert await refund(charge=charge, amount="100", reason="requested_by_customer") == 200
    assert await refund(charge=charge, amount="100", reason="requested_by_customer") == 200  # replayed
    assert await refund(charge=charge, amount="999999999") == 400
    assert await refund(charge=charge, **{"metadata[order]": "6735"}) == 200
    assert await refund(charge=charge) == 400
    assert await refund(charge="ch_nope") == 404
    assert await refund() == 400
    assert wire.seen["POST /v1/refunds"] == 7


async def test_a_call_without_credentials_keeps_to_the_contract(connection: Connection) -> None:
    del connection.client.headers["authorization"]
    assert (await connection.client.get("/v1/balance")).status_code == 401


async def test_a_request_beyond_the_contract_would_be_noticed(connection: Connection) -> None:
    with pytest.raises(ContractViolation):
        await connection.client.get("/v1/charges", params={"colour": "red"})
    with pytest.raises(ContractViolation):
        await connection.client.post("/v1/refunds", json={"charge": "ch_1"})


def test_the_version_sent_is_the_contracts() -> None:
    assert API_VERSION == "2023-08-16"
