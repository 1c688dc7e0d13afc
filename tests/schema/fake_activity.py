"""An `Activity` that keeps what is published, and tells it to who follows in this test."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from connectors.domain.activity import Happening, News
from connectors.domain.errors import ConnectorError, NotFound
from tests.schema.nouns import NOON


class Following:
    """Told by hand; what is an exception is the last of it."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[Happening | Exception] = asyncio.Queue()
        self.closed = False

    def __aiter__(self) -> AsyncIterator[Happening]:
        return self

    async def __anext__(self) -> Happening:
        found = await self.coming.get()
        if isinstance(found, Exception):
            raise found
        return found

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Channel:
    """`customers`: the ids of those who can be followed. `failure` is raised by `publish`."""

    customers: Sequence[str] = ()
    failure: ConnectorError | None = None
    published: list[News] = field(default_factory=list)
    following: list[Following] = field(default_factory=list)

    async def publish(self, news: News, at: datetime | None = None) -> None:
        if self.failure:
            raise self.failure
        self.published.append(news)
        happening = Happening(**asdict(news), at=at or NOON)
        for one in self.following:
            one.coming.put_nowait(happening)

    async def follow(self, customer: str) -> Following:
        if customer not in self.customers:
            raise NotFound(f"there is no customer {customer!r}")
        self.following.append(Following())
        return self.following[-1]
