"""Open-Meteo's connector over its imitation, and what was sent."""

from collections.abc import Mapping, Sequence

import httpx

from connectors.domain.weather import DailyWeather, DaysAsked, Place, Weather
from connectors.open_meteo.client import OpenMeteo
from connectors.open_meteo.service import OPEN_METEO
from connectors.seed.places import COUNTRIES
from tests.connectors.support import Recorder, connected, crowd

BERLIN = Place(52.52, 13.41)
HOBART = Place(-42.88, 147.32)
CITIES = [Place.near(city.latitude, city.longitude) for country in COUNTRIES for city in country.cities]


def over(wire: httpx.AsyncBaseTransport) -> OpenMeteo:
    connector = connected(OPEN_METEO, crowd(), wire).connector
    assert isinstance(connector, OpenMeteo)
    return connector


def recorder() -> Recorder:
    return Recorder(httpx.MockTransport(OPEN_METEO.imitate(crowd())))


def sent(wire: Recorder) -> list[dict[str, str]]:
    """The query of each call."""
    return [dict(request.url.params) for request in wire.requests]


def lattice(count: int) -> list[Place]:
    """Different places, in no order."""
    return [Place.near(number % 170 - 85 + 0.25, number * 7 % 359 - 179) for number in range(count)]


def found(answers: Mapping[Place, object], place: Place) -> Weather:
    answer = answers[place]
    assert isinstance(answer, Weather), answer
    return answer


def days(answers: Mapping[DaysAsked, object], asked: DaysAsked) -> Sequence[DailyWeather]:
    answer = answers[asked]
    assert isinstance(answer, tuple), answer
    return answer
