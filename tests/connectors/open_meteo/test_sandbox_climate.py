from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from connectors.open_meteo.codes import in_words
from connectors.open_meteo.sandbox_climate import Sky, day, sky

JANUARY, JULY = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 7, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = [(52.5, 13.4), (1.3, 103.8), (-42.9, 147.3), (64.1, -21.9), (35.7, 139.7), (-77.8, 166.7), (90.0, 0.0)]


def month(latitude: float, longitude: float, start: datetime) -> list[Sky]:
    return [sky(latitude, longitude, start + hours * HOUR) for hours in range(24 * 30)]


def mean(latitude: float, start: datetime) -> float:
    return fmean(one.temperature for one in month(latitude, 13.4, start))


def test_summers_are_warm_and_winters_cold_on_either_half_of_the_earth() -> None:
    assert 15 < mean(52.5, JULY) < 25
    assert -5 < mean(52.5, JANUARY) < 5
    assert 15 < mean(-42.9, JANUARY) < 27
    assert 3 < mean(-42.9, JULY) < 12


def test_the_equator_is_warm_all_year_and_the_poles_are_not() -> None:
    assert abs(mean(0, JULY) - mean(0, JANUARY)) < 3
    assert mean(0, JULY) > 22
    assert mean(-77.8, JULY) < -10


def test_afternoons_are_warmer_than_nights_by_the_sun_of_the_place() -> None:
    for longitude in (0, 150, -100):
        by_hour = {
            hour: fmean(
                sky(45, longitude, JULY + timedelta(days=number, hours=hour - longitude / 15)).temperature
                for number in range(30)
            )
            for hour in (3, 15)
        }
        assert by_hour[15] > by_hour[3] + 4


@pytest.mark.parametrize(("latitude", "longitude"), PLACES)
@pytest.mark.parametrize("start", [JANUARY, JULY])
def test_nothing_is_ever_out_of_bounds(latitude: float, longitude: float, start: datetime) -> None:
    for one in month(latitude, longitude, start):
        assert -60 < one.temperature < 45
        assert abs(one.apparent - one.temperature) < 25
        assert 0 < one.wind < 60
        assert 0 <= one.clouds <= 1
        assert 0 <= one.precipitation < 5
        assert not in_words(one.code).startswith("Weather code")


def test_weather_changes_over_a_month_and_hardly_within_an_hour() -> None:
    hours = month(52.5, 13.4, JULY)
    assert len({one.code for one in hours}) > 5
    assert max(abs(later.temperature - one.temperature) for one, later in pairwise(hours)) < 3


def test_neighbours_have_nearly_the_same_weather_and_others_have_not() -> None:
    here, near, far = (sky(latitude, 13.4, JULY) for latitude in (52.5, 52.55, 48.1))
    assert abs(here.clouds - near.clouds) < 0.05
    assert abs(here.clouds - far.clouds) > 0.05


def test_what_falls_is_rain_in_the_warmth_and_snow_in_the_cold() -> None:
    hours = [*month(60, 25, JANUARY), *month(60, 25, JULY), *month(45, 5, JANUARY)]
    falling = [one for one in hours if one.precipitation > 0]
    assert {one.code for one in falling if one.temperature < 0.5} == {71, 73, 75}
    assert {one.code for one in falling if one.temperature >= 0.5} <= {51, 53, 55, 61, 63, 65, 95}
    assert all(one.code < 50 for one in hours if one.precipitation == 0)


def test_wind_makes_the_cold_colder() -> None:
    cold = [one for one in month(60, 25, JANUARY) if one.temperature < 5 and one.wind > 10]
    assert cold
    assert all(one.apparent < one.temperature for one in cold)


def test_a_day_has_the_extremes_the_sum_and_the_worst_of_its_hours() -> None:
    hours = [sky(52.5, 13.4, JULY + hour * HOUR) for hour in range(24)]
    whole = day(52.5, 13.4, JULY)
    assert whole.low == min(one.temperature for one in hours)
    assert whole.high == max(one.temperature for one in hours)
    assert whole.precipitation == pytest.approx(sum(one.precipitation for one in hours))
    assert whole.code == max(one.code for one in hours)


def test_the_same_hour_of_the_same_place_is_always_the_same() -> None:
    assert sky(52.5, 13.4, JULY) == sky(52.5, 13.4, JULY) != sky(52.5, 13.4, JULY + 6 * HOUR)
