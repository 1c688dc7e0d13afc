from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.money import Money
from connectors.domain.payments import Payment, PaymentStatus
from connectors.domain.service import Service
from connectors.paypal import wire
from connectors.paypal.ledger import Ledger, captured, is_payment, less
from tests.connectors.paypal.support import Json, capture, line, returned
from tests.connectors.support import NOW

DAY = timedelta(days=1)


def read(lines: Sequence[Json]) -> list[wire.Transaction]:
    return msgspec.convert(list(lines), type=list[wire.Transaction])


def ledger(*lines: Json) -> Ledger:
    book = Ledger()
    book.enter(read(lines))
    return book


def only(*lines: Json) -> Payment:
    (payment,) = ledger(*lines).payments()
    return payment


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_a_line_becomes_a_payment() -> None:
    assert only(line("A", NOW, transaction_subject="Beans", transaction_note="Soon!")) == Payment(
        service=Service.PAYPAL,
        external_id="A".ljust(17, "X"),
        url="https://www.paypal.com/activity/payment/AXXXXXXXXXXXXXXXX",
        amount=dollars("10.00"),
        refunded=dollars("0.00"),
        status=PaymentStatus.SUCCEEDED,
        description="Beans",
        created_at=NOW,
        customer="ADA",
    )


def test_what_the_payer_noted_stands_in_for_a_subject() -> None:
    assert only(line("A", NOW, transaction_note="Soon!")).description == "Soon!"
    assert only(line("A", NOW)).description is None


@pytest.mark.parametrize(
    ("letter", "status", "refunded"),
    [
        ("S", PaymentStatus.SUCCEEDED, "0"),
        ("P", PaymentStatus.PENDING, "0"),
        ("D", PaymentStatus.FAILED, "0"),
        ("V", PaymentStatus.REFUNDED, "10"),
        ("F", PaymentStatus.PARTIALLY_REFUNDED, "0"),
        ("X", PaymentStatus.PENDING, "0"),  # nothing that PayPal documents: not taken for money
    ],
)
def test_each_status_has_its_own(letter: str, status: PaymentStatus, refunded: str) -> None:
    payment = only(line("A", NOW, transaction_status=letter))
    assert (payment.status, payment.refunded) == (status, dollars(refunded))


def test_refunds_are_summed_up_in_the_payment_that_they_name() -> None:
    book = ledger(
        returned("R1", "A", NOW + DAY, "-2.50"),
        line("A", NOW),
        line("B", NOW),
        returned("R2", "A", NOW + 2 * DAY, "-4.00"),
    )
    payments = {one.external_id[0]: one for one in book.payments()}
    assert payments["A"].refunded == dollars("6.50")
    assert payments["A"].status is PaymentStatus.PARTIALLY_REFUNDED
    assert payments["B"].refunded == dollars("0.00")
    assert payments["B"].status is PaymentStatus.SUCCEEDED


def test_what_is_given_back_as_a_whole_is_refunded_whatever_its_letter_says() -> None:
    payment = only(line("A", NOW), returned("R1", "A", NOW, "-6.00"), returned("R2", "A", NOW, "-4.00"))
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, dollars("10.00"))


def test_a_refund_that_stands_in_two_windows_counts_once() -> None:
    refund = returned("R1", "A", NOW, "-4.00")
    assert only(line("A", NOW), refund, refund).refunded == dollars("4.00")


@pytest.mark.parametrize("code", ["T1106", "T1107", "T1116", "T1118"])
def test_reversals_of_a_payment_give_back_as_refunds_do(code: str) -> None:
    assert only(line("A", NOW), returned("R", "A", NOW, transaction_event_code=code)).refunded == dollars("4.00")


@pytest.mark.parametrize("code", ["T1105", "T1108", "T1109", "T1110", "T1111", "T1201", "T1503"])
def test_fees_holds_and_disputes_of_a_payment_give_nothing_back(code: str) -> None:
    assert only(line("A", NOW), returned("R", "A", NOW, transaction_event_code=code)).refunded == dollars("0.00")


def test_a_refund_that_was_denied_gives_nothing_back() -> None:
    assert only(line("A", NOW), returned("R", "A", NOW, transaction_status="D")).refunded == dollars("0.00")


