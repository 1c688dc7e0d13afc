"""The graph's own scalars, and those of Strawberry's whose spelling the graph fixes.

A value that is none is BAD_USER_INPUT, whether it stands in the query or in a variable.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import methodcaller
from typing import Any, NewType
from urllib.parse import urlsplit

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from connectors.domain.money import CURRENCIES

Currency = NewType("Currency", str)
URL = NewType("URL", str)


def _currency(value: str) -> Currency:
    if value.upper() not in CURRENCIES:
        raise ValueError
    return Currency(value.upper())


def _url(value: str) -> URL:
    if urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError
    return URL(value)


def _datetime(value: str) -> datetime:
    """In UTC. A time without an offset is another time on every machine: it is none."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def _decimal(value: str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number


def _plainly(number: Decimal) -> str:
    """Never 1E-7: not everything that reads decimals reads exponents."""
    return format(number, "f")


def _checked(parse: Callable[[str], object], expected: str) -> Callable[[Any], object]:
    def parsed(value: object) -> object:
        try:
            if isinstance(value, str):
                return parse(value)
        except (ValueError, ArithmeticError):  # among them OverflowError, and decimal's own
            pass
        raise GraphQLError(f"{value!r:.80} is not {expected}", extensions={"code": "BAD_USER_INPUT"})

    return parsed


def _literal(parse: Callable[[Any], object]) -> Callable[[ValueNode, dict[str, Any] | None], object]:
    """Says where in the query the value stands, which `parse` cannot know."""

    def parsed(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node, extensions=error.extensions) from None

    return parsed


def _scalar(
    name: str,
    description: str,
    specified_by: str,
    parse: Callable[[str], object],
    expected: str,
    serialize: Callable[[Any], str] = str,
) -> ScalarDefinition:
    checked = _checked(parse, expected)
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=specified_by,
        serialize=serialize,
        parse_value=checked,
        parse_literal=_literal(checked),
    )


SCALARS: dict[object, ScalarDefinition] = {
    Currency: _scalar(
        "Currency",
        "ISO 4217 code of a currency, upper case.",
        "https://www.iso.org/iso-4217-currency-codes.html",
        _currency,
        "a currency: an ISO 4217 code such as EUR or USD is expected",
    ),
    URL: _scalar(
        "URL",
        "An absolute address on the web.",
        "https://url.spec.whatwg.org/",
        _url,
        "a URL: it starts with http:// or https://",
    ),
    date: _scalar(
        "Date",
        "ISO 8601 date: 2026-11-22.",
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        date.fromisoformat,
        "a date: 2026-11-22 is expected",
        methodcaller("isoformat"),
    ),
    datetime: _scalar(
        "DateTime",
        "ISO 8601 date and time with its offset from UTC: 2026-11-22T15:00:00+01:00.",
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        _datetime,
        "a time with its offset: 2026-11-22T15:00:00+01:00 or 2026-11-22T14:00:00Z is expected",
        methodcaller("isoformat"),
    ),
    Decimal: _scalar(
        "Decimal",
        "A decimal number as a string, digit for digit: money never passes through a float.",
        "https://www.rfc-editor.org/rfc/rfc8259#section-6",
        _decimal,
        'a decimal number in a string: "12.50" is expected',
        _plainly,
    ),
}
