"""The parameters of a forecast as the imitated Open-Meteo reads them, and how it refuses one; unknown ones are ignored.

https://open-meteo.com/en/docs#errors
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from math import isfinite, nan
from typing import NamedTuple

import httpx

from connectors.sandbox import reply

MOST = 1000  # places of one call
DAYS = 16
_GRID = 16  # points in a degree
_ZONES = {"auto", "GMT", "UTC"}

Query = Mapping[str, str]


class Refusal(Exception):
    """An error that Open-Meteo would answer."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reply = reply({"error": True, "reason": reason}, status)


class Point(NamedTuple):
    """A point of the grid, and how many hours its clocks are ahead of UTC."""

    latitude: float
    longitude: float
    hours: int

    @property
    def offset(self) -> timedelta:
        """Of its clocks from UTC."""
        return timedelta(hours=self.hours)


def sent(request: httpx.Request) -> Query:
    """What was sent and is not empty."""
    return {name: value for name, value in request.url.params.multi_items() if value}


def points(query: Query) -> list[Point]:
    """The points of the grid that are nearest to what was asked."""
    latitudes, longitudes, local = _degrees(query, "latitude", 90), _degrees(query, "longitude", 180), _local(query)
    if len(latitudes) != len(longitudes):
        raise Refusal("Parameter 'latitude' and 'longitude' must have the same number of elements")
    if len(latitudes) > MOST:
        raise Refusal(f"Only up to {MOST} locations can be requested at once")
    pairs = zip(latitudes, longitudes, strict=True)
    return [Point(_on_grid(north), _on_grid(east), round(east / 15) if local else 0) for north, east in pairs]


def days(query: Query) -> int:
    """How many, beginning with today."""
    text = query.get("forecast_days", "7")
    if not text.removeprefix("-").isdecimal():
        raise Refusal(f"Cannot initialize Int from invalid String value {text} for key forecast_days")
    if not 0 <= int(text) <= DAYS:
        raise Refusal(f"Forecast days is invalid. Allowed range 0 to {DAYS}. Given {text}.")
    return int(text)


def variables(query: Query, kind: str, known: Collection[str]) -> list[str]:
    """The names of what is wanted."""
    names = query[kind].split(",") if kind in query else []
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise Refusal(f"Data corrupted at path ''. Cannot initialize variable from invalid String value {unknown}.")
    return names


def _degrees(query: Query, name: str, most: int) -> list[float]:
    if name not in query:
        raise Refusal(f"Value of type 'Array<String>' required for key '{name}'.")
    return [_within(text, name, most) for text in query[name].split(",")]


def _within(text: str, name: str, most: int) -> float:
    degrees = _number(text)
    if not isfinite(degrees):
        raise Refusal(f"Cannot initialize Float from invalid String value {text} for key {name}")
    if abs(degrees) > most:
        raise Refusal(f"{name.capitalize()} must be in range of -{most} to {most}°. Given: {degrees}.")
    return degrees


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan


def _on_grid(degrees: float) -> float:
    return round(degrees * _GRID) / _GRID


def _local(query: Query) -> bool:
    """Whether times are the place's own."""
    zone = query.get("timezone", "GMT")
    if zone not in _ZONES:
        raise Refusal("Invalid timezone")
    return zone == "auto"
