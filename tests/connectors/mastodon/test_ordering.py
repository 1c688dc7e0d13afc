from dataclasses import replace
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.page import position
from connectors.domain.social import Post
from connectors.mastodon import wire
from connectors.mastodon.ordering import Ordering
from tests.connectors.mastodon.support import NOON, status

POST = wire.post(msgspec.convert(status(0), wire.Status))
DELAYS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 200)), max_size=60)


def said(seconds: float, name: str = "") -> Post:
    """So long before noon."""
    return replace(POST, created_at=NOON - timedelta(seconds=seconds), external_id=name or f"{seconds:g}")


def test_what_is_newer_than_the_last_that_came_is_given_newest_first() -> None:
    posts = [said(5), said(3), said(30)]
    assert Ordering().take(posts, NOON - timedelta(seconds=20)) == [said(3), said(5)]


def test_what_is_as_old_as_the_last_that_came_is_held_back_until_there_is_an_older_one() -> None:
    ordering = Ordering()
    assert ordering.take([said(10), said(20)], NOON - timedelta(seconds=20)) == [said(10)]
    assert ordering.take([said(21), said(40)], NOON - timedelta(seconds=40)) == [said(20), said(21)]
    assert ordering.take([], None) == [said(40)]


def test_clocks_may_differ_by_a_second() -> None:
    ordering = Ordering()
    assert ordering.take([said(19), said(20)], NOON - timedelta(seconds=20)) == []
    assert ordering.take([said(19.5)], None) == [said(19), said(19.5), said(20)]


def test_at_the_end_nothing_is_held_back() -> None:
    assert Ordering().take([said(500), said(1)], None) == [said(1), said(500)]
    assert Ordering().take([], None) == []


@settings(derandomize=True)
@given(DELAYS, st.integers(1, 7))
def test_however_late_posts_come_they_are_given_in_the_order_in_which_they_were_said(
    delays: list[tuple[int, int]], size: int
) -> None:
    came = sorted((age, age + late, str(number)) for number, (age, late) in enumerate(delays))
    ordering, told = Ordering(), list[Post]()
    for start in range(0, len(came), size):
        page = came[start : start + size]
        told += ordering.take([said(ago, name) for _, ago, name in page], NOON - timedelta(seconds=page[-1][0]))
    told += ordering.take([], None)
    assert told == sorted((said(ago, name) for _, ago, name in came), key=position, reverse=True)
