"""The store as a whole: opened once a process, and closed with it."""

from collections.abc import Callable
from datetime import datetime

from connectors.mongo import changes, driver, indexes
from connectors.mongo.activity import MongoActivity
from connectors.mongo.customers import MongoCustomers, utc_now
from connectors.mongo.deeds import MongoDeeds
from connectors.mongo.driver import Calls, Database, InvalidStoreUri, Timeouts
from connectors.mongo.indexes import IndexFailure
from connectors.mongo.operations import MongoOperations
from connectors.mongo.watch import Watch
from connectors.transport.stats import ServiceStats

__all__ = ["IndexFailure", "InvalidStoreUri", "MongoCustomers", "Store", "Timeouts", "open_store"]


class Store:
    """One MongoDB database and the collections in it."""

    def __init__(self, database: Database, calls: Calls, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._calls = calls
        self._collection = database[changes.CUSTOMERS]
        self._deeds = database["deeds"]
        self.customers = MongoCustomers(self._collection, calls, clock)
        self.deeds = MongoDeeds(self._deeds, database["audit"], calls, clock)
        self._happened = database[changes.ACTIVITY]
        self.watch = Watch(lambda: driver.changes(database, changes.PIPELINE), calls)
        self.activity = MongoActivity(self._happened, self.customers, self.watch, calls, clock)

    def operations(self, collection: str) -> MongoOperations:
        """Those that are published in a collection."""
        return MongoOperations(self._database[collection], self._calls)

    async def ping(self) -> None:
        """Returns when the server answers; raises ConnectorError when it does not."""
        await self._calls(lambda: self._database.command("ping"))

    async def ensure_indexes(self) -> None:
        """Makes the indexes that are missing: without them nothing is unique. Raises IndexFailure, ConnectorError."""
        await self.ping()  # a store out of reach is told within seconds, whatever time an index may take
        await indexes.ensure(self._calls, self._collection)
        await indexes.ensure(self._calls, self._deeds, indexes.deed_models())
        await indexes.ensure(self._calls, self._happened, indexes.activity_models())

    async def close(self) -> None:
        """Ends who follows somebody, and closes every connection."""
        await self.watch.close()
        await self._calls.end()
        await driver.close(self._database)


def open_store(
    uri: str, stats: ServiceStats, *, timeouts: Timeouts | None = None, clock: Callable[[], datetime] = utc_now
) -> Store:
    """The store at `uri`, in the database it names, else `tributary`. Nothing is sent before the first call.

    Every round trip is entered in `stats`. Raises InvalidStoreUri.
    """
    limits = timeouts or Timeouts()
    return Store(driver.connect(uri, limits), Calls(stats, limits.call), clock)
