from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.money import Money
from connectors.paypal import wire

T = TypeVar("T")
BODIES = Path(__file__).parent / "bodies"


def recorded(name: str, into: type[T]) -> T:
    return msgspec.json.decode((BODIES / f"{name}.json").read_bytes(), type=into)


def test_a_page_of_the_history_is_read_whatever_is_missing_or_more() -> None:
    page = recorded("transactions_odd", wire.Transactions)
    assert page.total_pages == 1
    assert page.transaction_details is not None
    ids = [line.transaction_info.transaction_id for line in page.transaction_details]
    assert ids == ["5TY05013RG002845M", "4UR39430X9130543C", "0AB12345CD678901E", None, None]
    accounts = [line.payer_info and line.payer_info.account_id for line in page.transaction_details]
    assert accounts == ["6STWC2LSUYYYE", "6STWC2LSUYYYE", None, None, None]


def test_offsets_are_read_with_a_colon_and_without() -> None:
    page = recorded("transactions_odd", wire.Transactions)
    first = (page.transaction_details or [])[0].transaction_info
    assert first.transaction_initiation_date == datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)
    assert first.transaction_updated_date == datetime(2026, 10, 2, 15, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"{}", b'{"transaction_details": []}', b'{"transaction_details": null, "page": 1}'])
def test_a_page_may_hold_nothing(body: bytes) -> None:
    page = msgspec.json.decode(body, type=wire.Transactions)
    assert not page.transaction_details
    assert page.total_pages == 0


@pytest.mark.parametrize(
    "info",
    [
        b'{"transaction_amount": {"currency_code": "EUR", "value": 5}}',
        b'{"transaction_amount": {"currency_code": "EUR", "value": "NaN"}}',
        b'{"transaction_amount": {"currency_code": "EUR", "value": "5,00"}}',
        b'{"transaction_amount": {"currency_code": "EURO", "value": "5"}}',
        b'{"transaction_amount": {"value": "5"}}',
        b'{"transaction_initiation_date": "2026-10-01T00:00:00"}',
        b'{"transaction_initiation_date": "yesterday"}',
        b'{"transaction_id": 5}',
    ],
)
def test_what_paypal_does_not_document_does_not_fit(info: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"transaction_details": [{"transaction_info": %s}]}' % info, type=wire.Transactions)


def test_a_balance_has_what_is_available_where_paypal_tells() -> None:
    first, second = recorded("balances_odd", wire.Balances).balances or []
    assert first.available_balance is not None
    assert wire.money(first.available_balance) == Money(Decimal("-11.50"), "USD")
    assert second.available_balance is None
    assert wire.money(second.total_balance) == Money(Decimal("0.125"), "TND")


def test_a_refund_tells_the_sum_of_all_refunds() -> None:
    refunded = recorded("refund_representation", wire.Refunded)
    assert (refunded.status, refunded.total) == ("PENDING", Money(Decimal("21.98"), "USD"))


@pytest.mark.parametrize(
    "body", [b'{"status": "COMPLETED"}', b'{"status": "COMPLETED", "seller_payable_breakdown": {}}']
)
def test_a_refund_may_tell_no_sum(body: bytes) -> None:
    assert msgspec.json.decode(body, type=wire.Refunded).total is None


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("12.5", "USD", "12.50"),
        ("12", "EUR", "12.00"),
        ("1000", "JPY", "1000"),
        ("1E+3", "JPY", "1000"),
        ("1000.00", "HUF", "1000"),
        ("250", "TWD", "250"),
        ("0.5", "KWD", "0.500"),
        ("12.345", "USD", "12.345"),  # PayPal's to refuse
        ("12.5", "JPY", "12.5"),
        ("-3", "USD", "-3.00"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(amount: str, currency: str, written: str) -> None:
    assert wire.funds(Money(Decimal(amount), currency)) == wire.Funds(currency, written)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["USD", "JPY", "HUF", "KWD"]))
def test_an_amount_is_read_back_as_it_was_written(amount: Decimal, currency: str) -> None:
    assert wire.money(wire.funds(Money(amount, currency))) == Money(amount, currency)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"name": "INVALID_REQUEST", "message": "Not well-formed."}', "INVALID_REQUEST: Not well-formed."),
        (b'{"name": "N", "message": "m", "details": []}', "N: m"),
        (b'{"name": "N", "message": "m", "details": [{"issue": "too wide"}]}', "N: too wide"),
        (
            b'{"name": "N", "details": [{"issue": "A", "description": "a."}, {"issue": "B"}]}',
            "A: a.",
        ),
        (b'{"error": "invalid_client", "error_description": "failed"}', "invalid_client: failed"),
        (b'{"error": "invalid_client"}', "invalid_client"),
        (b'{"message": "m"}', "m"),
        (b"{}", None),
    ],
)
def test_an_error_is_told_by_its_first_detail(body: bytes, message: str | None) -> None:
    assert wire.error_message(body) == message


def test_a_body_that_is_no_error_of_paypals_is_not_taken_for_one() -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(b"<html>")
