import httpx
import pytest

from connectors.open_meteo.sandbox_query import MOST, Point, Refusal, days, points, sent, variables


def at(latitude: str, longitude: str, **more: str) -> list[Point]:
    return points({"latitude": latitude, "longitude": longitude} | more)


def test_places_are_moved_to_the_grid() -> None:
    assert at("52.52,0", "13.41,-0.01") == [Point(52.5, 13.4375, 0), Point(0.0, 0.0, 0)]


def test_clocks_follow_the_sun_where_the_places_own_time_is_wanted() -> None:
    assert [point.hours for point in at("0,0,0", "13.41,-179,178", timezone="auto")] == [1, -12, 12]
    assert [point.offset.total_seconds() for point in at("0", "13.41", timezone="GMT")] == [0]


@pytest.mark.parametrize("text", ["", "north", "1,", "nan", "inf", "1 000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"Cannot initialize Float from invalid String value .* for key latitude"):
        at(text, "1" + ",1" * text.count(","))


@pytest.mark.parametrize(("latitude", "longitude"), [("90.01", "0"), ("-91", "0"), ("0", "180.01"), ("0", "-181")])
def test_what_is_not_on_earth_is_refused(latitude: str, longitude: str) -> None:
    with pytest.raises(Refusal, match="must be in range"):
        at(latitude, longitude)


def test_the_poles_and_the_date_line_are_on_earth() -> None:
    assert len(at("90,-90", "180,-180")) == 2


def test_more_places_than_a_call_takes_are_refused() -> None:
    assert len(at(",".join(["1"] * MOST), ",".join(["1"] * MOST))) == MOST
    with pytest.raises(Refusal, match="Only up to 1000"):
        at(",".join(["1"] * (MOST + 1)), ",".join(["1"] * (MOST + 1)))


@pytest.mark.parametrize(("text", "count"), [(None, 7), ("0", 0), ("16", 16)])
def test_a_week_is_foretold_where_nothing_else_is_asked_for(text: str | None, count: int) -> None:
    assert days({"forecast_days": text} if text else {}) == count


@pytest.mark.parametrize(("text", "reason"), [("17", "Given 17."), ("-1", "Given -1."), ("week", "value week")])
def test_days_beyond_the_forecast_are_refused(text: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        days({"forecast_days": text})


def test_variables_are_those_that_are_known() -> None:
    assert variables({"current": "a,b"}, "current", {"a", "b"}) == ["a", "b"]
    assert variables({}, "current", {"a"}) == []
    with pytest.raises(Refusal, match="invalid String value c"):
        variables({"current": "a,c"}, "current", {"a"})


def test_what_is_empty_was_not_sent() -> None:
    assert sent(httpx.Request("GET", "https://api.open-meteo.com/v1/forecast?daily=&latitude=1")) == {"latitude": "1"}
