"""The connector of `benchmarks.posts`: what the upstream has, typed; identical reads under way share one call."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import msgspec
from yarl import URL

T = TypeVar("T")


class Post(msgspec.Struct, frozen=True, rename="camel"):
    """As the upstream writes it, without what nobody asks for."""

    id: int
    user_id: int
    title: str


class User(msgspec.Struct, frozen=True):
    """Likewise."""

    id: int
    name: str
    email: str


_posts = msgspec.json.Decoder(list[Post])
_users = msgspec.json.Decoder(list[User])


class Flights:
    """Reads under way. Nobody changes what they come to, so that all who asked are given the very same."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    async def join(self, target: str, read: Callable[[str], Coroutine[Any, Any, T]]) -> T:
        """What a read of the same target under way comes to, or else one that is begun now."""
        task: asyncio.Task[T] | None = self._under_way.get(target)
        if task is None:
            task = self._under_way[target] = asyncio.create_task(read(target))
            task.add_done_callback(lambda _: self._under_way.pop(target))
        return await asyncio.shield(task)  # one who goes away does not take it from the others


class Api:
    """Posts and users. Raises aiohttp.ClientError where the upstream fails, msgspec's errors for an odd answer."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self._flights = Flights()

    async def posts(self) -> list[Post]:
        """All of them."""
        return await self._flights.join("/posts", self._read_posts)

    async def users(self, ids: Sequence[int]) -> list[User | None]:
        """In the order of `ids`, None for one that is unknown: one call."""
        query = "&".join([f"id={number}" for number in ids])
        found = await self._flights.join(f"/users?{query}", self._read_users)
        return [found.get(number) for number in ids]

    async def _read_posts(self, target: str) -> list[Post]:
        return _posts.decode(await self._body(target))

    async def _read_users(self, target: str) -> dict[int, User]:
        return {user.id: user for user in _users.decode(await self._body(target))}

    async def _body(self, target: str) -> bytes:
        async with self._session.get(URL(self._base + target, encoded=True), raise_for_status=True) as answer:
            return await answer.read()


@asynccontextmanager
async def open_api(base: str) -> AsyncIterator[Api]:
    """Its connections are closed in the end."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield Api(session, base)
