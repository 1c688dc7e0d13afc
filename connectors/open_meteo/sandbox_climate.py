"""Weather that looks like the real one: by latitude, season and hour, with fronts that pass over in a few days.

It is computed from the place and the time alone, and changes little from one to the next, as weather does.
"""

from datetime import datetime, timedelta
from math import cos, pi, sin
from typing import NamedTuple

_WARMEST, _YEAR = 200, 365.25  # day of the year in the north; days
_HOTTEST = 15  # hour of the sun's time
_CALM, _CHILLY = 4.8, 10  # km/h, °C: where wind chill begins, https://www.weather.gov/safety/cold-wind-chill-chart
_RAINY = 0.68  # share of clouds from which they rain
_MM = 9  # an hour, for each further share of clouds

_FRONTS = ((131, 0.27), (47, 0.15), (11, 0.08))  # hours that a front takes, and its share of the clouds

# The upper end of what each code stands for: mm of rain or snow an hour, share of clouds.
_RAIN = ((0.3, 51), (0.6, 53), (1.2, 61), (2.5, 63), (99, 65))
_SNOW = ((0.6, 71), (1.5, 73), (99, 75))
_DRY = ((0.2, 0), (0.38, 1), (0.55, 2), (2, 3))


class Sky(NamedTuple):
    """°C, °C, km/h, mm an hour, share of clouds, WMO code."""

    temperature: float
    apparent: float
    wind: float
    precipitation: float
    clouds: float
    code: int


class Day(NamedTuple):
    """The extremes and sums of 24 hours."""

    low: float
    high: float
    precipitation: float
    code: int


def sky(latitude: float, longitude: float, at: datetime) -> Sky:
    """How it is at a place; `at` has an offset."""
    hours = at.timestamp() / 3600
    sun = (hours + longitude / 15) % 24
    clouds = 0.5 + sum(share * _wave(latitude, longitude, hours / period) for period, share in _FRONTS)
    wind = 3 + 24 * (0.4 + abs(latitude) / 120) * (1 + _wave(longitude, latitude, hours / 61)) / 2
    swing = 5.5 * (1.2 - clouds) * cos(2 * pi * (sun - _HOTTEST) / 24)
    temperature = _usual(latitude, at) + swing + 3 * _wave(latitude, longitude, hours / 211)
    wet = max(0.0, clouds - _RAINY) * _MM
    code = _code(temperature, wind, wet, clouds, sun)
    return Sky(temperature, _apparent(temperature, wind), wind, wet, clouds, code)


def day(latitude: float, longitude: float, midnight: datetime) -> Day:
    """The 24 hours from `midnight` on; its code is the worst of them."""
    hours = [sky(latitude, longitude, midnight + timedelta(hours=number)) for number in range(24)]
    temperatures = [hour.temperature for hour in hours]
    wet = sum(hour.precipitation for hour in hours)
    return Day(min(temperatures), max(temperatures), wet, max(hour.code for hour in hours))


def _wave(across: float, along: float, turns: float) -> float:
    """Between -1 and 1, the same for one place and time, and nearly the same for a neighbour."""
    return sin(2 * pi * (turns + across / 17 + along / 29))


def _usual(latitude: float, at: datetime) -> float:
    """Of the day of the year: warm at the equator, and the further from it the more unlike are the seasons."""
    season = cos(2 * pi * (at.timetuple().tm_yday - _WARMEST) / _YEAR)
    return 27 - 0.006 * latitude**2 + 0.19 * latitude * season


def _apparent(temperature: float, wind: float) -> float:
    if temperature > _CHILLY or wind < _CALM:
        return temperature + 0.1 * (temperature - 18) - 0.04 * wind
    breeze: float = wind**0.16
    return 13.12 + 0.6215 * temperature - 11.37 * breeze + 0.3965 * temperature * breeze


def _code(temperature: float, wind: float, wet: float, clouds: float, sun: float) -> int:
    if wet > 0:
        return _falling(temperature, wet)
    foggy = wind < 7 and 4 <= sun < 9 and 0.4 < clouds < 0.6 and temperature < 12  # noqa: PLR2004 - a calm, damp morning
    return 45 if foggy else _upto(_DRY, clouds)


def _falling(temperature: float, wet: float) -> int:
    if temperature < 0.5:  # noqa: PLR2004 - below, it snows
        return _upto(_SNOW, wet)
    return 95 if temperature > 24 and wet > 1.5 else _upto(_RAIN, wet)  # noqa: PLR2004 - heat and a downpour


def _upto(steps: tuple[tuple[float, int], ...], value: float) -> int:
    return next(code for end, code in steps if value <= end)
