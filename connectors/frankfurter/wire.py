"""Frankfurter's bodies, as far as they are read (API 2.1), and the noun they become."""

from datetime import date
from decimal import Decimal

import msgspec

from connectors.domain.rates import ExchangeRate


class Rate(msgspec.Struct):
    """One unit of `base` in `quote`; `date` is the day it was published for, at or before the day asked.

    The figure is decoded from its digits, never through a float. https://api.frankfurter.dev/v2/openapi.json
    """

    date: date
    base: str
    quote: str
    rate: Decimal


class _ErrorBody(msgspec.Struct):
    message: str | None = None


def error_message(body: bytes) -> str | None:
    """Frankfurter's own words: `{"message": "invalid currency: XYZ"}`."""
    return msgspec.json.decode(body, type=_ErrorBody).message


def published(rates: list[Rate]) -> list[Rate]:
    """Without what rounding has left nothing of: a unit of some currencies is worth less than the last digit shown."""
    return [rate for rate in rates if rate.rate > 0]


def exchange_rate(rate: Rate) -> ExchangeRate:
    """The figure as it was published."""
    return ExchangeRate(base=rate.base, quote=rate.quote, rate=rate.rate, on=rate.date)
