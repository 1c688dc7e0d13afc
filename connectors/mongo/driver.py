"""The MongoDB driver, in this file alone: connections, one guarded round trip, and what its errors mean.

Motor is in its last year of critical fixes. PyMongo's own async client has the same shape, so that the step to it is
made here: two imports, and a `close` that is awaited.
https://www.mongodb.com/docs/languages/python/pymongo-driver/current/reference/migration/
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from motor.motor_asyncio import (
    AsyncIOMotorChangeStream,
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from connectors.domain.activity import NoChanges
from connectors.domain.errors import ConnectorError, TimedOut, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.mongo.reach import OutOfReach, Reach
from connectors.transport import fate
from connectors.transport.stats import ServiceStats

T = TypeVar("T")
Document = dict[str, Any]  # BSON enters here
Client = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
Changes = AsyncIOMotorChangeStream[Document]

DATABASE = "tributary"  # where the URI names none
LISTEN = 0.5  # seconds that one read of a change stream waits for something to happen
POOL = 32  # connections; the same figure as for any other service
THREADS = 5 * (os.cpu_count() or 1)  # that Motor has: https://motor.readthedocs.io/en/stable/configuration.html

# https://www.mongodb.com/docs/manual/reference/error-codes/
_UNAUTHORIZED = {13, 18, 8000}  # Unauthorized, AuthenticationFailed, AtlasError
_TIMED_OUT = {
    50,
    64,
    202,
    262,
}  # MaxTimeMSExpired, WriteConcernFailed, NetworkInterfaceExceededTimeLimit, ExceededTimeLimit
_UNSENT = (OutOfReach, ServerSelectionTimeoutError)
_NO_REPLICA_SET = 40573  # "The $changeStream stage is only supported on replica sets"
_UNAVAILABLE = {6, 7, 14031, 12501, 11600, 11602}  # host gone, out of disk space, quota, shutting down, interrupted


class InvalidStoreUri(ValueError):
    """`MONGODB_URI` cannot be read. The message never holds the URI: it can hold a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to find a server, to connect to it, and for a whole call with its retry."""

    selection: float = 2.0
    connect: float = 2.0
    call: float = 10.0


class Calls:
    """Makes round trips: each is counted, has `limit` seconds, and where it fails raises a ConnectorError of the store.

    What is asked for is given as a function, for Motor sends a command as soon as it is named. `Reach` says when.
    The limit is ours, and not the driver's `timeoutMS`: with that one set, PyMongo no longer heeds
    `serverSelectionTimeoutMS`, and a store out of reach would be noticed after 10 s rather than 2.
    """

    def __init__(self, stats: ServiceStats, limit: float = 10.0) -> None:
        self._stats = stats
        self._limit = limit
        self._reach = Reach(min(POOL, THREADS))
        self._lingering: set[asyncio.Task[Any]] = set()

    async def __call__(self, ask: Callable[[], Awaitable[T]], limit: float | None = None) -> T:
        """What `ask` comes to. DuplicateKeyError and BulkWriteError pass: they are answers to a write.

        A call with a `limit` of its own takes long, and is not the one that finds out whether the store is back.
        """
        with self._stats.waiting():
            try:
                async with asyncio.timeout(limit or self._limit), self._reach.turn(may_try=limit is None):
                    with self._stats.timed():
                        result = await ask()
            except (DuplicateKeyError, BulkWriteError):
                self._succeed()
                raise
            except (PyMongoError, TimeoutError, OutOfReach) as error:
                self._fail(error)
        self._succeed()
        self._stats.recorded()
        return result

    async def write(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The same, for what changes something that operations read; also where it is unknown whether it did."""
        following = fate.current() or fate.Fate()
        following.asked()
        try:
            return await self(ask)
        except ConnectorError as error:
            if not isinstance(error, Unauthorized) and not isinstance(error.__cause__, _UNSENT):
                following.unanswered()
            raise
        finally:
            self._stats.changed()

    async def aside(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The same for a read that waits for something to happen, which is no call: failures alone are entered."""
        try:
            return await ask()
        except PyMongoError as error:
            self._fail(error)

    async def in_passing(self, ask: Callable[[], Awaitable[T]], limit: float) -> T | None:
        """The same for what only saves work: it is in no figures, and None where it is not to be had in time.

        What is not waited for any more has its turn to the end: it still keeps a thread of the driver's.
        """
        asking = asyncio.create_task(self._asked_quietly(ask))
        self._lingering.add(asking)
        asking.add_done_callback(self._lingering.discard)
        await asyncio.wait({asking}, timeout=limit)
        return asking.result() if asking.done() else None

    async def end(self, limit: float = 3.0) -> None:
        """Waits, for so many seconds at most, for what nobody waits for: the driver complains of a closed client."""
        if self._lingering:
            await asyncio.wait(self._lingering, timeout=limit)

    async def _asked_quietly(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            async with self._reach.turn(may_try=False):
                return await ask()
        except (PyMongoError, OutOfReach) as error:
            self._note(error)
            return None

    def _succeed(self) -> None:
        self._find()
        self._stats.succeeded()

    def _find(self) -> None:
        if self._reach.find():
            self._stats.recovered()

    def _fail(self, error: PyMongoError | TimeoutError | OutOfReach) -> NoReturn:
        self._note(error)
        known = translated(error)
        if known is None:
            raise error
        self._stats.failed(known)
        raise known from error

    def _note(self, error: Exception) -> None:
        """Whether a server was there: one that refuses has answered."""
        if isinstance(error, ServerSelectionTimeoutError):
            self._reach.lose()
        elif isinstance(error, OperationFailure):
            self._find()


def connect(uri: str, timeouts: Timeouts) -> Database:
    """The database that `uri` names, else `tributary`. Nothing is sent yet. Raises InvalidStoreUri.

    What is set here goes before an option of the same name in the URI.
    https://www.mongodb.com/docs/languages/python/pymongo-driver/current/connect/connection-options/
    """
    try:
        client: Client = AsyncIOMotorClient(
            uri,
            appname="tributary",
            connectTimeoutMS=_ms(timeouts.connect),
            maxPoolSize=POOL,
            retryReads=True,
            retryWrites=True,
            serverSelectionTimeoutMS=_ms(timeouts.selection),
            socketTimeoutMS=_ms(timeouts.call),  # frees the thread of a call that `Calls` has given up
            tz_aware=True,
            uuidRepresentation="standard",
            w="majority",
            waitQueueTimeoutMS=_ms(timeouts.call),
        )
        return client.get_default_database(DATABASE)
    except (InvalidURI, ConfigurationError, ValueError, TypeError):
        raise InvalidStoreUri(
            "MONGODB_URI is not a MongoDB connection string: expected mongodb://[user:password@]host[:port]/[database] "
            "with the reserved characters of user and password percent-encoded"
        ) from None  # the driver's message quotes what stands after the last colon, which can be a password


def changes(database: Database, pipeline: list[Document]) -> Changes:
    """What changes in any collection, as far as `pipeline` lets it through. The first read opens it."""
    return database.watch(pipeline, max_await_time_ms=_ms(LISTEN))


async def close(database: Database) -> None:
    """Closes every connection, and ends the threads that watch the servers."""
    await asyncio.to_thread(database.client.close)  # it says goodbye to the server, and waits where that one is gone


def translated(error: PyMongoError | TimeoutError | OutOfReach) -> ConnectorError | None:
    """What a driver's error says about the store; None for one that is a mistake of ours and has to stay loud."""
    code = error.code if isinstance(error, OperationFailure) else None
    if code in _UNAUTHORIZED:
        return Unauthorized(Service.STORE, "STORE does not accept our credentials")
    if code == _NO_REPLICA_SET:
        return NoChanges()
    # The first one's `timeout` is set as well, but no server was there to ask.
    if isinstance(error, ServerSelectionTimeoutError | OutOfReach):
        return Unavailable(Service.STORE, "STORE cannot be reached")
    if isinstance(error, TimeoutError) or error.timeout or code in _TIMED_OUT:
        return TimedOut(Service.STORE, "STORE did not answer in time")
    if isinstance(error, AutoReconnect | ConnectionFailure | ConfigurationError) or code in _UNAVAILABLE:
        return Unavailable(Service.STORE, "STORE dropped the call")
    return None


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
