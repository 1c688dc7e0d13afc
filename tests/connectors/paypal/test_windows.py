from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.paypal.windows import FINEST, LAG, MEMORY, PULSE, STEP, Window, floor, history
from tests.connectors.support import NOW

MOMENTS = st.integers(1_400_000_000, 2_400_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(MOMENTS)
def test_all_of_three_years_is_covered_in_windows_that_paypal_allows(now: datetime) -> None:
    windows = history(now)
    assert all(older.end == newer.start for newer, older in pairwise(windows))
    assert timedelta() <= now - windows[0].end < PULSE
    assert timedelta() <= windows[-1].start - (now - MEMORY) <= timedelta(days=1)
    assert all(timedelta() < window.end - window.start <= timedelta(days=31) for window in windows)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(MOMENTS)
def test_no_search_begins_where_paypal_has_not_listed_yet(now: datetime) -> None:
    assert now - history(now)[0].start >= timedelta(hours=3)


def test_windows_stay_what_they_are_while_time_passes() -> None:
    before, after = history(NOW), history(NOW + timedelta(days=2))
    assert before[2:-1] == after[2:-1]
    assert history(NOW + timedelta(minutes=4)) == before


def test_the_end_of_the_latest_moves_on_every_five_minutes() -> None:
    assert history(NOW + timedelta(minutes=5))[0].end == NOW + timedelta(minutes=5)
    assert history(NOW + timedelta(minutes=9))[0].end == NOW + timedelta(minutes=5)


def test_three_years_are_37_searches() -> None:
    assert len(history(NOW)) == 37


@pytest.mark.parametrize("share", [0.9, 0.5, 0.3, 0.1, 0.02])
def test_narrower_windows_are_the_same_stretch_at_most_so_long(share: float) -> None:
    whole = history(NOW)[1]
    parts = whole.narrower(share, NOW)
    assert (parts[0].end, parts[-1].start) == (whole.end, whole.start)
    assert all(older.end == newer.start for newer, older in pairwise(parts))
    assert all(part.end - part.start <= STEP * share for part in parts)


def test_narrower_windows_lie_on_a_grid_of_their_own_so_that_they_are_met_again() -> None:
    now = NOW + timedelta(days=3)
    before, after = history(NOW)[0].narrower(0.25, NOW), history(now)[0].narrower(0.25, now)
    assert set(before[1:]) <= set(after) | set(before[-1:])


def test_the_latest_of_the_narrower_begins_before_the_lag() -> None:
    latest = history(NOW)[0]
    assert NOW - latest.narrower(0.0001, NOW)[0].start >= LAG


def test_a_window_that_is_as_fine_as_can_be_stays_what_it_is() -> None:
    fine = Window(floor(NOW, FINEST) - 9 * FINEST, floor(NOW, FINEST) - 8 * FINEST)
    assert fine.narrower(0.5, NOW) == [fine]


def test_a_moment_on_the_grid_is_its_own_floor() -> None:
    edge = floor(NOW, STEP)
    assert floor(edge, STEP) == edge
    assert floor(edge + STEP - timedelta(seconds=1), STEP) == edge
    assert floor(edge - timedelta(seconds=1), STEP) == edge - STEP


def test_the_latest_window_has_been_other_ones_some_minutes_ago_and_no_other_window_has() -> None:
    latest, before = history(NOW)[:2]
    earlier = list(latest.earlier(NOW))
    assert earlier == [Window(latest.start, latest.end - PULSE * count) for count in (1, 2, 3)]
    assert earlier[0] == history(NOW - PULSE)[0], "which was asked for by the same name then"
    assert list(before.earlier(NOW)) == []
