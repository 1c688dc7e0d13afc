"""The weather at a place, now and in the days to come, and who tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from connectors.domain.answers import Answers

MOST_DAYS = 16  # that are foretold
_DECIMALS = 2  # of a degree: about a kilometre, and finer than any forecast


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Degrees north and east (WGS 84), to two decimals, so that neighbours are one place and share an answer."""

    latitude: float
    longitude: float

    @classmethod
    def near(cls, latitude: float, longitude: float) -> "Place":
        """The place of these coordinates. ValueError where they are not on Earth."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
            raise ValueError(f"{latitude}, {longitude} is not on Earth")
        return cls(_rounded(latitude), _rounded(longitude))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How it is: °C, km/h, the code of WMO table 4677 and what it means, at a time of the place's own zone."""

    place: Place
    temperature: float
    apparent_temperature: float | None
    wind_speed: float
    code: int
    summary: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyWeather:
    """A day at the place, from its own midnight on: °C, mm, and the worst of the day's weather in words."""

    date: date
    min: float
    max: float
    precipitation: float
    summary: str


@dataclass(frozen=True, slots=True)
class DaysAsked:
    """So many days (1 to `MOST_DAYS`) at a place, beginning with today there."""

    place: Place
    days: int


class WeatherSource(Protocol):
    """A weather service. Every method answers each key asked, and never raises for one of them."""

    async def current(self, places: Sequence[Place]) -> Answers[Place, Weather | None]:
        """None where nothing is known of the place just now."""

    async def daily(self, asked: Sequence[DaysAsked]) -> Answers[DaysAsked, tuple[DailyWeather, ...]]:
        """In order; days of which not everything is known yet are left out."""


def _rounded(degrees: float) -> float:
    return round(degrees, _DECIMALS) + 0.0  # without the sign of nought
