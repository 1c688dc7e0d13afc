"""Captures of the imitated PayPal account, and how they are given back: https://developer.paypal.com/docs/api/payments/v2/."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

import httpx
import msgspec
from cachetools import TTLCache

from connectors.domain.money import digits
from connectors.paypal.sandbox_bodies import capture, refund
from connectors.paypal.sandbox_books import Body, Books
from connectors.paypal.sandbox_query import Refusal, unprocessable
from connectors.paypal.sandbox_sales import Sale
from connectors.sandbox import reply

REFUNDABLE = timedelta(days=180)
_KEPT = 45 * 24 * 3600  # seconds that a request id is remembered
_KEYS = 10_000


class _Amount(msgspec.Struct):
    currency_code: Annotated[str, msgspec.Meta(min_length=3, max_length=3)]
    value: Annotated[str, msgspec.Meta(max_length=32)]


class _Wanted(msgspec.Struct):
    amount: _Amount | None = None
    note_to_payer: Annotated[str, msgspec.Meta(max_length=255)] | None = None


class Desk:
    """Answers what is asked of captures, and remembers what it answered to which request id."""

    def __init__(self, books: Books, now: Callable[[], datetime], clock: Callable[[], float]) -> None:
        self._books = books
        self._now = now
        self._answered: TTLCache[str, tuple[str, bytes, Body]] = TTLCache(maxsize=_KEYS, ttl=_KEPT, timer=clock)

    def capture(self, request: httpx.Request, id: str) -> httpx.Response:
        """GET a capture."""
        del request
        sale = self._captured(id)
        return reply(capture(sale, self._books.given_back(sale)))

    def refund(self, request: httpx.Request, id: str) -> httpx.Response:
        """POST a refund; the same once more gets the same answer (https://developer.paypal.com/api/rest/reference/idempotency/)."""
        key = request.headers.get("paypal-request-id")
        if key and key in self._answered:
            path, content, body = self._answered[key]
            if (path, content) != (request.url.path, request.content):
                raise unprocessable(
                    "PAYPAL_REQUEST_ID_PREVIOUSLY_USED",
                    "The PayPal-Request-ID has already been used for another request.",
                )
            return reply(body, 201)
        body = self._refunded(request, self._captured(id))
        if key:
            self._answered[key] = (request.url.path, request.content, body)
        return reply(body, 201)

    def _captured(self, id: str) -> Sale:
        sale = self._books.sale(id)
        if sale is None or not sale.captured:
            detail = {"field": "capture_id", "value": id, "location": "path", "issue": "INVALID_RESOURCE_ID"}
            words = "There is no capture with this ID."
            raise Refusal(404, {**detail, "description": words})
        return sale

    def _refunded(self, request: httpx.Request, sale: Sale) -> Body:
        wanted = _wanted(request.content)
        left = sale.amount - self._books.given_back(sale)
        self._check(sale, left)
        amount = left if wanted.amount is None else _amount(wanted.amount, sale)
        if amount > left:
            raise unprocessable(
                "REFUND_AMOUNT_EXCEEDED",
                "The amount is more than what is left of the capture.",
            )
        given = self._books.refund(sale, amount, self._now())
        whole = "return=representation" in request.headers.get("prefer", "")
        return refund(sale, given, self._books.given_back(sale), wanted.note_to_payer, whole=whole)

    def _check(self, sale: Sale, left: Decimal) -> None:
        if sale.status == "P":
            raise unprocessable("PENDING_CAPTURE", "A capture that is pending cannot be refunded yet.")
        if sale.status == "D":
            raise unprocessable("REFUND_NOT_ALLOWED", "The capture was declined: there is nothing to refund.")
        if not left:
            raise unprocessable("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
        if self._now() - sale.event.at > REFUNDABLE:
            raise unprocessable("REFUND_TIME_LIMIT_EXCEEDED", "The time to refund this capture is over.")


def _wanted(content: bytes) -> _Wanted:
    try:
        return msgspec.json.decode(content or b"{}", type=_Wanted)
    except msgspec.ValidationError as misfit:
        words, _, field = str(misfit).partition(" - at `$")
        pointer = "/" + field.strip(".`").replace(".", "/")
        raise _misfit(pointer, words) from misfit
    except msgspec.DecodeError as garbled:
        raise _misfit("/", "The request JSON is not well formed.", "MALFORMED_REQUEST_JSON") from garbled


def _amount(wanted: _Amount, sale: Sale) -> Decimal:
    if wanted.currency_code != sale.currency:
        raise unprocessable(
            "REFUND_CAPTURE_CURRENCY_MISMATCH",
            "The currency is not that of the capture.",
        )
    if not re.fullmatch(r"-?\d+(\.\d+)?", wanted.value):
        raise _misfit("/amount/value", "The value is not written like an amount.")
    amount = Decimal(wanted.value)
    if amount <= 0:
        raise unprocessable(
            "CANNOT_BE_ZERO_OR_NEGATIVE",
            "An amount is greater than zero.",
        )
    if amount != round(amount, digits(sale.currency)):
        raise unprocessable("DECIMAL_PRECISION", "The amount has more decimals than its currency.")
    return amount


def _misfit(field: str, words: str, issue: str = "INVALID_PARAMETER_SYNTAX") -> Refusal:
    detail: Mapping[str, str] = {"field": field, "location": "body", "issue": issue, "description": words}
    return Refusal(400, detail)
