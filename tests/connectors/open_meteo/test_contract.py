"""Every exchange between the connector and its imitation, held to the forecast that Open-Meteo publishes."""

import json
from pathlib import Path

import httpx
import pytest

from connectors.domain.errors import RateLimited
from connectors.domain.weather import DaysAsked, Place, Weather
from connectors.open_meteo.client import OpenMeteo
from connectors.open_meteo.sandbox import imitate
from connectors.open_meteo.service import OPEN_METEO
from tests.connectors.open_meteo.support import BERLIN, CITIES, HOBART, days, lattice, over
from tests.connectors.support import crowd
from tests.contracts.checked import Checked, contract
from tests.contracts.openapi import Contract

FORECAST = "GET /v1/forecast"


def forecast_contract() -> Contract:
    return contract("openmeteo_forecast", many=[FORECAST], faults=[404, 429])


@pytest.fixture
def checked() -> Checked:
    return Checked(httpx.MockTransport(imitate(crowd(), lambda: 0.0)), forecast_contract())


@pytest.fixture
def open_meteo(checked: Checked) -> OpenMeteo:
    return over(checked)


@pytest.mark.parametrize(("places", "calls"), [([BERLIN], 1), (CITIES, 1), (lattice(251), 2)])
async def test_current_weather_fits(open_meteo: OpenMeteo, checked: Checked, places: list[Place], calls: int) -> None:
    answers = await open_meteo.current(places)
    assert all(isinstance(answer, Weather) for answer in answers.values())
    assert checked.seen == {FORECAST: calls}


@pytest.mark.parametrize("count", [1, 7, 16])
async def test_days_fit(open_meteo: OpenMeteo, checked: Checked, count: int) -> None:
    asked = [DaysAsked(BERLIN, count), DaysAsked(HOBART, 1)]
    for some in (asked, asked[:1]):
        answers = await open_meteo.daily(some)
        assert [len(days(answers, one)) for one in some] == [count, 1][: len(some)]
    assert checked.seen == {FORECAST: 2}


async def test_a_ping_fits(open_meteo: OpenMeteo, checked: Checked) -> None:
    await open_meteo.ping()
    assert checked.seen == {FORECAST: 1}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"latitude": "95", "longitude": "0"}, 400),
        ({"latitude": "1,2", "longitude": "0", "current": "weather_code"}, 400),
        ({"latitude": "1", "longitude": "0", "timezone": "Middle/Earth"}, 400),
        ({"latitude": "1", "longitude": "0"}, 200),
        ({"latitude": "1", "longitude": "0", "current": "cloud_cover,precipitation", "daily": "weather_code"}, 200),
    ],
)
async def test_what_else_is_imitated_fits(checked: Checked, query: dict[str, str], status: int) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=OPEN_METEO.base_url) as client:
        assert (await client.get("/v1/forecast", params=query)).status_code == status


async def test_a_refusal_for_too_much_fits(open_meteo: OpenMeteo, checked: Checked) -> None:
    answers = [(await open_meteo.current(lattice(250)))[lattice(1)[0]] for _ in range(3)]
    assert [isinstance(answer, RateLimited) for answer in answers] == [False, False, True]
    assert checked.seen == {FORECAST: 3}


def test_the_recorded_body_fits() -> None:
    body = json.loads(Path(__file__).with_name("berlin.json").read_text(encoding="utf-8"))
    request = httpx.Request("GET", "https://api.open-meteo.com/v1/forecast?latitude=52.52&longitude=13.41")
    forecast_contract().check_response(request, httpx.Response(200, json=body))
