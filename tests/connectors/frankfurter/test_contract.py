"""Every exchange between the connector and its imitation, held to what Frankfurter publishes."""

import json
from datetime import date
from pathlib import Path

import httpx
import pytest

from connectors.domain.rates import ExchangeRate, RateAsked, SeriesAsked
from connectors.frankfurter.client import Frankfurter
from connectors.frankfurter.service import FRANKFURTER
from connectors.seed.places import COUNTRIES
from tests.connectors.frankfurter.support import FRIDAY, SUNDAY, over, pairs
from tests.connectors.support import crowd
from tests.contracts.checked import Checked, contract


@pytest.fixture
def checked() -> Checked:
    return Checked(httpx.MockTransport(FRANKFURTER.imitate(crowd())), contract("frankfurter_v2"))


@pytest.fixture
def frankfurter(checked: Checked) -> Frankfurter:
    return over(checked)


async def test_rates_fit(frankfurter: Frankfurter, checked: Checked) -> None:
    currencies = sorted({country.currency for country in COUNTRIES})
    asked = [
        *pairs(currencies, "EUR"),
        *pairs(currencies, "USD", SUNDAY),
        RateAsked("JPY", "GBP", FRIDAY),
        RateAsked("EUR", "USD", date(1998, 1, 1)),
        RateAsked("EUR", "BTN", date(2020, 2, 29)),
    ]
    answers = await frankfurter.rates(asked)
    assert len([answer for answer in answers.values() if isinstance(answer, ExchangeRate)]) == len(asked) - 2
    assert checked.seen == {"GET /rates": 5}


async def test_refusals_fit(frankfurter: Frankfurter, checked: Checked) -> None:
    asked = [RateAsked("EUR", "QQQ"), RateAsked("EUR", "USD")]
    answers = await frankfurter.rates(asked)
    assert answers[asked[0]] is None
    assert isinstance(answers[asked[1]], ExchangeRate)
    assert checked.seen == {"GET /rates": 3}


async def test_series_fit(frankfurter: Frankfurter, checked: Checked) -> None:
    asked = [
        SeriesAsked("EUR", ("USD", "GBP"), date(2026, 9, 1)),
        SeriesAsked("IDR", ("EUR",), date(2026, 9, 5), date(2026, 9, 6)),
        SeriesAsked("CHF", ("CHF", "JPY"), date(1998, 12, 1), date(1999, 1, 31)),
    ]
    answers = await frankfurter.series(asked)
    lengths = [len(answer) for answer in answers.values() if isinstance(answer, tuple)]
    assert lengths == [2 * 44, 0, 2 * 20]
    assert checked.seen == {"GET /rates": 3}


async def test_a_ping_fits(frankfurter: Frankfurter, checked: Checked) -> None:
    await frankfurter.ping()
    assert checked.seen == {"GET /rate/{base}/{quote}": 1}


@pytest.mark.parametrize(
    "path", ["/currencies", "/currencies?scope=all", "/currency/JPY", "/currency/QQQ", "/rate/A/B"]
)
async def test_what_else_is_imitated_fits(checked: Checked, path: str) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=FRANKFURTER.base_url) as client:
        assert (await client.get(path)).status_code in (200, 404, 422)
    assert sum(checked.seen.values()) == 1


def test_the_recorded_body_fits() -> None:
    recorded = Path(__file__).with_name("rates.json").read_text(encoding="utf-8")
    for row in json.loads(recorded):
        contract("frankfurter_v2").check_body("Rate", row)
