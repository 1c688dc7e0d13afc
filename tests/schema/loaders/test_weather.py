from dataclasses import dataclass
from typing import cast

from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.domain.weather import DaysAsked, Place
from connectors.sources import Sources
from schema.loaders.weather import current, daily
from tests.schema.stations import Station, day, weather

BERLIN, PARIS, NOWHERE = Place(52.52, 13.41), Place(48.86, 2.35), Place(0.0, 0.0)


@dataclass
class Weathered:
    """Sources of nothing but weather."""

    weather: dict[Service, Station]


def sources(*stations: Station) -> Sources:
    return cast("Sources", Weathered({station.service: station for station in stations}))


async def test_every_place_is_answered_in_its_place_by_one_batch() -> None:
    station = Station(now={BERLIN: weather(BERLIN, 8), PARIS: weather(PARIS, 11)})
    answers = await current(sources(station), [PARIS, NOWHERE, BERLIN])
    assert answers == [weather(PARIS, 11), None, weather(BERLIN, 8)]
    assert station.batches == [("current", (PARIS, NOWHERE, BERLIN))]


async def test_every_question_about_days_is_answered_in_its_place_by_one_batch() -> None:
    station = Station(days=[day(number) for number in (1, 2, 3)])
    asked = [DaysAsked(PARIS, 1), DaysAsked(BERLIN, 3)]
    assert await daily(sources(station), asked) == [(day(1),), (day(1), day(2), day(3))]
    assert station.batches == [("daily", tuple(asked))]


async def test_a_failure_stands_in_the_place_of_its_key_alone() -> None:
    down = Unavailable(Service.OPEN_METEO, "OPEN_METEO answered 503")
    station = Station(failures={str(PARIS): down}, now={BERLIN: weather(BERLIN, 8)})
    assert await current(sources(station), [BERLIN, PARIS]) == [weather(BERLIN, 8), down]


async def test_of_two_services_the_first_is_asked() -> None:
    first, second = Station(now={BERLIN: weather(BERLIN, 8)}), Station(service=Service.FRANKFURTER)
    assert await current(sources(first, second), [BERLIN]) == [weather(BERLIN, 8)]
    assert second.batches == []
