import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.transport.window import BUCKETS, Window

SECONDS = 10.0


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("age", "counted"), [(0.0, True), (0.5, True), (8.99, True), (9.0, True), (9.99, True), (10.0, False), (1e9, False)]
)
def test_what_is_older_than_the_window_no_longer_counts(age: float, counted: bool) -> None:  # noqa: FBT001 - a table
    clock = Clock()
    window = Window(SECONDS, clock)
    window.add()
    clock.now += age
    assert window.total == int(counted)


def test_counts_pass_one_by_one_not_all_together() -> None:
    clock = Clock()
    window = Window(SECONDS, clock)
    totals = []
    for _ in range(25):
        window.add()
        totals.append(window.total)
        clock.now += 1
    assert totals == [*range(1, 11), *[10] * 15]
    assert window.total == 9
    clock.now += 8
    assert window.total == 1


def test_after_a_long_pause_nothing_of_the_past_comes_back() -> None:
    clock = Clock()
    window = Window(SECONDS, clock)
    for pause in (9.0, 10.0, 11.0, 19.5, 20.0, 1234.5):
        for _ in range(7):
            window.add()
        clock.now += pause
        expected = 7 if pause < SECONDS else 0
        assert window.total == expected, f"after {pause} s"
        window.clear()


def test_a_cleared_window_counts_on() -> None:
    clock = Clock()
    window = Window(SECONDS, clock)
    window.add()
    clock.now += 3
    window.clear()
    assert window.total == 0
    window.add()
    assert window.total == 1


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 15), st.integers(0, 4)), max_size=40),
    st.floats(0, 1e6),
    st.sampled_from([0.5, 1.0, 10.0]),
)
def test_the_count_lies_between_nine_tenths_of_the_window_and_all_of_it(
    steps: list[tuple[float, int]], start: float, seconds: float
) -> None:
    clock = Clock(start)
    window = Window(seconds, clock)
    times: list[float] = []
    rounding = 1e-6
    for pause, events in steps:
        clock.now += pause
        for _ in range(events):
            window.add()
            times.append(clock.now)
        least = sum(clock.now - at < seconds * (1 - 1 / BUCKETS) - rounding for at in times)
        most = sum(clock.now - at < seconds + rounding for at in times)
        assert least <= window.total <= most
