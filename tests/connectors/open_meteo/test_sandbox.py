from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from connectors.open_meteo.sandbox import imitate
from connectors.sandbox import Handler
from connectors.seed.people import MOST
from tests.connectors.support import crowd

Json = Any  # JSON enters here

HANDLER = imitate(crowd(), lambda: 0.0)
BERLIN = {"latitude": "52.52", "longitude": "13.41"}
HERE_AND_THERE = {"latitude": "52.52,-42.88", "longitude": "13.41,147.32"}
NOW = "temperature_2m,wind_speed_10m,weather_code"


def ask(query: Mapping[str, str], handler: Handler | None = None) -> httpx.Response:
    request = httpx.Request("GET", "https://api.open-meteo.com/v1/forecast", params=dict(query))
    return (handler or imitate(crowd(), lambda: 0.0))(request)


def told(query: Mapping[str, str]) -> Json:
    response = ask(query)
    assert response.status_code == 200, response.text
    return response.json()


def test_one_place_is_an_object_and_several_are_a_list_in_their_order() -> None:
    one = told(BERLIN | {"current": NOW})
    assert list(one["current"]) == ["time", "interval", *NOW.split(",")]
    several = told(HERE_AND_THERE | {"current": NOW})
    assert several[0] == one
    assert several[1]["location_id"] == 1
    assert several[1]["latitude"] < 0


def test_the_nearest_point_of_the_grid_answers() -> None:
    body = told(BERLIN)
    assert (body["latitude"], body["longitude"]) == (52.5, 13.4375)
    assert "current" not in body
    assert "daily" not in body


def test_times_are_utc_or_the_places_own() -> None:
    assert told(BERLIN | {"current": NOW})["current"]["time"] == "2026-11-01T12:00"
    here, there = told(HERE_AND_THERE | {"current": NOW, "timezone": "auto"})
    assert (here["current"]["time"], here["utc_offset_seconds"]) == ("2026-11-01T13:00", 3600)
    assert (there["current"]["time"], there["utc_offset_seconds"]) == ("2026-11-01T22:00", 36_000)
    assert (here["timezone"], here["timezone_abbreviation"]) == ("Etc/GMT-1", "GMT+1")
    greenwich = told({"latitude": "51", "longitude": "0", "timezone": "auto"})
    assert (greenwich["timezone"], greenwich["utc_offset_seconds"]) == ("GMT", 0)


def test_weather_is_the_same_in_every_zone() -> None:
    utc, local = (told(BERLIN | {"current": NOW, "timezone": zone})["current"] for zone in ("UTC", "auto"))
    assert {name: utc[name] for name in NOW.split(",")} == {name: local[name] for name in NOW.split(",")}


def test_days_begin_with_the_places_own_today() -> None:
    daily = told(BERLIN | {"daily": "temperature_2m_min,temperature_2m_max,weather_code", "forecast_days": "3"})[
        "daily"
    ]
    assert daily["time"] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert all(low < high for low, high in zip(daily["temperature_2m_min"], daily["temperature_2m_max"], strict=True))
    fiji = {"latitude": "-17.7", "longitude": "178", "daily": "weather_code", "timezone": "auto"}
    assert told(fiji)["daily"]["time"][0] == "2026-11-02"
    assert len(told(fiji)["daily"]["time"]) == 7
    assert told(fiji | {"forecast_days": "0"})["daily"] == {"time": [], "weather_code": []}


def test_units_are_told_beside_the_figures() -> None:
    body = told(BERLIN | {"current": NOW, "daily": "precipitation_sum"})
    assert body["current_units"]["wind_speed_10m"] == "km/h"
    assert body["daily_units"] == {"time": "iso8601", "precipitation_sum": "mm"}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({}, "Value of type 'Array<String>' required for key 'latitude'."),
        ({"latitude": "1"}, "Value of type 'Array<String>' required for key 'longitude'."),
        (BERLIN | {"latitude": "1,2"}, "Parameter 'latitude' and 'longitude' must have the same number of elements"),
        (BERLIN | {"latitude": "95"}, "Latitude must be in range of -90 to 90°. Given: 95.0."),
        (BERLIN | {"longitude": "-180.5"}, "Longitude must be in range of -180 to 180°. Given: -180.5."),
        (
            BERLIN | {"current": "mood"},
            "Data corrupted at path ''. Cannot initialize variable from invalid String value mood.",
        ),
    ],
)
def test_a_wrong_question_is_refused_in_open_meteos_words(query: dict[str, str], reason: str) -> None:
    response = ask(query)
    assert (response.status_code, response.json()) == (400, {"error": True, "reason": reason})


def test_what_it_does_not_have_is_not_found() -> None:
    response = HANDLER(httpx.Request("GET", "https://api.open-meteo.com/v1/archive"))
    assert response.status_code == 404


def test_too_much_in_a_minute_is_refused_and_no_header_tells_of_it() -> None:
    handler = imitate(crowd(), lambda: 0.0)
    many = {"latitude": ",".join(["1"] * 300), "longitude": ",".join(["2"] * 300)}
    assert [ask(many, handler).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(BERLIN, handler)
    reason = "Minutely API request limit exceeded. Please try again in one minute."
    assert (refused.status_code, refused.json()) == (429, {"error": True, "reason": reason})
    assert not [name for name in refused.headers if "limit" in name or "retry" in name]


def test_weather_does_not_depend_on_who_is_there() -> None:
    query = HERE_AND_THERE | {"current": NOW, "daily": "precipitation_sum"}
    assert ask(query, imitate(crowd(MOST), lambda: 0.0)).json() == ask(query, imitate(crowd(0), lambda: 0.0)).json()
