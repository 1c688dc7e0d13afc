"""The graph's own scalars."""

from typing import NewType
from urllib.parse import urlsplit

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from connectors.domain.money import CURRENCIES

Currency = NewType("Currency", str)
URL = NewType("URL", str)


def _currency(value: object) -> Currency:
    if not isinstance(value, str) or value.upper() not in CURRENCIES:
        raise GraphQLError(f"{value!r} is not a currency: an ISO 4217 code such as EUR or USD is expected")
    return Currency(value.upper())


def _url(value: object) -> URL:
    if not isinstance(value, str) or urlsplit(value).scheme not in {"http", "https"}:
        raise GraphQLError(f"{value!r} is not a URL: it starts with http:// or https://")
    return URL(value)


SCALARS: dict[object, ScalarDefinition] = {
    Currency: strawberry.scalar(
        name="Currency",
        description="ISO 4217 code of a currency, upper case.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        parse_value=_currency,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute address on the web.",
        specified_by_url="https://url.spec.whatwg.org/",
        parse_value=_url,
    ),
}
