"""A weather service for tests, and weather made up for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from connectors.domain.answers import Answers
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from connectors.domain.weather import DailyWeather, DaysAsked, Place, Weather
from tests.schema.fakes import Fake


@dataclass
class Station(Fake):
    """A `WeatherSource`; every place has the same `days`."""

    service: Service = Service.OPEN_METEO
    now: Mapping[Place, Weather] = field(default_factory=dict)
    days: Sequence[DailyWeather] = ()

    @property
    def offer(self) -> Offer:
        return Offer(weather=self)

    async def current(self, places: Sequence[Place]) -> Answers[Place, Weather | None]:
        return self.answers("current", places, self.now.get)

    async def daily(self, asked: Sequence[DaysAsked]) -> Answers[DaysAsked, tuple[DailyWeather, ...]]:
        return self.answers("daily", asked, lambda one: tuple(self.days[: one.days]))


def weather(place: Place, temperature: float, felt: float | None = None) -> Weather:
    """A quarter past two in a place that is an hour ahead of UTC."""
    return Weather(
        place=place,
        temperature=temperature,
        apparent_temperature=felt,
        wind_speed=11.5,
        code=3,
        summary="Overcast",
        at=datetime(2026, 11, 1, 14, 15, tzinfo=timezone(timedelta(hours=1))),
    )


def day(number: int) -> DailyWeather:
    """A day of November."""
    return DailyWeather(date=date(2026, 11, number), min=-1.5, max=number, precipitation=0.2, summary="Fog")
