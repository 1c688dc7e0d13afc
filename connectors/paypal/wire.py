"""PayPal's bodies, as far as they are read (https://developer.paypal.com/docs/api/transaction-search/v1/)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from connectors.domain.money import Money, digits

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Amount = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$")]
Code = Annotated[str, msgspec.Meta(min_length=3, max_length=3)]


class Token(msgspec.Struct):
    """https://developer.paypal.com/api/rest/authentication/: `expires_in` is seconds."""

    access_token: str
    expires_in: Annotated[int, msgspec.Meta(ge=0)]


class Funds(msgspec.Struct):
    """An amount in whole units of a currency, as text."""

    currency_code: Code
    value: Amount


class TransactionInfo(msgspec.Struct):
    """What moved. No field is sure to be there: PayPal lists holds and notices among the payments."""

    transaction_id: str | None = None
    transaction_event_code: str | None = None
    transaction_initiation_date: Moment | None = None
    transaction_updated_date: Moment | None = None
    transaction_amount: Funds | None = None
    transaction_status: str | None = None
    transaction_subject: str | None = None
    transaction_note: str | None = None
    paypal_reference_id: str | None = None


class PayerInfo(msgspec.Struct):
    """Who paid; somebody without a PayPal account has no `account_id`."""

    account_id: str | None = None


class Transaction(msgspec.Struct):
    """One line of the account's history."""

    transaction_info: TransactionInfo
    payer_info: PayerInfo | None = None


class Transactions(msgspec.Struct):
    """One page of a search, in no documented order."""

    transaction_details: list[Transaction] | None = None
    total_pages: int = 0


class Balance(msgspec.Struct):
    """What the account holds of one currency."""

    total_balance: Funds
    available_balance: Funds | None = None


class Balances(msgspec.Struct):
    """What the account holds."""

    balances: list[Balance] | None = None


class Capture(msgspec.Struct):
    """https://developer.paypal.com/docs/api/payments/v2/#captures_get: known at once, unlike the history."""

    id: str
    status: str
    amount: Funds
    create_time: Moment


class _Breakdown(msgspec.Struct):
    total_refunded_amount: Funds | None = None


class Refunded(msgspec.Struct):
    """https://developer.paypal.com/docs/api/payments/v2/#captures_refund, asked for in full (`Prefer`)."""

    status: str
    amount: Funds | None = None
    seller_payable_breakdown: _Breakdown | None = None

    @property
    def total(self) -> Money | None:
        """What has been given back of the capture up to now, this time included."""
        told = self.seller_payable_breakdown and self.seller_payable_breakdown.total_refunded_amount
        return money(told) if told else None


class _Detail(msgspec.Struct):
    issue: str
    description: str | None = None


class _ErrorBody(msgspec.Struct):
    name: str | None = None
    message: str | None = None
    details: list[_Detail] | None = None
    error: str | None = None
    error_description: str | None = None


# PayPal takes no decimals where ISO 4217 has two: https://developer.paypal.com/api/rest/reference/currency-codes/.
_WHOLE = frozenset({"HUF", "TWD"})


def money(funds: Funds) -> Money:
    """PayPal's amounts are in whole units already."""
    return Money(Decimal(funds.value), funds.currency_code)


def funds(money: Money) -> Funds:
    """As PayPal takes it: with all decimals of the currency. One decimal too many is left for PayPal to refuse."""
    places = 0 if money.currency in _WHOLE else digits(money.currency)
    exponent = money.amount.normalize().as_tuple().exponent
    shown = max(places, -exponent) if isinstance(exponent, int) else places
    return Funds(money.currency, f"{money.amount:.{shown}f}")


def error_message(body: bytes) -> str | None:
    """Code and words, of the first detail where there is one: https://developer.paypal.com/api/rest/responses/."""
    told = msgspec.json.decode(body, type=_ErrorBody)
    if told.details:
        detail = told.details[0]
        return _sentence(detail.issue, detail.description) if detail.description else _sentence(told.name, detail.issue)
    return _sentence(told.name or told.error, told.message or told.error_description)


def _sentence(code: str | None, words: str | None) -> str | None:
    return f"{code}: {words}" if code and words else code or words
