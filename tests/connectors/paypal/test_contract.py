"""Every request of the connector and every answer of the imitation, held to what PayPal publishes of its reports."""

from datetime import timedelta

import httpx
import pytest

from connectors.domain.page import Page, Position, Slice
from connectors.domain.payments import PaymentsAsked, PaymentStatus
from connectors.domain.references import CustomerRef
from connectors.domain.refunds import Refund
from connectors.paypal.client import Paypal
from connectors.paypal.windows import Window
from tests.connectors.paypal.account import MONTH, Account, info, stamp
from tests.connectors.paypal.support import BALANCES, BASE, TRANSACTIONS, client, everything, imitation, payer, ref
from tests.connectors.support import NOW, crowd
from tests.contracts.checked import Checked, contract
from tests.contracts.violation import ContractViolation

PEOPLE = crowd(60)
STRANGER, UNLINKED = payer("NOBODY"), CustomerRef("8")
LAST_YEAR = NOW - timedelta(days=365)
PAGES = [Page(), Page(0), Page(1), Page(150), Page(None), Page(5, Position(LAST_YEAR, "paypal:ZZZ"))]


class Reports(httpx.AsyncBaseTransport):
    """Holds reports to their contract; there is none of tokens, captures and refunds under a licence to use here."""

    def __init__(self, wire: httpx.AsyncBaseTransport) -> None:
        self.checked = Checked(wire, contract("paypal_reporting", prefix=""))
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        held = request.url.path.startswith("/v1/reporting/")
        return await (self.checked if held else self._wire).handle_async_request(request)


@pytest.fixture
def wire() -> Reports:
    return Reports(imitation(PEOPLE))


@pytest.fixture
def paypal(wire: Reports) -> Paypal:
    return client(wire)


async def test_the_balance_keeps_to_the_contract(paypal: Paypal, wire: Reports) -> None:
    await paypal.ping()
    assert wire.checked.seen == {f"GET {BALANCES}": 1}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [None, PaymentStatus.PARTIALLY_REFUNDED])
@pytest.mark.parametrize("days", [None, 60, -1])
async def test_payments_keep_to_the_contract(
    paypal: Paypal, wire: Reports, page: Page, status: PaymentStatus | None, days: int | None
) -> None:
    since = None if days is None else NOW - timedelta(days=days)
    asked = [PaymentsAsked(whose, page, status, since) for whose in (None, ref(1), ref(2), STRANGER, UNLINKED)]
    answers = await paypal.payments(asked)
    assert all(isinstance(answer, Slice) for answer in answers.values())
    assert set(wire.checked.seen) <= {f"GET {TRANSACTIONS}"}
    assert days == -1 or wire.checked.seen.total() >= 1


async def test_reads_by_id_and_refunds_keep_to_the_contract(paypal: Paypal, wire: Reports) -> None:
    listed = {payment.external_id: payment for payment in await everything(paypal)}
    wire.checked.seen.clear()
    answers = await paypal.payments_by_id([*listed, "A" * 17, "nope"])
    assert answers == {**listed, "A" * 17: None, "nope": None}
    assert wire.checked.seen[f"GET {TRANSACTIONS}"] >= len(listed)
    known = [
        one
        for one in listed.values()
        if one.status is PaymentStatus.SUCCEEDED and NOW - one.created_at < timedelta(days=170)
    ]
    refunded = [await paypal.refund(Refund(one.external_id), one.external_id) for one in known[:1]]
    assert [one.status for one in refunded] == [PaymentStatus.REFUNDED]
    assert refunded[0] in await everything(paypal)


QUERIES = [
    {},
    {"page_size": "1", "page": "2"},
    {"page_size": "500", "page": "40"},
    {"fields": "all", "balance_affecting_records_only": "N"},
    {"fields": "transaction_info,payer_info,cart_info"},
    {"transaction_status": "V"},
    {"transaction_type": "T1107"},
    {"transaction_currency": "EUR"},
    {"transaction_id": "A" * 19},
]
REFUSED = [
    {"end_date": stamp(NOW + timedelta(days=9))},
    {"start_date": stamp(NOW + timedelta(days=1)), "end_date": stamp(NOW + timedelta(days=2))},
    {"start_date": "2020-01-01T00:00:00Z", "end_date": "2020-01-02T00:00:00Z"},
    {"start_date": stamp(NOW), "end_date": stamp(NOW - timedelta(days=1))},
    {"transaction_status": "X"},
    {"balance_affecting_records_only": "perhaps"},
    {"fields": "colour"},
]


async def asked(wire: Reports, path: str, query: dict[str, str], token: str) -> httpx.Response:
    request = httpx.Request("GET", BASE + path, params=query, headers={"Authorization": f"Bearer {token}"})
    return await wire.handle_async_request(request)


@pytest.mark.parametrize("query", [*QUERIES, *REFUSED])
async def test_what_else_the_imitation_answers_keeps_to_the_contract(query: dict[str, str]) -> None:
    account = Account(PEOPLE)
    window = {"start_date": stamp(MONTH.start), "end_date": stamp(MONTH.end)}
    response = await asked(Reports(httpx.MockTransport(account.handle)), TRANSACTIONS, window | query, account.token)
    assert response.status_code == (400 if query in REFUSED else 200)


@pytest.mark.parametrize("path", [TRANSACTIONS, BALANCES])
async def test_a_call_without_a_token_keeps_to_the_contract(wire: Reports, path: str) -> None:
    window = {"start_date": stamp(MONTH.start), "end_date": stamp(MONTH.end)} if path == TRANSACTIONS else {}
    assert (await asked(wire, path, window, "nope")).status_code == 401


@pytest.mark.parametrize("query", [{"currency_code": "EUR"}, {"currency_code": "NOK"}, {"as_of_time": stamp(NOW)}])
async def test_balances_keep_to_the_contract(query: dict[str, str]) -> None:
    account = Account(PEOPLE)
    response = await asked(Reports(httpx.MockTransport(account.handle)), BALANCES, query, account.token)
    assert response.status_code == 200


async def test_a_request_beyond_the_contract_would_be_noticed(wire: Reports) -> None:
    with pytest.raises(ContractViolation):
        await asked(wire, TRANSACTIONS, {"colour": "red"}, "token")
    with pytest.raises(ContractViolation):
        await asked(wire, TRANSACTIONS, {"start_date": "yesterday", "end_date": stamp(NOW)}, "token")


def test_every_line_of_three_years_keeps_to_the_contract() -> None:
    checker = contract("paypal_reporting", prefix="")
    lines = Account(PEOPLE).everything(fields="all", balance_affecting_records_only="N")
    for line in lines:
        checker.check_body("transaction_detail", line)
    assert {info(line)["transaction_event_code"] for line in lines} == {"T0000", "T0003", "T0006", "T0400", "T1107"}
    assert Window(MONTH.start, MONTH.end) == MONTH
