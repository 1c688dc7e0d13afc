"""Batches of weather, from the service that is connected."""

from collections.abc import Sequence

from connectors.domain.errors import ConnectorError
from connectors.domain.weather import DailyWeather, DaysAsked, Place, Weather, WeatherSource
from connectors.sources import Sources


async def current(sources: Sources, places: Sequence[Place]) -> list[Weather | ConnectorError | None]:
    """None where nothing is known of the place."""
    answers = await _service(sources).current(places)
    return [answers[place] for place in places]


async def daily(sources: Sources, asked: Sequence[DaysAsked]) -> list[tuple[DailyWeather, ...] | ConnectorError]:
    """In order, beginning with today."""
    answers = await _service(sources).daily(asked)
    return [answers[one] for one in asked]


def _service(sources: Sources) -> WeatherSource:
    """Two forecasts differ, and their average is nobody's forecast: one service is asked."""
    return next(iter(sources.weather.values()))
