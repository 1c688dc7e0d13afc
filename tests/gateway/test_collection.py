import gc
import sys
from collections.abc import Iterator

import pytest

from gateway.collection import settle


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_the_start_has_made_is_not_looked_through_again() -> None:
    gc.unfreeze()
    settle()
    assert gc.get_freeze_count() > 10_000
    assert not any(sys.modules[__name__].__dict__ is one for one in gc.get_objects())


def test_circles_that_come_later_are_collected() -> None:
    settle()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
