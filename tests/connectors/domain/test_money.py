from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.money import CURRENCIES, Money, digits
from tests.connectors.domain.dated import LAWS

CODES = st.sampled_from(sorted(CURRENCIES))
MINOR = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1250, "eur", "12.50"),
        (1250, "EUR", "12.50"),
        (1250, "jpy", "1250"),
        (1250, "kwd", "1.250"),
        (0, "usd", "0.00"),
        (-5, "usd", "-0.05"),
        (7, "bhd", "0.007"),
        (10**17 + 1, "usd", "1000000000000000.01"),
    ],
)
def test_minor_units_become_whole_units_with_all_their_digits(minor: int, currency: str, amount: str) -> None:
    money = Money.of_minor(minor, currency)
    assert str(money.amount) == amount
    assert money.currency == currency.upper()


@pytest.mark.parametrize(
    ("currency", "expected"), [("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("CHF", 2), ("CNH", 2)]
)
def test_the_minor_unit_is_iso_4217s(currency: str, expected: int) -> None:
    assert digits(currency) == expected


@LAWS
@given(MINOR, CODES)
def test_no_minor_unit_is_lost(minor: int, currency: str) -> None:
    money = Money.of_minor(minor, currency.lower())
    assert money.amount.scaleb(digits(currency)) == minor
    assert money.amount.as_tuple().exponent == -digits(currency)


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "expected"),
    [
        ("10.00", "1.0825", "USD", "10.82"),  # 10.825: half to even, down
        ("10.00", "1.0835", "USD", "10.84"),  # 10.835: half to even, up
        ("-10.00", "1.0825", "USD", "-10.82"),
        ("0.01", "150.5", "JPY", "2"),  # 1.505
        ("1.00", "2.5", "JPY", "2"),
        ("1.00", "3.5", "JPY", "4"),
        ("1.00", "0.3085", "KWD", "0.308"),
        ("1.00", "0.30850001", "KWD", "0.309"),
        ("0.00", "83.1", "INR", "0.00"),
    ],
)
def test_a_conversion_rounds_half_to_even_to_the_minor_unit(
    amount: str, rate: str, currency: str, expected: str
) -> None:
    converted = Money(Decimal(amount), "EUR").converted(Decimal(rate), currency)
    assert str(converted.amount) == expected
    assert converted.currency == currency


@LAWS
@given(MINOR, st.decimals("0.0001", "20000", places=6), CODES)
def test_a_conversion_is_off_by_half_a_minor_unit_at_most(minor: int, rate: Decimal, currency: str) -> None:
    money = Money.of_minor(minor, "EUR")
    converted = money.converted(rate, currency)
    assert converted.amount.as_tuple().exponent == -digits(currency)
    assert abs(converted.amount - money.amount * rate) <= Decimal("0.5").scaleb(-digits(currency))


def test_every_currency_is_three_capitals_and_every_rounding_rule_is_for_one_of_them() -> None:
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in CURRENCIES)
    assert {digits(code) for code in CURRENCIES} == {0, 2, 3}
    assert len([code for code in CURRENCIES if digits(code) == 0]) == 16
    assert len([code for code in CURRENCIES if digits(code) == 3]) == 7
