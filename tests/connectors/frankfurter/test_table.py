from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.rates import RateAsked
from connectors.frankfurter import wire
from connectors.frankfurter.table import MAJOR, SMALL, Sheet, Table, sheets
from connectors.seed.places import COUNTRIES
from tests.connectors.frankfurter.support import FRIDAY, SUNDAY, pairs

CODES = sorted({country.currency for country in COUNTRIES} | set(MAJOR))


def row(quote: str, rate: str, on: date = FRIDAY) -> wire.Rate:
    return wire.Rate(date=on, base="EUR", quote=quote, rate=Decimal(rate))


TABLE = Table("EUR", {"USD": row("USD", "1.1568"), "JPY": row("JPY", "178.40"), "GBP": row("GBP", "0.87120")})


def rate(base: str, quote: str) -> Decimal:
    found = TABLE.pair(RateAsked(base, quote))
    assert found
    return found.rate


def test_a_published_pair_keeps_every_published_digit() -> None:
    assert str(rate("EUR", "JPY")) == "178.40"


def test_the_other_way_round_is_the_inverse_to_twelve_digits() -> None:
    assert rate("USD", "EUR") == Decimal("0.864453665284")
    assert rate("JPY", "EUR") == Decimal("0.00560538116592")


def test_two_quotes_of_one_base_are_crossed() -> None:
    assert rate("JPY", "USD") == Decimal("0.00648430493274")


def test_there_and_back_again_is_one_to_eleven_digits() -> None:
    assert abs(rate("GBP", "JPY") * rate("JPY", "GBP") - 1) < Decimal("1e-11")


def test_a_pair_is_of_the_older_of_the_days_that_its_figures_are_of() -> None:
    table = Table("EUR", {"USD": row("USD", "1.2", SUNDAY), "NGN": row("NGN", "1700")})
    crossed = table.pair(RateAsked("NGN", "USD"))
    direct = table.pair(RateAsked("EUR", "USD"))
    assert crossed
    assert direct
    assert (crossed.on, direct.on) == (FRIDAY, SUNDAY)


def test_a_pair_that_misses_one_side_is_none() -> None:
    assert [TABLE.pair(RateAsked(*pair)) for pair in (("EUR", "XPD"), ("XPD", "EUR"), ("XPD", "USD"))] == [None] * 3


def test_amounts_in_fourteen_currencies_into_one_are_one_call_on_that_one() -> None:
    many = [code for code in CODES if code != "EUR"][:14]
    [(sheet, star)] = sheets(pairs(many, "EUR"))
    assert sheet == Sheet(None, "EUR", tuple(many))
    assert star == tuple(pairs(many, "EUR"))


def test_one_base_in_many_quotes_is_one_call_on_the_base() -> None:
    [(sheet, _)] = sheets([RateAsked("USD", quote) for quote in ("EUR", "GBP", "JPY")])
    assert sheet == Sheet(None, "USD", ("EUR", "GBP", "JPY"))


def test_one_pair_is_asked_as_it_is_published() -> None:
    [(sheet, _)] = sheets([RateAsked("PLN", "USD")])
    assert sheet == Sheet(None, "PLN", ("USD",))


def test_a_small_currency_is_not_the_base_where_a_major_one_is_at_hand() -> None:
    [(single, _)] = sheets([RateAsked("JPY", "EUR")])
    [(several, _)] = sheets([RateAsked("JPY", quote) for quote in ("THB", "GBP", "USD")])
    [(neither, _)] = sheets([RateAsked("JPY", "THB")])
    assert single == Sheet(None, "EUR", ("JPY",))
    assert several == Sheet(None, "USD", ("JPY", "THB", "GBP"))
    assert neither == Sheet(None, "JPY", ("THB",))


def test_every_day_has_calls_of_its_own() -> None:
    asked = [RateAsked("USD", "EUR"), RateAsked("USD", "EUR", FRIDAY), RateAsked("GBP", "EUR", FRIDAY)]
    assert [sheet for sheet, _ in sheets(asked)] == [Sheet(None, "USD", ("EUR",)), Sheet(FRIDAY, "EUR", ("USD", "GBP"))]


def test_amounts_into_two_currencies_are_two_calls() -> None:
    asked = [RateAsked(base, quote) for base in CODES for quote in ("USD", "EUR") if base != quote]
    assert sorted(sheet.base for sheet, _ in sheets(asked)) == ["EUR", "USD"]


def test_the_same_pair_asked_twice_is_answered_once() -> None:
    [(_, star)] = sheets([RateAsked("USD", "EUR")] * 3)
    assert star == (RateAsked("USD", "EUR"),)


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(lambda pair: pair[0] != pair[1])))
def test_the_calls_answer_each_pair_once_and_are_fewer_than_the_currencies(asked: list[tuple[str, str]]) -> None:
    keys = [RateAsked(*pair) for pair in asked]
    calls = list(sheets(keys))
    answered = [pair for _, star in calls for pair in star]
    assert sorted(answered, key=str) == sorted(set(keys), key=str)
    assert len(calls) < max(1, len({code for pair in asked for code in pair}))
    for sheet, star in calls:
        assert all({pair.base, pair.quote} <= {sheet.base, *sheet.quotes} for pair in star)
        assert sheet.base not in sheet.quotes


def test_no_major_currency_is_small() -> None:
    assert not SMALL & set(MAJOR)
