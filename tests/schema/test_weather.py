"""Weather in the graph, asked through a query of its own: `weather(latitude, longitude)` is all that it takes."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from connectors.domain.errors import TimedOut
from connectors.domain.service import Service
from connectors.domain.weather import DaysAsked, Place
from connectors.sources import Sources
from schema.context import Context, Info
from schema.scalars import SCALARS
from schema.weather import Latitude, Longitude, Weather, weather_at
from tests.schema.harness import Answer, engine_over, run_in
from tests.schema.stations import Station, day, weather

BERLIN, PARIS = Place(52.52, 13.41), Place(48.86, 2.35)
WEEK = [day(number) for number in range(1, 17)]


@strawberry.type
class Query:
    @strawberry.field
    async def weather(self, info: Info, latitude: Latitude, longitude: Longitude) -> Weather | None:
        return await weather_at(info, latitude, longitude)


@dataclass
class Weathered:
    """Sources of nothing but weather."""

    weather: dict[Service, Station]
    changes: int = 0


@cache
def graph() -> strawberry.Schema:
    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))


async def run(station: Station, query: str, /, **variables: object) -> Answer:
    sources = cast("Sources", Weathered({station.service: station}))
    return await run_in(engine_over(graph()), Context(sources, lambda customer: customer), query, variables)


def station(**more: Any) -> Station:  # noqa: ANN401 - whatever a station is made of
    return Station(now={place: weather(place, 8.5) for place in (BERLIN, PARIS)}, days=WEEK, **more)


async def test_weather_shows_what_the_service_says() -> None:
    query = """{ weather(latitude: 52.5201, longitude: 13.4105) {
      temperature apparentTemperature windSpeed code summary at
    } }"""
    assert (await run(station(), query)).whole["weather"] == {
        "temperature": 8.5,
        "apparentTemperature": None,
        "windSpeed": 11.5,
        "code": 3,
        "summary": "Overcast",
        "at": "2026-11-01T14:15:00+01:00",
    }


async def test_days_show_what_the_service_says() -> None:
    query = "{ weather(latitude: 52.52, longitude: 13.41) { daily(days: 1) { date min max precipitation summary } } }"
    assert (await run(station(), query)).whole["weather"]["daily"] == [
        {"date": "2026-11-01", "min": -1.5, "max": 1.0, "precipitation": 0.2, "summary": "Fog"}
    ]


@pytest.mark.parametrize(("argument", "count"), [("", 7), ("(days: null)", 7), ("(days: 1)", 1), ("(days: 16)", 16)])
async def test_a_week_is_told_where_nothing_else_is_asked_for(argument: str, count: int) -> None:
    here = station()
    query = f"{{ weather(latitude: 52.52, longitude: 13.41) {{ daily{argument} {{ date }} }} }}"
    assert len((await run(here, query)).whole["weather"]["daily"]) == count
    assert here.asked("daily") == [(DaysAsked(BERLIN, count),)]


@pytest.mark.parametrize("days", [0, -1, 17])
async def test_other_numbers_of_days_are_refused_before_anybody_is_asked(days: int) -> None:
    here = station()
    query = "query($days: Int) { weather(latitude: 52.52, longitude: 13.41) { code daily(days: $days) { date } } }"
    answer = await run(here, query, days=days)
    assert answer.data == {"weather": {"code": 3, "daily": None}}
    assert (answer.codes, answer.only_error["path"]) == (["BAD_USER_INPUT"], ["weather", "daily"])
    assert here.asked("daily") == []


@pytest.mark.parametrize(("latitude", "longitude"), [(90.01, 0), (-90.01, 0), (0, 180.01), (0, -180.01), (1e300, 0)])
async def test_a_place_that_is_not_on_earth_is_refused_before_anybody_is_asked(
    latitude: float, longitude: float
) -> None:
    here = station()
    query = "query($north: Float!, $east: Float!) { weather(latitude: $north, longitude: $east) { code } }"
    answer = await run(here, query, north=latitude, east=longitude)
    assert answer.data == {"weather": None}
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "is not on Earth" in answer.only_error["message"]
    assert here.batches == []


async def test_a_place_of_which_nothing_is_known_has_no_weather() -> None:
    assert (await run(station(), "{ weather(latitude: 0, longitude: 0) { code } }")).whole == {"weather": None}


async def test_many_places_are_one_batch_for_now_and_one_for_the_days() -> None:
    here = station()
    fields = "{ code daily { date } }"
    query = f"""{{
      a: weather(latitude: 52.52, longitude: 13.41) {fields}
      b: weather(latitude: 48.857, longitude: 2.352) {fields}
      c: weather(latitude: 52.519, longitude: 13.4099) {fields}
    }}"""
    whole = (await run(here, query)).whole
    assert whole["a"] == whole["c"]
    assert here.batches == [
        ("current", (BERLIN, Place(48.86, 2.35))),
        ("daily", (DaysAsked(BERLIN, 7), DaysAsked(PARIS, 7))),
    ]


async def test_days_are_read_only_where_they_are_asked_for() -> None:
    here = station()
    await run(here, "{ weather(latitude: 52.52, longitude: 13.41) { code } }")
    assert [method for method, _ in here.batches] == ["current"]


async def test_a_service_that_is_late_empties_the_weather_alone() -> None:
    late = station(failures={str(PARIS): TimedOut(Service.OPEN_METEO, "too late")})
    query = """{
      here: weather(latitude: 52.52, longitude: 13.41) { code }
      there: weather(latitude: 48.86, longitude: 2.35) { code }
    }"""
    answer = await run(late, query)
    assert answer.data == {"here": {"code": 3}, "there": None}
    assert answer.only_error["path"] == ["there"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "OPEN_METEO"}


def test_the_types_are_those_of_the_public_graph() -> None:
    text = graph().as_str()
    for line in (
        "temperature: Float!",
        "apparentTemperature: Float\n",
        "windSpeed: Float!",
        "code: Int!",
        "summary: String!",
        "at: DateTime!",
        "): [DailyWeather!]\n",
        "days: Int = 7",
        "date: Date!",
        "min: Float!",
        "max: Float!",
        "precipitation: Float!",
    ):
        assert line in text, line
