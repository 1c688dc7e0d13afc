"""The weather at a place."""

import datetime as dt
from typing import Annotated

import strawberry

from connectors.domain import weather as domain
from schema.context import Info, load
from schema.errors import BadUserInputError
from schema.loaders.weather import current, daily

Latitude = Annotated[float, strawberry.argument(description="Degrees north, -90 to 90.")]
Longitude = Annotated[float, strawberry.argument(description="Degrees east, -180 to 180.")]
Days = Annotated[
    int | None,
    strawberry.argument(description=f"How many days, beginning with today at the place: 1 to {domain.MOST_DAYS}."),
]
_WEEK = 7


@strawberry.type(description="A day at a place, from its own midnight on.")
class DailyWeather:
    """A forecast."""

    date: dt.date = strawberry.field(description="The day.")
    min: float = strawberry.field(description="The lowest temperature, in °C.")
    max: float = strawberry.field(description="The highest temperature, in °C.")
    precipitation: float = strawberry.field(description="Rain, and snow as water, in mm.")
    summary: str = strawberry.field(description="The worst of the day's weather, in words.")

    @classmethod
    def of(cls, noun: domain.DailyWeather) -> "DailyWeather":
        """The graph's day of a domain's."""
        return cls(date=noun.date, min=noun.min, max=noun.max, precipitation=noun.precipitation, summary=noun.summary)


@strawberry.type(description="The weather at a place, now and in the days to come.")
class Weather:
    """About a kilometre around the place."""

    temperature: float = strawberry.field(description="Two metres above the ground, in °C.")
    apparent_temperature: float | None = strawberry.field(description="What it feels like, in °C.")
    wind_speed: float = strawberry.field(description="Ten metres above the ground, in km/h.")
    code: int = strawberry.field(description="The code of WMO table 4677.")
    summary: str = strawberry.field(description="What the code means, in words.")
    at: dt.datetime = strawberry.field(description="When it was so, with the offset of the place's own time.")
    place: strawberry.Private[domain.Place]

    @strawberry.field(description="The days to come; a day of which not everything is known yet is left out.")
    async def daily(self, info: Info, days: Days = _WEEK) -> list[DailyWeather] | None:
        """One batch for all places, read when it is asked for."""
        count = _WEEK if days is None else days
        if not 1 <= count <= domain.MOST_DAYS:
            raise BadUserInputError(f"`days` is {count}; 1 to {domain.MOST_DAYS} can be asked for")
        found = await load(info, daily, domain.DaysAsked(self.place, count))
        return [DailyWeather.of(noun) for noun in found]

    @classmethod
    def of(cls, noun: domain.Weather) -> "Weather":
        """The graph's weather of a domain's."""
        return cls(
            temperature=noun.temperature,
            apparent_temperature=noun.apparent_temperature,
            wind_speed=noun.wind_speed,
            code=noun.code,
            summary=noun.summary,
            at=noun.at,
            place=noun.place,
        )


async def weather_at(info: Info, latitude: float, longitude: float) -> Weather | None:
    """One batch for all places; BAD_USER_INPUT where a place is not on Earth, null where nothing is known of it."""
    try:
        place = domain.Place.near(latitude, longitude)
    except ValueError as wrong:
        raise BadUserInputError(str(wrong)) from None
    noun = await load(info, current, place)
    return Weather.of(noun) if noun else None
