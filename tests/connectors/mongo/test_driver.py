import asyncio
from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from connectors.domain.errors import ConnectorError, TimedOut, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.mongo.driver import Calls, InvalidStoreUri, Timeouts, close, connect, translated
from connectors.transport.fate import followed
from connectors.transport.stats import Ledger, ServiceStats, State, operation

ADDRESS = "mongodb://anna:hunter2@10.0.0.7:27017"


async def answering(value: int) -> int:
    return value


async def failing(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ServerSelectionTimeoutError(ADDRESS), Unavailable),
        (AutoReconnect(ADDRESS), Unavailable),
        (NotPrimaryError(ADDRESS), Unavailable),
        (ConfigurationError(ADDRESS), Unavailable),
        (OperationFailure(ADDRESS, 14031), Unavailable),
        (NetworkTimeout(ADDRESS), TimedOut),
        (WaitQueueTimeoutError(ADDRESS), TimedOut),
        (ExecutionTimeout(ADDRESS, 50), TimedOut),
        (OperationFailure(ADDRESS, 18), Unauthorized),
        (OperationFailure(ADDRESS, 13), Unauthorized),
    ],
)
async def test_a_drivers_error_becomes_one_of_the_store_without_its_text(
    error: PyMongoError, kind: type[ConnectorError]
) -> None:
    stats = ServiceStats(Service.STORE)
    with pytest.raises(kind) as raised:
        await Calls(stats)(lambda: failing(error))
    assert raised.value.service is Service.STORE
    assert raised.value.__cause__ is error
    assert "hunter2" not in str(raised.value)
    assert "10.0.0.7" not in str(raised.value)
    assert (stats.totals.calls, stats.totals.errors, stats.last_error) == (1, 1, str(raised.value))


@pytest.mark.parametrize("error", [OperationFailure("unknown operator", 2), InvalidOperation("closed")])
async def test_a_mistake_of_ours_stays_loud(error: PyMongoError) -> None:
    stats = ServiceStats(Service.STORE)
    assert translated(error) is None
    with pytest.raises(type(error)):
        await Calls(stats)(lambda: failing(error))
    assert stats.state is State.UP


async def test_a_call_has_its_limit_whatever_the_driver_does() -> None:
    stats = ServiceStats(Service.STORE)
    never = asyncio.get_running_loop().create_future()
    with pytest.raises(TimedOut):
        await Calls(stats, limit=0.01)(lambda: never)
    with pytest.raises(TimedOut):
        await Calls(stats)(asyncio.get_running_loop().create_future, 0.01)
    assert never.cancelled()
    assert (stats.totals.calls, stats.totals.errors) == (2, 2)


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (AutoReconnect(ADDRESS), True),
        (NetworkTimeout(ADDRESS), True),
        (OperationFailure(ADDRESS, 64), True),
        (ServerSelectionTimeoutError(ADDRESS), False),
        (OperationFailure(ADDRESS, 13), False),
    ],
    ids=["dropped", "slow", "not replicated", "no server", "not allowed"],
)
async def test_a_write_that_may_have_been_sent_has_a_fate_that_nobody_knows(
    error: PyMongoError, *, unknown: bool
) -> None:
    with followed() as fate, pytest.raises(ConnectorError) as raised:
        await Calls(ServiceStats(Service.STORE)).write(lambda: failing(error))
    assert fate.unknown_after(raised.value) is unknown


async def test_a_refused_write_is_an_answer() -> None:
    stats = ServiceStats(Service.STORE)
    with pytest.raises(DuplicateKeyError):
        await Calls(stats)(lambda: failing(DuplicateKeyError("E11000", 11000)))
    assert (stats.totals.calls, stats.totals.errors) == (1, 0)


async def test_a_call_is_entered_for_its_operation_and_for_the_process() -> None:
    stats, ledger = ServiceStats(Service.STORE), Ledger()
    with operation(ledger):
        assert await Calls(stats)(lambda: answering(7)) == 7
    assert (stats.totals.calls, ledger.meters[Service.STORE].calls) == (1, 1)


async def test_a_call_that_is_given_up_is_over_and_no_failure() -> None:
    stats = ServiceStats(Service.STORE)
    call = asyncio.create_task(Calls(stats)(asyncio.get_running_loop().create_future))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    once = stats.totals.ms
    assert (stats.totals.calls, stats.totals.errors) == (1, 0)
    assert stats.totals.ms == once, "the meter still runs"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "mongodb://",
        "postgres://anna:hunter2@localhost/db",
        "mongodb://anna:p@hunter2@localhost",
        "mongodb://anna:localhost:hunter2",
        "mongodb://anna:hunter2@localhost/?tls=false&ssl=true",
        "mongodb://anna:hunter2@localhost/?tlsInsecure=true&tlsAllowInvalidCertificates=true",
        "mongodb+srv://anna:hunter2@localhost:27017",
    ],
)
def test_a_uri_that_cannot_be_read_is_not_repeated(uri: str) -> None:
    with pytest.raises(InvalidStoreUri, match="MONGODB_URI") as raised:
        connect(uri, Timeouts())
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("mongodb://localhost", "tributary"),
        ("mongodb://localhost/", "tributary"),
        ("mongodb://localhost/?appName=x", "tributary"),
        ("mongodb://localhost/crm", "crm"),
        ("mongodb://a:b@localhost/crm?authSource=admin", "crm"),
    ],
)
async def test_the_database_is_the_one_in_the_path(uri: str, name: str) -> None:
    database = connect(uri, Timeouts())
    assert database.name == name
    await close(database)


async def test_what_the_store_promises_is_set_on_every_connection() -> None:
    database = connect("mongodb://localhost/?w=1&retryWrites=false", Timeouts(selection=1, connect=0.5, call=3))
    options: Any = database.client.options  # a property, which Motor's stubs call a method
    assert options.write_concern.document == {"w": "majority"}
    assert options.retry_writes
    pool = options.pool_options
    assert (options.server_selection_timeout, pool.connect_timeout, pool.socket_timeout) == (1, 0.5, 3)
    assert options.timeout is None, "it would switch the time for finding a server off"
    assert options.codec_options.tz_aware
    assert database.codec_options.uuid_representation == 4
    await close(database)
