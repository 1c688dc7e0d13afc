"""An imitation of Open-Meteo's forecast: current and daily weather of one place or many, and its limits.

Weather is that of the hour at which the made-up events end. Left out: hourly weather, other units and models, zones by
name. A place's own zone is that of the sun, as it is at sea (Etc/GMT-1). https://open-meteo.com/en/docs
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

import httpx

from connectors.open_meteo.sandbox_climate import Day, Sky, day, sky
from connectors.open_meteo.sandbox_limits import Limits
from connectors.open_meteo.sandbox_query import Point, Refusal, days, points, sent, variables
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

Body = dict[str, object]
Clock = Callable[[], float]

_CURRENT: Mapping[str, tuple[str, Callable[[Sky], float]]] = {
    "temperature_2m": ("°C", lambda sky: round(sky.temperature, 1)),
    "apparent_temperature": ("°C", lambda sky: round(sky.apparent, 1)),
    "wind_speed_10m": ("km/h", lambda sky: round(sky.wind, 1)),
    "precipitation": ("mm", lambda sky: round(sky.precipitation / 4, 2)),  # of a quarter of an hour
    "cloud_cover": ("%", lambda sky: round(sky.clouds * 100)),
    "weather_code": ("wmo code", lambda sky: sky.code),
}
_DAILY: Mapping[str, tuple[str, Callable[[Day], float]]] = {
    "temperature_2m_min": ("°C", lambda day: round(day.low, 1)),
    "temperature_2m_max": ("°C", lambda day: round(day.high, 1)),
    "precipitation_sum": ("mm", lambda day: round(day.precipitation, 1)),
    "weather_code": ("wmo code", lambda day: day.code),
}


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A forecast for the hour of `people`; `clock` (Unix seconds) tells when calls are counted from nought again."""
    return _Station(people.now, clock).handle


class _Station:
    def __init__(self, now: datetime, clock: Clock) -> None:
        self._now = now
        self._limits = Limits(clock)
        self._route = Router({"GET /v1/forecast": self._forecast}, unknown=_unknown)

    def handle(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _forecast(self, request: httpx.Request) -> httpx.Response:
        query = sent(request)
        places, count = points(query), days(query)
        current, daily = variables(query, "current", _CURRENT), variables(query, "daily", _DAILY)
        if reason := self._limits.spend(len(places)):
            raise Refusal(reason, 429)
        bodies = [
            _about(number, point) | self._current(point, current) | self._daily(point, daily, count)
            for number, point in enumerate(places)
        ]
        return reply(bodies if len(bodies) > 1 else bodies[0])

    def _current(self, point: Point, names: list[str]) -> Body:
        if not names:
            return {}
        at = self._now.astimezone(timezone(point.offset))
        figures = sky(point.latitude, point.longitude, at)
        told = {name: _CURRENT[name][1](figures) for name in names}
        return {
            "current_units": {"time": "iso8601", "interval": "seconds"} | {name: _CURRENT[name][0] for name in names},
            "current": {"time": at.strftime("%Y-%m-%dT%H:%M"), "interval": 900} | told,
        }

    def _daily(self, point: Point, names: list[str], count: int) -> Body:
        if not names:
            return {}
        today = self._now.astimezone(timezone(point.offset)).replace(hour=0)
        midnights = [today + timedelta(days=number) for number in range(count)]
        figures = [day(point.latitude, point.longitude, midnight) for midnight in midnights]
        told = {name: [_DAILY[name][1](one) for one in figures] for name in names}
        return {
            "daily_units": {"time": "iso8601"} | {name: _DAILY[name][0] for name in names},
            "daily": {"time": [midnight.date().isoformat() for midnight in midnights]} | told,
        }


def _about(number: int, point: Point) -> Body:
    """Where and when; the first place of a call goes without a number."""
    hours = point.hours
    return {
        "latitude": point.latitude,
        "longitude": point.longitude,
        "generationtime_ms": 0.1,
        "utc_offset_seconds": hours * 3600,
        "timezone": f"Etc/GMT{-hours:+d}" if hours else "GMT",  # POSIX counts the other way
        "timezone_abbreviation": f"GMT{hours:+d}" if hours else "GMT",
        "elevation": 38.0,
    } | ({"location_id": number} if number else {})


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal("Not Found", 404)
