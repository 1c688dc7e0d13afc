import asyncio
from math import inf

import pytest

from connectors.transport.deadline import anew, remaining, within


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_without_a_deadline_there_is_no_end(clock: Clock) -> None:
    assert remaining(clock) == inf


def test_what_remains_shrinks_and_is_never_negative(clock: Clock) -> None:
    with within(10, clock) as end:
        assert (end, remaining(clock)) == (110, 10)
        clock.now += 4
        assert remaining(clock) == 6
        clock.now += 40
        assert remaining(clock) == 0
    assert remaining(clock) == inf


def test_a_deadline_inside_another_may_shorten_it_and_never_prolong_it(clock: Clock) -> None:
    with within(10, clock):
        with within(3, clock):
            assert remaining(clock) == 3
        with within(60, clock):
            assert remaining(clock) == 10
        assert remaining(clock) == 10


def test_work_that_several_wait_for_has_time_of_its_own(clock: Clock) -> None:
    with within(1, clock):
        with anew(10, clock):
            assert remaining(clock) == 10
        assert remaining(clock) == 1


async def test_a_task_inherits_the_deadline_and_keeps_its_own_to_itself(clock: Clock) -> None:
    async def shortened() -> float:
        with within(2, clock):
            return remaining(clock)

    with within(10, clock):
        assert await asyncio.create_task(shortened()) == 2
        assert remaining(clock) == 10
