from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.domain.weather import DailyWeather, Place, Weather
from connectors.open_meteo import wire

PLACE = Place(52.52, 13.41)
SHORT = (
    '{"daily": {"time": ["2026-10-01"], "temperature_2m_min": [], "temperature_2m_max": [1],'
    ' "precipitation_sum": [1], "weather_code": [1]}}'
)


def recorded(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


BERLIN = msgspec.json.decode(recorded("berlin.json"), type=wire.Forecast)
MCMURDO, NULL_ISLAND, NOWHERE = msgspec.json.decode(recorded("gaps.json"), type=list[wire.Forecast])


def read(body: str) -> wire.Forecast:
    return msgspec.json.decode(body, type=wire.Forecast)


def test_weather_keeps_its_figures_its_words_and_the_places_own_time() -> None:
    weather = wire.weather(PLACE, BERLIN)
    assert weather == Weather(
        place=PLACE,
        temperature=17.0,
        apparent_temperature=15.4,
        wind_speed=11.2,
        code=61,
        summary="Light rain",
        at=datetime(2026, 10, 1, 12, 15, tzinfo=UTC),
    )
    assert weather.at.utcoffset() == timedelta(hours=2)


def test_what_is_felt_may_be_unknown_and_a_code_unheard_of() -> None:
    weather = wire.weather(PLACE, MCMURDO)
    assert weather is not None
    assert (weather.apparent_temperature, weather.code, weather.summary) == (None, 4, "Weather code 4")
    assert weather.at.isoformat() == "2026-10-02T01:15:00+13:00"


def test_where_a_figure_is_missing_there_is_no_weather() -> None:
    assert wire.weather(PLACE, NULL_ISLAND) is None
    assert wire.weather(PLACE, NOWHERE) is None


@pytest.mark.parametrize("missing", ["temperature_2m", "wind_speed_10m", "weather_code"])
def test_each_figure_that_the_graph_promises_is_needed(missing: str) -> None:
    figures = {"temperature_2m": 1.0, "wind_speed_10m": 2.0, "weather_code": 3} | {missing: None}
    forecast = msgspec.convert({"current": {"time": "2026-10-01T14:15"} | figures}, wire.Forecast)
    assert wire.weather(PLACE, forecast) is None


def test_days_are_those_of_the_place() -> None:
    assert wire.days(BERLIN, 7) == (
        DailyWeather(date=date(2026, 10, 1), min=9.8, max=17.9, precipitation=3.2, summary="Rain"),
        DailyWeather(date=date(2026, 10, 2), min=8.1, max=15.0, precipitation=0.0, summary="Overcast"),
        DailyWeather(date=date(2026, 10, 3), min=-0.4, max=4.1, precipitation=1.1, summary="Light snowfall"),
    )


def test_no_more_days_are_told_than_were_asked_for() -> None:
    assert [day.date.day for day in wire.days(BERLIN, 2)] == [1, 2]


def test_a_day_with_a_gap_is_left_out_and_no_other_one_takes_its_place() -> None:
    assert [day.date.day for day in wire.days(MCMURDO, 16)] == [2, 4]
    assert [day.date.day for day in wire.days(MCMURDO, 2)] == [2]
    assert wire.days(NULL_ISLAND, 7) == ()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('{"current": {"time": "a quarter past two"}}', "$.current"),
        ('{"current": {}}', "$.current"),
        ('{"current": {"time": "2026-10-01T14:15", "temperature_2m": "warm"}}', "$.current.temperature_2m"),
        ('{"utc_offset_seconds": 86400}', "$.utc_offset_seconds"),
        (SHORT, "different lengths"),
        (SHORT.replace('"2026-10-01"', '"October"'), "$.daily.time[0]"),
    ],
)
def test_what_is_no_forecast_does_not_fit(body: str, path: str) -> None:
    with pytest.raises(msgspec.ValidationError) as misfit:
        read(body)
    assert path in str(misfit.value)


def test_an_error_is_told_in_open_meteos_words() -> None:
    assert wire.error_message(b'{"error":true,"reason":"Invalid timezone"}') == "Invalid timezone"
    assert wire.error_message(b'{"error":true}') is None
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(b"<html>")