def test_a_reversal_that_was_taken_back_leaves_the_payment_as_it_was() -> None:
    taken_back = returned("R2", "A", NOW, "4.00", transaction_event_code="T1106")
    assert only(line("A", NOW), returned("R1", "A", NOW, "-4.00"), taken_back).status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("code", "value", "is_one"),
    [
        ("T0000", "10.00", True),
        ("T0006", "0.01", True),
        ("T0013", "10", True),
        ("T0001", "-10.00", False),  # mass pay: money that we sent
        ("T0006", "0.00", False),
        ("T0106", "10.00", False),  # the fee of a chargeback
        ("T0400", "-2500.00", False),
        ("T1300", "10.00", False),  # authorized, not paid
        ("T1107", "10.00", False),
    ],
)
def test_payments_are_what_was_received(code: str, value: str, *, is_one: bool) -> None:
    lines = [line("A", NOW, value, transaction_event_code=code)]
    assert is_payment(read(lines)[0]) is is_one
    assert bool(ledger(*lines).payments()) is is_one


def test_what_was_changed_last_is_right_where_an_id_stands_in_two_lines() -> None:
    notice = line("A", NOW, transaction_status="P")
    settled = line("A", NOW, transaction_updated_date=(NOW + DAY).isoformat())
    assert only(notice, settled).status is only(settled, notice).status is PaymentStatus.SUCCEEDED


def test_lines_without_id_amount_or_date_are_left_out() -> None:
    lines = [line("A", NOW) for _ in range(3)]
    for one, name in zip(lines, ("transaction_id", "transaction_amount", "transaction_initiation_date"), strict=True):
        del one["transaction_info"][name]
    assert ledger(*lines).payments() == []


def test_a_recorded_page_becomes_its_payments() -> None:
    body = (Path(__file__).parent / "bodies" / "transactions_odd.json").read_bytes()
    book = Ledger()
    book.enter(msgspec.json.decode(body, type=wire.Transactions).transaction_details or [])
    monthly, bill = book.payments()
    assert (monthly.amount, monthly.status, monthly.customer) == (
        Money(Decimal(1200), "JPY"),
        PaymentStatus.PENDING,
        None,
    )
    assert (bill.refunded, bill.status) == (Money(Decimal(65), "EUR"), PaymentStatus.PARTIALLY_REFUNDED)
    assert bill.created_at == datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 5))
def test_the_order_of_lines_does_not_matter(order: Sequence[int], twice: int) -> None:
    lines = [
        *(line(id, NOW - hours * DAY) for id, hours in (("A", 3), ("B", 1), ("C", 2))),
        *(returned(f"R{of}", of, NOW, value) for of, value in (("A", "-10"), ("B", "-1"), ("X", "-1"))),
    ]
    payments = ledger(*(lines[place] for place in order), lines[twice]).payments()
    assert payments == ledger(*lines).payments()
    assert [one.external_id[0] for one in payments] == ["B", "C", "A"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("COMPLETED", PaymentStatus.SUCCEEDED),
        ("PENDING", PaymentStatus.PENDING),
        ("DECLINED", PaymentStatus.FAILED),
        ("FAILED", PaymentStatus.FAILED),
        ("REFUNDED", PaymentStatus.REFUNDED),
        ("PARTIALLY_REFUNDED", PaymentStatus.PARTIALLY_REFUNDED),
        ("SOMETHING_NEW", PaymentStatus.PENDING),
    ],
)
def test_a_capture_without_its_line_is_a_payment_of_nobody_we_know(told: str, status: PaymentStatus) -> None:
    payment = captured(msgspec.convert(capture("A", NOW, told), wire.Capture), None, Decimal())
    assert (payment.status, payment.customer, payment.description) == (status, None, None)
    assert payment.refunded == dollars("10.00" if status is PaymentStatus.REFUNDED else "0.00")


def test_a_capture_and_its_line_are_the_payment_that_the_line_alone_is() -> None:
    (written,) = read([line("A", NOW, transaction_subject="Beans")])
    asked = msgspec.convert(capture("A", NOW + DAY / 24), wire.Capture)
    assert captured(asked, written, Decimal()) == only(line("A", NOW, transaction_subject="Beans"))


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.FAILED])
def test_nothing_is_given_back_of_what_was_not_received(status: PaymentStatus) -> None:
    letter = {PaymentStatus.PENDING: "P", PaymentStatus.FAILED: "D"}[status]
    payment = only(line("A", NOW, transaction_status=letter))
    assert less(payment, Decimal(3)) == payment
