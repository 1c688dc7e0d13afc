import asyncio

import aiohttp
import pytest

from benchmarks.posts_api import Flights, Post, User, open_api


class Slow:
    """A read that ends when it is told to."""

    def __init__(self) -> None:
        self.reads = 0
        self.end = asyncio.Event()

    async def __call__(self, target: str) -> str:
        self.reads += 1
        await self.end.wait()
        return target.upper()


async def test_identical_reads_under_way_share_one_call() -> None:
    flights, slow = Flights(), Slow()

    asked = [asyncio.create_task(flights.join(target, slow)) for target in ("a", "a", "b")]
    await asyncio.sleep(0)
    slow.end.set()

    assert await asyncio.gather(*asked) == ["A", "A", "B"]
    assert slow.reads == 2


async def test_a_read_that_is_over_is_not_shared() -> None:
    flights, slow = Flights(), Slow()
    slow.end.set()

    await flights.join("a", slow)
    await flights.join("a", slow)

    assert slow.reads == 2


async def test_one_who_goes_away_does_not_take_the_read_from_the_others() -> None:
    flights, slow = Flights(), Slow()
    first, second = (asyncio.create_task(flights.join("a", slow)) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.sleep(0)
    slow.end.set()

    assert await second == "A"
    assert first.cancelled()


async def test_all_who_share_a_read_are_told_that_it_failed() -> None:
    flights = Flights()

    async def broken(_: str) -> str:
        raise ConnectionError("broken")

    told = await asyncio.gather(*(flights.join("a", broken) for _ in range(2)), return_exceptions=True)

    assert [type(error) for error in told] == [ConnectionError, ConnectionError]


async def test_users_come_in_the_order_of_their_ids(upstream: str) -> None:
    async with open_api(upstream) as api:
        users = await api.users([2, 99, 1])

    assert users == [
        User(id=2, name="Ada Lovelace the 2.", email="ada.2@example.com"),
        None,
        User(id=1, name="Ada Lovelace the 1.", email="ada.1@example.com"),
    ]


async def test_posts_name_their_users(upstream: str) -> None:
    async with open_api(upstream) as api:
        posts = await api.posts()

    assert posts[10] == Post(id=11, user_id=2, title="On the 11. machine, and what it may compute")


async def test_an_upstream_that_fails_is_an_error(upstream: str) -> None:
    async with open_api(f"{upstream}/nowhere") as api:
        with pytest.raises(aiohttp.ClientResponseError, match="404"):
            await api.posts()
