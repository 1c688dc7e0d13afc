"""From lines of PayPal's history to payments: what was received, less what was given back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from connectors.domain.money import Money
from connectors.domain.page import position
from connectors.domain.payments import Payment, PaymentStatus
from connectors.domain.service import Service
from connectors.paypal import wire

# https://developer.paypal.com/docs/transaction-search/transaction-event-codes/: refunds by the merchant, reversals by
# PayPal, by its review, and of other wallets. The rest of T11 are fees and holds, which the payer has nothing of.
_GIVEN_BACK = frozenset({"T1106", "T1107", "T1116", "T1118"})
_STATUS = {
    "S": PaymentStatus.SUCCEEDED,
    "P": PaymentStatus.PENDING,
    "D": PaymentStatus.FAILED,
    "V": PaymentStatus.REFUNDED,
    "F": PaymentStatus.PARTIALLY_REFUNDED,  # what PayPal's older SDKs name; the newer documentation has S for it
}
_CAPTURED = {
    "COMPLETED": PaymentStatus.SUCCEEDED,
    "PENDING": PaymentStatus.PENDING,
    "DECLINED": PaymentStatus.FAILED,
    "FAILED": PaymentStatus.FAILED,
    "REFUNDED": PaymentStatus.REFUNDED,
    "PARTIALLY_REFUNDED": PaymentStatus.PARTIALLY_REFUNDED,
}


class Ledger:
    """Lines in any order, each as often as it comes: one may stand in two windows, and a payment in two lines."""

    def __init__(self) -> None:
        self._received: dict[str, wire.Transaction] = {}
        self._given_back: dict[str, dict[str, Decimal]] = defaultdict(dict)

    def enter(self, lines: Iterable[wire.Transaction]) -> None:
        """Takes what is a payment or gives one back, and leaves the rest."""
        for line in lines:
            info = line.transaction_info
            if info.transaction_id is None or info.transaction_amount is None:
                continue
            amount = Decimal(info.transaction_amount.value)
            if info.transaction_event_code in _GIVEN_BACK and info.paypal_reference_id and _moved(info):
                self._given_back[info.paypal_reference_id][info.transaction_id] = -amount
            elif is_payment(line):
                self._received[info.transaction_id] = _later(self._received.get(info.transaction_id), line)

    def payments(self) -> list[Payment]:
        """All of them, newest first."""
        made = (self._payment(id, line) for id, line in self._received.items())
        return sorted((one for one in made if one), key=position, reverse=True)

    def given_back(self, id: str) -> Decimal:
        """How much of one payment, as far as it has been entered."""
        return sum(self._given_back.get(id, {}).values(), Decimal())

    def _payment(self, id: str, line: wire.Transaction) -> Payment | None:
        info = line.transaction_info
        if info.transaction_amount is None or info.transaction_initiation_date is None:
            return None
        amount = wire.money(info.transaction_amount)
        received = Payment(
            service=Service.PAYPAL,
            external_id=id,
            url=_url(id),
            amount=amount,
            refunded=_nothing(amount),
            status=_STATUS.get(info.transaction_status or "S", PaymentStatus.PENDING),
            description=info.transaction_subject or info.transaction_note,
            created_at=info.transaction_initiation_date.astimezone(UTC),
            customer=line.payer_info.account_id if line.payer_info else None,
        )
        return less(received, self.given_back(id))


def captured(capture: wire.Capture, line: wire.Transaction | None, given_back: Decimal) -> Payment:
    """A payment that PayPal knows as a capture; what was said with it, and by whom, stands in the history alone."""
    info = line.transaction_info if line else wire.TransactionInfo()
    amount = wire.money(capture.amount)
    received = Payment(
        service=Service.PAYPAL,
        external_id=capture.id,
        url=_url(capture.id),
        amount=amount,
        refunded=_nothing(amount),
        status=_CAPTURED.get(capture.status, PaymentStatus.PENDING),
        description=info.transaction_subject or info.transaction_note,
        created_at=(info.transaction_initiation_date or capture.create_time).astimezone(UTC),
        customer=line.payer_info.account_id if line and line.payer_info else None,
    )
    return less(received, given_back)


def less(payment: Payment, given_back: Decimal) -> Payment:
    """The payment with so much given back. A status that tells of more than the sum is believed: sums arrive later."""
    if payment.status in (PaymentStatus.PENDING, PaymentStatus.FAILED):
        return payment
    whole = payment.amount.amount
    if payment.status is PaymentStatus.REFUNDED or given_back >= whole:
        return replace(payment, refunded=payment.amount, status=PaymentStatus.REFUNDED)
    if given_back <= 0:
        return payment
    partly = Money(given_back, payment.amount.currency)
    return replace(payment, refunded=partly, status=PaymentStatus.PARTIALLY_REFUNDED)


def is_payment(line: wire.Transaction) -> bool:
    """Whether somebody paid us: T00 are payments of every kind, sent ones with a minus."""
    info = line.transaction_info
    amount = info.transaction_amount
    return (info.transaction_event_code or "").startswith("T00") and amount is not None and Decimal(amount.value) > 0


def _moved(info: wire.TransactionInfo) -> bool:
    return info.transaction_status != "D"


def _later(known: wire.Transaction | None, line: wire.Transaction) -> wire.Transaction:
    """What PayPal changed last: an id may stand for the payment and for a notice of it that affected no balance."""
    return line if known is None or _changed(line) >= _changed(known) else known


def _changed(line: wire.Transaction) -> datetime:
    info = line.transaction_info
    return info.transaction_updated_date or info.transaction_initiation_date or datetime.min.replace(tzinfo=UTC)


def _nothing(amount: Money) -> Money:
    return Money(amount.amount * 0, amount.currency)


def _url(id: str) -> str:
    return f"https://www.paypal.com/activity/payment/{id}"
