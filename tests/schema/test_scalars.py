from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType, parse_value

from connectors.domain.money import CURRENCIES
from tests.schema.fakes import Rates
from tests.schema.harness import graph, hub, run

RATES = Rates(table={"USD EUR": "0.00000012"})


def scalar(name: str) -> GraphQLScalarType:
    found = graph()._schema.type_map[name]  # noqa: SLF001 - strawberry has no public way to the schema inside
    assert isinstance(found, GraphQLScalarType)
    return found


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("Currency", "EUR", "EUR"),
        ("Currency", "eur", "EUR"),
        ("URL", "https://example.com/a?b", "https://example.com/a?b"),
        ("Date", "2026-02-28", date(2026, 2, 28)),
        ("DateTime", "2026-11-22T15:00:00+01:00", datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("DateTime", "2026-11-22T14:00:00.5Z", datetime(2026, 11, 22, 14, microsecond=500_000, tzinfo=UTC)),
        ("Decimal", "12.50", Decimal("12.50")),
    ],
)
def test_a_value_means_the_same_in_a_variable_and_in_the_query(name: str, text: str, value: object) -> None:
    assert scalar(name).parse_value(text) == value
    assert scalar(name).parse_literal(parse_value(f'"{text}"'), None) == value


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Currency", ["XXX", "", "EURO", 5, None, True, ["EUR"]]),
        ("URL", ["javascript:alert(1)", "/path", "", 5]),
        ("Date", ["2026-02-30", "yesterday", 20260228, ""]),
        ("DateTime", ["2026-11-22T15:00:00", "2026-11-22", "now", 5, "0001-01-01T00:00:00+14:00"]),
        ("Decimal", ["NaN", "Infinity", "twelve", 12.5, ""]),
    ],
)
def test_a_value_that_is_none_is_bad_user_input(name: str, values: list[object]) -> None:
    for value in values:
        with pytest.raises(GraphQLError, match="is not a") as refusal:
            scalar(name).parse_value(value)
        assert refusal.value.extensions == {"code": "BAD_USER_INPUT"}


def test_a_refusal_repeats_no_more_than_the_beginning_of_a_huge_value() -> None:
    with pytest.raises(GraphQLError) as refusal:
        scalar("Currency").parse_value("x" * 1_000_000)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Decimal", Decimal("12.50"), "12.50"),
        ("Decimal", Decimal("1E+3"), "1000"),
        ("Decimal", Decimal("0.00000012"), "0.00000012"),
        ("Date", date(2026, 11, 22), "2026-11-22"),
        ("DateTime", datetime(2026, 11, 22, 14, tzinfo=UTC), "2026-11-22T14:00:00+00:00"),
    ],
)
def test_what_is_written_can_be_read_again(name: str, value: object, text: str) -> None:
    assert scalar(name).serialize(value) == text
    assert scalar(name).parse_value(text) == value


def test_every_currency_is_known_by_its_code() -> None:
    parse: Callable[[Any], Any] = scalar("Currency").parse_value
    assert {parse(code.lower()) for code in CURRENCIES} == CURRENCIES


async def test_an_unknown_currency_in_the_query_is_shown_where_it_stands() -> None:
    answer = await run(hub(RATES), '{\n  exchangeRate(base: "XXX", quote: "USD") { rate }\n}')
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.only_error["locations"] == [{"line": 2, "column": 22}]
    assert answer.only_error["message"].startswith("'XXX' is not a currency")


async def test_an_unknown_currency_in_a_variable_is_bad_user_input() -> None:
    query = 'query($base: Currency!) { exchangeRate(base: $base, quote: "USD") { rate } }'
    answer = await run(hub(RATES), query, base="XXX")
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "'XXX' is not a currency" in answer.only_error["message"]


async def test_a_small_rate_is_written_without_an_exponent() -> None:
    answer = await run(hub(RATES), '{ exchangeRate(base: "USD", quote: "EUR") { rate } }')
    assert answer.whole == {"exchangeRate": {"rate": "0.00000012"}}


async def test_a_time_without_an_offset_is_refused() -> None:
    answer = await run(hub(), '{ payments(since: "2026-11-01T12:00:00") { totalCount } }')
    assert answer.codes == ["BAD_USER_INPUT"]
