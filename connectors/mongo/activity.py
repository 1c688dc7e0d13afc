"""The channel of what happens with customers, over the store that all processes share."""

from collections.abc import Callable
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from connectors.domain.activity import Following, News
from connectors.domain.errors import NotFound
from connectors.mongo import changes
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.documents import milliseconds
from connectors.mongo.driver import Calls, Collection
from connectors.mongo.watch import Watch


class MongoActivity:
    """The `Activity` of this project."""

    def __init__(
        self,
        collection: Collection,
        customers: MongoCustomers,
        watch: Watch,
        calls: Calls,
        clock: Callable[[], datetime],
    ) -> None:
        self._collection = collection
        self._customers = customers
        self._watch = watch
        self._calls = calls
        self._clock = clock

    async def publish(self, news: News, at: datetime | None = None) -> None:
        """One insert; what has been published already is left as it is."""
        now = milliseconds(self._clock())
        times = {"at": milliseconds(at) if at else now, "createdAt": now}
        try:
            await self._calls(lambda: self._collection.insert_one(changes.document(news) | times))
        except DuplicateKeyError:
            return

    async def follow(self, customer: str) -> Following:
        """The stream is there before the record is read, so that nothing falls between the two."""
        follower = await self._watch.join(customer)
        try:
            follower.know(await self._notes(customer))
        except BaseException:
            await follower.aclose()
            raise
        return follower

    async def _notes(self, customer: str) -> list[str]:
        found = (await self._customers.by_id([customer])).get(customer)
        if found is None:
            raise NotFound(f"there is no customer {customer!r}")
        return [note.id for note in found.notes]
