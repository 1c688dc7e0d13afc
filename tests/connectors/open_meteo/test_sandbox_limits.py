from collections.abc import Iterable

import pytest

from connectors.open_meteo.sandbox_limits import Limits


def limits(times: Iterable[float]) -> Limits:
    told = iter(times)
    return Limits(lambda: next(told))


def test_places_are_counted_and_not_calls() -> None:
    both = limits([0, 1, 2])
    assert both.spend(599) is None
    assert both.spend(1) is None
    assert both.spend(1) == "Minutely API request limit exceeded. Please try again in one minute."


def test_a_new_minute_begins_anew() -> None:
    one = limits([0, 59.9, 60])
    assert one.spend(600) is None
    assert one.spend(1) is not None
    assert one.spend(600) is None


def test_what_is_refused_does_not_count() -> None:
    one = limits([0, 1, 2])
    assert one.spend(500) is None
    assert one.spend(200) is not None
    assert one.spend(100) is None


@pytest.mark.parametrize(
    ("step", "calls", "reason"),
    [
        (60, 8, "Hourly API request limit exceeded. Please try again in the next hour."),
        (3600, 16, "Daily API request limit exceeded. Please try again tomorrow."),
    ],
)
def test_hours_and_days_are_counted_as_well(step: int, calls: int, reason: str) -> None:
    one = limits(range(0, 10**6, step))
    assert [one.spend(600) for _ in range(calls)] == [None] * calls
    assert one.spend(600) == reason
