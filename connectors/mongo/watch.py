"""One change stream for all who follow somebody: opened for the first of them, closed after the last."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from connectors.domain.errors import ConnectorError
from connectors.mongo import changes
from connectors.mongo.changes import Change
from connectors.mongo.driver import Calls, Changes
from connectors.mongo.follower import Follower

log = logging.getLogger(__name__)


class Watch:
    """`open_` makes a change stream, of which each read lasts less than a second: so long it takes to close it."""

    def __init__(self, open_: Callable[[], Changes], calls: Calls) -> None:
        self._open = open_
        self._calls = calls
        self._followers: dict[str, set[Follower]] = {}
        self._ready: asyncio.Future[None] | None = None  # None while no stream is there to join
        self._tasks: set[asyncio.Task[None]] = set()
        self.opened = 0  # streams, since the process started

    @property
    def streams(self) -> int:
        """That are open, one that is being closed included."""
        return len(self._tasks)

    async def join(self, customer: str) -> Follower:
        """One who is told of everything from now on. Raises ConnectorError."""
        follower = Follower(customer, self._left)
        self._followers.setdefault(customer, set()).add(follower)
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(self._run(self._ready))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.shield(self._ready)
        except BaseException:
            await follower.aclose()
            raise
        return follower

    async def close(self) -> None:
        """Ends every follower, and returns when no stream is open."""
        for follower in self._all():
            follower.end()
        await self.idle()

    async def idle(self) -> None:
        """Returns when no stream is open."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, ready: asyncio.Future[None]) -> None:
        try:
            self.opened += 1
            async with _closed(self._open()) as stream:
                event = await self._calls(stream.try_next)  # the first read opens it
                ready.set_result(None)
                while self._followers:
                    if event is not None and (change := changes.read(event)):
                        self._tell(change)
                    event = await self._calls.aside(stream.try_next)
                self._ready = None
        except Exception as error:  # noqa: BLE001 - a bug ends what it concerns, and is logged
            self._fail(ready, error)

    def _fail(self, ready: asyncio.Future[None], error: Exception) -> None:
        """Whoever follows is told; the next one to come tries anew."""
        if not isinstance(error, ConnectorError):
            log.error("the changes of the store cannot be followed", exc_info=error)
        if self._ready is ready:
            self._ready = None
        if not ready.done():
            ready.set_exception(error)
            ready.exception()  # those who wait for it may all have gone
        for follower in self._all():
            follower.end(error)

    def _tell(self, change: Change) -> None:
        for follower in tuple(self._followers.get(change.customer, ())):
            if change.published:
                follower.tell(change.published)
            for note in change.notes:
                follower.tell(note, once=True)
            if change.gone:
                follower.end()

    def _left(self, follower: Follower) -> None:
        same = self._followers.get(follower.customer)
        if same is not None:
            same.discard(follower)
            if not same:
                del self._followers[follower.customer]

    def _all(self) -> list[Follower]:
        return [follower for same in self._followers.values() for follower in same]


@asynccontextmanager
async def _closed(stream: Changes) -> AsyncIterator[Changes]:
    """Motor's own way to enter a stream opens it, past `Calls`."""
    try:
        yield stream
    finally:
        await stream.close()
