import gc
from collections.abc import Iterator

import pytest

from gateway.collection import OLDER, YOUNG, settle


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_the_start_has_made_is_not_looked_at_again() -> None:
    gc.unfreeze()
    settle()
    assert gc.get_freeze_count() > 10_000


def test_young_objects_are_looked_at_less_often() -> None:
    settle()
    assert gc.get_threshold() == (YOUNG, *OLDER)


def test_circles_are_still_collected() -> None:
    settle()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
