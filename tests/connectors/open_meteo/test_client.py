from itertools import pairwise

import httpx
import pytest

from connectors.domain.errors import Malformed, RateLimited, Rejected, Unavailable
from connectors.domain.weather import DaysAsked, Place, Weather
from connectors.open_meteo.client import BATCH, OpenMeteo
from connectors.open_meteo.service import OPEN_METEO
from tests.connectors.open_meteo.support import BERLIN, CITIES, HOBART, days, found, lattice, over, recorder, sent
from tests.connectors.support import NOW, Recorder, answering, crowd


@pytest.fixture
def wire() -> Recorder:
    return recorder()


@pytest.fixture
def open_meteo(wire: Recorder) -> OpenMeteo:
    return over(wire)


# now


async def test_one_place_is_one_call_with_its_coordinates_to_two_decimals(
    open_meteo: OpenMeteo, wire: Recorder
) -> None:
    weather = found(await open_meteo.current([Place.near(52.5, -0.001)]), Place(52.5, 0.0))
    assert sent(wire) == [
        {
            "latitude": "52.50",
            "longitude": "0.00",
            "timezone": "auto",
            "current": "temperature_2m,apparent_temperature,wind_speed_10m,weather_code",
        }
    ]
    assert weather.place == Place(52.5, 0.0)


async def test_the_places_of_a_hundred_customers_are_one_call(open_meteo: OpenMeteo, wire: Recorder) -> None:
    people = crowd(100)
    locations = [people[number].customer().location for number in range(100)]
    places = [Place.near(location.latitude, location.longitude) for location in locations if location]
    answers = await open_meteo.current(places)
    assert len(wire.requests) == 1
    assert all(isinstance(answers[place], Weather) for place in places)


async def test_every_place_has_its_own_weather_in_its_own_time(open_meteo: OpenMeteo) -> None:
    answers = await open_meteo.current([HOBART, BERLIN])
    assert found(answers, HOBART) != found(answers, BERLIN)
    for place, hours in ((BERLIN, 1), (HOBART, 10)):
        weather = found(answers, place)
        assert weather == found(await open_meteo.current([place]), place)
        assert weather.at == NOW
        assert weather.at.utcoffset() == hours * (NOW.replace(hour=1) - NOW.replace(hour=0))


async def test_the_order_in_which_places_are_asked_does_not_change_the_call(
    open_meteo: OpenMeteo, wire: Recorder
) -> None:
    await open_meteo.current(CITIES)
    await open_meteo.current([*reversed(CITIES), CITIES[3]])
    first, second = wire.requests
    assert first.url == second.url


async def test_more_places_than_fit_are_several_calls_of_addresses_that_every_server_reads(
    open_meteo: OpenMeteo, wire: Recorder
) -> None:
    places = lattice(2 * BATCH + 1)
    answers = await open_meteo.current(places)
    assert [query["latitude"].count(",") + 1 for query in sent(wire)] == [BATCH, BATCH, 1]
    assert all(found(answers, place).place == place for place in places)
    assert all(len(str(request.url)) < 8000 for request in wire.requests)
    longest = [Place(-89.99 + number / 1000, -179.99) for number in range(BATCH)]
    await open_meteo.current(longest)
    assert len(str(wire.requests[-1].url)) < 8000


async def test_a_place_asked_twice_is_asked_once(open_meteo: OpenMeteo, wire: Recorder) -> None:
    assert len(await open_meteo.current([BERLIN, BERLIN])) == 1
    assert sent(wire)[0]["latitude"] == "52.52"


async def test_no_place_is_no_call(open_meteo: OpenMeteo, wire: Recorder) -> None:
    assert await open_meteo.current([]) == {}
    assert await open_meteo.daily([]) == {}
    assert wire.requests == []


# days to come


async def test_the_days_of_many_places_are_one_call_for_as_many_as_anybody_wants(
    open_meteo: OpenMeteo, wire: Recorder
) -> None:
    asked = [DaysAsked(BERLIN, 3), DaysAsked(HOBART, 16), DaysAsked(BERLIN, 1)]
    answers = await open_meteo.daily(asked)
    assert [len(days(answers, one)) for one in asked] == [3, 16, 1]
    assert [(query["daily"], query["forecast_days"]) for query in sent(wire)] == [
        ("temperature_2m_min,temperature_2m_max,precipitation_sum,weather_code", "16")
    ]
    assert days(answers, asked[2]) == days(answers, asked[0])[:1]


async def test_days_follow_each_other_from_today_at_the_place(open_meteo: OpenMeteo) -> None:
    east, west = DaysAsked(Place(-17.7, 178.0), 7), DaysAsked(Place(21.3, -157.86), 7)  # Fiji, Hawaii
    answers = await open_meteo.daily([east, west])
    assert days(answers, east)[0].date.isoformat() == "2026-11-02"
    assert days(answers, west)[0].date.isoformat() == "2026-11-01"
    for one in (east, west):
        assert all((later.date - day.date).days == 1 for day, later in pairwise(days(answers, one)))
        assert all(day.min <= day.max and day.precipitation >= 0 and day.summary for day in days(answers, one))


# what goes wrong


async def test_a_batch_that_fails_leaves_the_other_batches() -> None:
    imitation = OPEN_METEO.imitate(crowd())

    def flaky(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502) if BERLIN.latitude in latitudes(request) else imitation(request)

    def latitudes(request: httpx.Request) -> list[float]:
        return list(map(float, request.url.params["latitude"].split(",")))

    places = sorted([*lattice(300), BERLIN])
    near = set(places[places.index(BERLIN) // BATCH * BATCH :][:BATCH])
    open_meteo = over(httpx.MockTransport(flaky))
    now = await open_meteo.current(places)
    assert {place for place in places if isinstance(now[place], Unavailable)} == near
    later = await open_meteo.daily([DaysAsked(place, 2) for place in places])
    assert {one.place for one, answer in later.items() if isinstance(answer, Unavailable)} == near


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(400, b'{"error":true,"reason":"Invalid timezone"}'), Rejected, "400: Invalid timezone"),
        (answering(429, b'{"error":true,"reason":"Minutely API request limit exceeded."}'), RateLimited, "left alone"),
        (answering(500), Unavailable, "500"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'{"utc_offset_seconds":"late"}'), Malformed, "$"),
        (answering(200, b"[]"), Malformed, "$"),
    ],
)
async def test_what_goes_wrong_is_the_answer_of_its_key(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    open_meteo, asked = over(wire), DaysAsked(BERLIN, 7)
    for answer in ((await open_meteo.current([BERLIN]))[BERLIN], (await open_meteo.daily([asked]))[asked]):
        assert isinstance(answer, error)
        assert words in str(answer)


@pytest.mark.parametrize("body", [b"[{}]", b"[{}, {}, {}]", b"[]"])
async def test_fewer_or_more_forecasts_than_places_cannot_be_told_apart(body: bytes) -> None:
    answers = await over(answering(200, body)).current([BERLIN, HOBART])
    assert [type(answers[place]) for place in (BERLIN, HOBART)] == [Malformed, Malformed]
    assert "for 2 places" in str(answers[BERLIN])


async def test_a_ping_is_one_call_without_credentials(open_meteo: OpenMeteo, wire: Recorder) -> None:
    await open_meteo.ping()
    assert [request.url.path for request in wire.requests] == ["/v1/forecast"]
    assert "authorization" not in wire.requests[0].headers
