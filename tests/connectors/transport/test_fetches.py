from contextlib import ExitStack

import pytest

from connectors.domain.service import Service
from connectors.transport.fetches import Fetches
from connectors.transport.identity import identity
from tests.connectors.transport.vendor_wire import URL, read

KEY = identity(Service.GITHUB, read())
OTHER = identity(Service.GITHUB, read(URL + "/1"))


def test_an_answer_to_the_only_fetch_may_be_kept_once() -> None:
    fetches = Fetches()
    with fetches.begin(KEY) as fetch:
        assert fetch.settle()
        assert not fetch.settle()
    assert not len(fetches)


def test_of_two_the_older_is_not_kept_after_the_newer() -> None:
    fetches = Fetches()
    with fetches.begin(KEY) as older, fetches.begin(KEY) as newer:
        assert newer.settle()
        assert not older.settle()
    assert not len(fetches)


def test_the_newer_is_kept_after_the_older() -> None:
    fetches = Fetches()
    with fetches.begin(KEY) as older, fetches.begin(KEY) as newer:
        assert older.settle()
        assert newer.settle()


def test_a_fetch_that_comes_to_nothing_stands_in_nobodys_way() -> None:
    fetches = Fetches()
    with ExitStack() as others:
        older = others.enter_context(fetches.begin(KEY))
        with pytest.raises(ZeroDivisionError), fetches.begin(KEY):
            raise ZeroDivisionError
        assert older.settle()
    assert not len(fetches)


def test_what_was_under_way_during_an_eviction_is_not_kept_and_what_began_later_is() -> None:
    fetches = Fetches()
    with fetches.begin(KEY) as early, fetches.begin(OTHER) as other:
        fetches.evict(lambda key: key == KEY)
        with fetches.begin(KEY) as late:
            assert [each.settle() for each in (early, other, late)] == [False, True, True]
    assert not len(fetches)
