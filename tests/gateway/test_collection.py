import gc
import sys
from collections.abc import Iterator

import pytest

from gateway.collection import YOUNG, settle


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_the_start_has_made_is_not_looked_through_again() -> None:
    gc.unfreeze()
    settle()
    assert gc.get_freeze_count() > 10_000
    assert not any(sys.modules[__name__].__dict__ is one for one in gc.get_objects())


def test_operations_under_way_are_no_reason_to_look_for_garbage() -> None:
    settle()
    before = gc.get_stats()[0]["collections"]
    under_way: list[object] = [[] for _ in range(YOUNG // 2)]
    assert gc.get_stats()[0]["collections"] == before
    assert under_way


def test_circles_that_come_later_are_collected() -> None:
    settle()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
