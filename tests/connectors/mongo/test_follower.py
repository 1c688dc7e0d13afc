import asyncio

import pytest

from connectors.domain.activity import Happening, Missed, TimelineKind
from connectors.domain.service import Service
from connectors.mongo.follower import Follower
from tests.connectors.mongo.support import NOON


def happening(key: str) -> Happening:
    return Happening(
        key=key,
        customer="ada",
        kind=TimelineKind.NOTE,
        service=Service.STORE,
        external_id=key,
        title="a note",
        at=NOON,
    )


class Leaving:
    """Counts those who left."""

    def __init__(self) -> None:
        self.left: list[Follower] = []

    def follower(self, most: int = 3) -> Follower:
        return Follower("ada", self.left.append, most)


async def keys(follower: Follower) -> list[str]:
    """All that it is told to its end."""
    return [one.key async for one in follower]


async def test_what_happens_is_told_in_order_and_then_the_end() -> None:
    leaving = Leaving()
    follower = leaving.follower()
    for key in "abc":
        follower.tell(happening(key))
    follower.end()
    assert await keys(follower) == ["a", "b", "c"]
    assert leaving.left == [follower]


async def test_it_waits_for_what_happens_next() -> None:
    follower = Leaving().follower()
    waiting = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0)
    assert not waiting.done()
    follower.tell(happening("a"))
    assert (await waiting).key == "a"


async def test_what_its_owner_knows_is_not_told_though_it_may_be_on_its_way() -> None:
    follower = Leaving().follower()
    follower.tell(happening("before"))
    follower.know(["before", "later"])
    for key in ("later", "new", "new"):
        follower.tell(happening(key), once=True)
    follower.end()
    assert await keys(follower) == ["new"]


async def test_more_than_can_wait_ends_it_after_what_waits() -> None:
    leaving = Leaving()
    follower = leaving.follower(most=2)
    for key in "abc":
        follower.tell(happening(key))
    assert leaving.left == [follower]
    assert [(await anext(follower)).key, (await anext(follower)).key] == ["a", "b"]
    with pytest.raises(Missed, match="subscribe again"):
        await anext(follower)


async def test_who_closes_it_is_told_nothing_more_and_leaves_once() -> None:
    leaving = Leaving()
    follower = leaving.follower()
    follower.tell(happening("a"))
    await follower.aclose()
    await follower.aclose()
    follower.tell(happening("b"))
    assert await keys(follower) == []
    assert leaving.left == [follower]
