"""Open-Meteo, as a source of weather: https://open-meteo.com/en/docs."""

from collections.abc import Sequence

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, Malformed
from connectors.domain.offer import Offer
from connectors.domain.weather import DailyWeather, DaysAsked, Place, Weather
from connectors.fan_out import in_chunks
from connectors.open_meteo import wire

# Open-Meteo takes 1,000 places a call. A place takes 19 characters of the address at most, so that 250 stay well below
# the 8,000 that any server reads (https://www.rfc-editor.org/rfc/rfc9110#section-4.1).
BATCH = 250


class OpenMeteo:
    """A `WeatherSource`. One call for 250 different places, whatever is asked of them.

    Open-Meteo itself counts every place of a call as one of the 600 that it answers in a minute.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Weather."""
        return Offer(weather=self)

    async def ping(self) -> None:
        """Asks for one figure of one place."""
        query = {"latitude": "0.00", "longitude": "0.00", "current": "weather_code"}
        await self._api.get("/v1/forecast", query, into=wire.Forecast)

    async def current(self, places: Sequence[Place]) -> Answers[Place, Weather | None]:
        """A call for every 250 different places."""
        return await in_chunks(sorted(places), BATCH, self._current)

    async def daily(self, asked: Sequence[DaysAsked]) -> Answers[DaysAsked, tuple[DailyWeather, ...]]:
        """A call for every 250 different places, with as many days as anybody asks for."""
        what = {"daily": wire.DAILY, "forecast_days": str(max((one.days for one in asked), default=0))}
        places = sorted(one.place for one in asked)
        found = await in_chunks(places, BATCH, lambda chunk: self._forecasts(chunk, what))
        return {one: _days(found[one.place], one.days) for one in asked}

    async def _current(self, places: Sequence[Place]) -> dict[Place, Weather | None]:
        forecasts = await self._forecasts(places, {"current": wire.CURRENT})
        return {place: wire.weather(place, forecast) for place, forecast in forecasts.items()}

    async def _forecasts(self, places: Sequence[Place], what: dict[str, str]) -> dict[Place, wire.Forecast]:
        """One object for one place and a list for several, in their order; in each place's own time."""
        query = {
            "latitude": ",".join(f"{place.latitude:.2f}" for place in places),
            "longitude": ",".join(f"{place.longitude:.2f}" for place in places),
            "timezone": "auto",
        } | what
        if len(places) == 1:
            return {places[0]: await self._api.get("/v1/forecast", query, into=wire.Forecast)}
        forecasts = await self._api.get("/v1/forecast", query, into=list[wire.Forecast])
        if len(forecasts) != len(places):
            self._api.fail(Malformed(self._api.service, "$", f"{len(forecasts)} forecasts for {len(places)} places"))
        return dict(zip(places, forecasts, strict=True))


def _days(forecast: wire.Forecast | ConnectorError, days: int) -> tuple[DailyWeather, ...] | ConnectorError:
    """So many days of those that were read for somebody else as well."""
    return forecast if isinstance(forecast, ConnectorError) else wire.days(forecast, days)
