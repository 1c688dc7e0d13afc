from datetime import UTC, datetime, timedelta

import pytest

from connectors.transport.quota import Quota
from connectors.transport.quota_window import SHORTLY, SLACK, UNSAID, QuotaWindow, told

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Subject:
    """A window that was first told of at second 0: 50 of 100 until second 60."""

    def __init__(self, remaining: int = 50, resets: float | None = 60) -> None:
        self.window = QuotaWindow(told(self._quota(100, remaining, resets), 0, 0, at(0)))

    def hear(
        self, remaining: int, *, sent: float | None, heard: float, resets: float | None = 60, limit: int = 100
    ) -> None:
        self.window.hear(told(self._quota(limit, remaining, resets), sent, heard, at(heard)))

    def _quota(self, limit: int, remaining: int, resets: float | None) -> Quota:
        return Quota(limit, remaining, None if resets is None else at(resets))


def test_a_call_sent_after_the_last_answer_came_tells_the_truth() -> None:
    subject = Subject()
    subject.hear(40, sent=1, heard=2)
    assert subject.window.left(2) == 40
    subject.hear(45, sent=3, heard=4)
    assert subject.window.left(4) == 45, "even where it is more: the vendor gave some back"


def test_an_older_answer_never_raises_what_is_left() -> None:
    subject = Subject()
    subject.hear(40, sent=1, heard=5)
    subject.hear(45, sent=2, heard=6)
    assert subject.window.left(6) == 40
    subject.hear(30, sent=3, heard=7)
    assert subject.window.left(7) == 30, "of two that overlap the smaller counts"
    assert subject.window.quota(7) == Quota(100, 30, at(60))
    subject.hear(44, sent=7, heard=8)
    assert subject.window.left(8) == 30, "the same moment is not after"
    subject.hear(44, sent=None, heard=9)
    assert subject.window.left(9) == 30, "nor is one of which nobody knows when it was sent"


def test_an_answer_of_a_later_window_counts_whenever_its_call_was_sent() -> None:
    subject = Subject(remaining=0)
    subject.hear(99, sent=-1, heard=9, resets=60 + SLACK + 10)
    assert subject.window.left(9) == 0, "counted from when its call was sent, it ends at the same time"
    subject.hear(99, sent=-1, heard=9, resets=60 + SLACK + 11)
    assert subject.window.left(9) == 99


def test_an_answer_of_an_earlier_window_counts_for_nothing() -> None:
    subject = Subject()
    subject.hear(0, sent=-1, heard=1, resets=60 - SLACK - 1)
    assert subject.window.left(1) == 50
    subject.hear(0, sent=-1, heard=1, resets=1)
    assert subject.window.left(1) == 50, "its window is over"
    subject.hear(100, sent=2, heard=3, resets=3)
    assert subject.window.left(3) == 50, "or ends as it is heard"


def test_seconds_that_are_rounded_are_of_the_same_window() -> None:
    subject = Subject()
    subject.hear(20, sent=0, heard=1, resets=59)
    assert subject.window.left(1) == 20
    subject.hear(30, sent=0, heard=1, resets=61)
    assert subject.window.left(1) == 20


def test_a_slow_answer_that_counts_from_when_it_comes_is_not_of_a_later_window() -> None:
    subject = Subject(remaining=0)
    subject.hear(10, sent=-1, heard=20, resets=80)  # `60` was said at second 0, and read at second 20
    assert subject.window.left(20) == 0


def test_when_its_time_is_over_all_of_it_is_left_until_an_answer_says_otherwise() -> None:
    subject = Subject(remaining=0)
    assert subject.window.wait(1, 59.5) == 1, "never so short that nothing could change"
    assert subject.window.wait(1, 20) == 40
    assert not subject.window.over(59.9)
    assert subject.window.over(60)
    assert (subject.window.left(60), subject.window.wait(1, 60)) == (100, 0)
    assert subject.window.quota(60) == Quota(100, 100)
    assert subject.window.wait(101, 60) == SHORTLY
    subject.hear(97, sent=61, heard=62, resets=120)
    assert subject.window.left(62) == 97


def test_a_straggler_of_a_window_that_is_over_counts_for_nothing() -> None:
    subject = Subject()
    subject.hear(0, sent=59, heard=61, resets=60)
    assert subject.window.left(61) == 100
    subject.hear(0, sent=59, heard=61, resets=62)
    assert subject.window.left(61) == 100


def test_a_figure_without_an_end_holds_for_a_while() -> None:
    subject = Subject(remaining=0, resets=None)
    assert subject.window.wait(1, 1) == UNSAID - 1
    assert subject.window.left(UNSAID) == 100
    subject.hear(7, sent=UNSAID + 1, heard=UNSAID + 2, resets=None)
    assert subject.window.left(UNSAID + 2) == 7
    assert subject.window.quota(UNSAID + 2).resets_at is None


def test_a_call_that_was_never_answered_is_taken_as_spent() -> None:
    subject = Subject()
    subject.window.spend(1, 1)
    subject.window.spend(4, 1)
    assert subject.window.left(1) == 45
    assert subject.window.quota(1).remaining == 50, "which is ours to guess, and not the vendor's word"
    subject.hear(49, sent=2, heard=3)
    assert subject.window.left(3) == 49


@pytest.mark.parametrize(("remaining", "cost", "left"), [(50, 1, 1), (50, 7, 7), (3, 7, 3), (0, 1, 0)])
def test_our_own_reckoning_never_takes_the_last_call_away(remaining: int, cost: int, left: int) -> None:
    subject = Subject(remaining)
    for _ in range(200):
        subject.window.spend(cost, 1)
    assert subject.window.left(1) == left


def test_what_is_spent_unheard_after_the_end_is_not_held_against_the_next_window() -> None:
    subject = Subject()
    subject.window.spend(1, 61)
    assert subject.window.left(61) == 100


def test_a_limit_that_is_only_what_remains_does_not_replace_one_that_was_told() -> None:
    subject = Subject()
    subject.hear(0, sent=1, heard=2, limit=1)
    assert subject.window.quota(2) == Quota(100, 0, at(60))
    subject.hear(20, sent=3, heard=4, limit=80)
    assert subject.window.quota(4) == Quota(80, 20, at(60))
