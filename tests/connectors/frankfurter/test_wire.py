from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from connectors.domain.rates import ExchangeRate
from connectors.frankfurter import wire

RECORDED = Path(__file__).with_name("rates.json").read_bytes()
RATES = {rate.quote: rate for rate in msgspec.json.decode(RECORDED, type=list[wire.Rate])}


def test_a_rate_keeps_its_day_its_pair_and_its_digits() -> None:
    assert wire.exchange_rate(RATES["USD"]) == ExchangeRate(
        base="EUR", quote="USD", rate=Decimal("1.1568"), on=date(2026, 10, 30)
    )
    assert str(RATES["EUR"].rate) == "1.0"


def test_powers_of_ten_and_whole_numbers_are_figures_too() -> None:
    assert RATES["XAU"].rate == Decimal("0.00029")
    assert RATES["IRR"].rate == Decimal(1182000)


def test_what_is_not_read_may_be_there_or_not() -> None:
    assert RATES["BMD"].date == date(2026, 10, 28)


def test_a_rate_of_nothing_is_not_published() -> None:
    nothing = wire.Rate(date=date(2026, 10, 30), base="IRR", quote="KWD", rate=Decimal(0))
    assert wire.published([RATES["USD"], nothing]) == [RATES["USD"]]


@pytest.mark.parametrize("body", [b'{"date":"2026-10-30","base":"EUR","quote":"USD"}', b'{"rate":"much"}'])
def test_a_rate_without_a_figure_does_not_fit(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=wire.Rate)


def test_an_error_is_told_in_the_publishers_words() -> None:
    assert wire.error_message(b'{"status":422,"message":"invalid currency: QQQ"}') == "invalid currency: QQQ"
    assert wire.error_message(b"{}") is None
