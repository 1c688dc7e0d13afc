"""Open-Meteo's bodies, as far as they are read, and the nouns they become: https://open-meteo.com/en/docs.

Any figure may be null: models end on different days, and some do not know every variable everywhere.
"""

from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import Annotated

import msgspec

from connectors.domain.weather import DailyWeather, Place, Weather
from connectors.open_meteo.codes import in_words

CURRENT = "temperature_2m,apparent_temperature,wind_speed_10m,weather_code"
DAILY = "temperature_2m_min,temperature_2m_max,precipitation_sum,weather_code"

_Offset = Annotated[int, msgspec.Meta(gt=-86_400, lt=86_400)]


class Current(msgspec.Struct):
    """How it is at `time`, which is the place's own and says no offset."""

    time: str
    temperature_2m: float | None = None
    apparent_temperature: float | None = None
    wind_speed_10m: float | None = None
    weather_code: int | None = None

    def __post_init__(self) -> None:
        """A time that is none does not fit."""
        datetime.fromisoformat(self.time)


class Daily(msgspec.Struct):
    """One list for each variable, all in the order of `time`."""

    time: list[date]
    temperature_2m_min: list[float | None]
    temperature_2m_max: list[float | None]
    precipitation_sum: list[float | None]
    weather_code: list[int | None]

    def __post_init__(self) -> None:
        """Lists of different lengths do not fit."""
        if len({len(values) for values in msgspec.structs.astuple(self)}) > 1:
            raise ValueError("lists of different lengths")


class Forecast(msgspec.Struct):
    """Of one place; its `latitude` and `longitude` are those of the nearest point of the grid, and not read."""

    utc_offset_seconds: _Offset = 0
    current: Current | None = None
    daily: Daily | None = None


class _ErrorBody(msgspec.Struct):
    reason: str | None = None


def error_message(body: bytes) -> str | None:
    """Open-Meteo's own words: `{"error": true, "reason": "…"}`, https://open-meteo.com/en/docs#errors."""
    return msgspec.json.decode(body, type=_ErrorBody).reason


def weather(place: Place, forecast: Forecast) -> Weather | None:
    """How it is; None where a figure is missing without which it is no weather."""
    now = forecast.current
    if now is None or now.temperature_2m is None or now.wind_speed_10m is None or now.weather_code is None:
        return None
    zone = timezone(timedelta(seconds=forecast.utc_offset_seconds))
    return Weather(
        place=place,
        temperature=now.temperature_2m,
        apparent_temperature=now.apparent_temperature,
        wind_speed=now.wind_speed_10m,
        code=now.weather_code,
        summary=in_words(now.weather_code),
        at=datetime.fromisoformat(now.time).replace(tzinfo=zone),
    )


def days(forecast: Forecast, most: int) -> tuple[DailyWeather, ...]:
    """Of the first `most` days those of which everything is known; in a gap, any figure would be made up."""
    table = forecast.daily
    if table is None:
        return ()
    columns = table.temperature_2m_min, table.temperature_2m_max, table.precipitation_sum, table.weather_code
    return tuple(
        DailyWeather(date=on, min=low, max=high, precipitation=wet, summary=in_words(code))
        for on, low, high, wet, code in islice(zip(table.time, *columns, strict=True), most)
        if low is not None and high is not None and wet is not None and code is not None
    )
