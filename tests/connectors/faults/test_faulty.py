"""Every fault inside the process ends as the same fault ends over a real socket."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import ConnectorError, Malformed, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.faults.answers import DRIP_PAUSE
from connectors.faults.fault import Fault
from connectors.faults.faults import Faults
from connectors.faults.faulty import Faulty
from connectors.faults.text import parse
from connectors.sandbox_server import SandboxServer, address
from connectors.stripe.service import STRIPE
from connectors.transport.deadline import within
from connectors.transport.limits import Limits
from tests.connectors.faults.served import Sleeps, served
from tests.connectors.support import Recorder, answering, connected, crowd

BODY = b'{"available": [{"amount": 1250, "currency": "eur"}]}'
TIMEOUT = 0.2  # seconds
ENDS: list[tuple[str, type[ConnectorError]]] = [
    ("status=503", Unavailable),
    ("status=429,retry-after=7", RateLimited),
    ("reset", Unavailable),
    ("reset-after", Unavailable),
    ("hang", TimedOut),
    ("drip", TimedOut),
    ("truncate", Unavailable),
    ("garbage", Unavailable),
    ("html", Malformed),
    ("empty", Malformed),
    ("wrong-type", Malformed),
    ("wrong-shape", Malformed),
    ("bomb", Malformed),
    ("endless", Malformed),
    ("redirect", Unavailable),
    ("latency=600s", TimedOut),
]


def fault(text: str) -> Fault:
    return parse(f"stripe:{text}", [Service.STRIPE])[Service.STRIPE]


def access(mode: Mode, base_url: str, struck: Fault | None = None, timeout: float = TIMEOUT) -> Access:
    return Access(
        mode=mode, base_url=base_url, credentials=imitated(STRIPE), limits=Limits(timeout=timeout), fault=struck
    )


async def inside(text: str) -> Connection:
    return connect(STRIPE, access(Mode.IMITATED, STRIPE.base_url, fault(text)), crowd(3))


@asynccontextmanager
async def over_http(text: str) -> AsyncIterator[Connection]:
    async with served(SandboxServer([STRIPE], crowd(3), f"stripe:{text}")) as running:
        url = address(STRIPE, str(running.http.base_url))
        connection = connect(STRIPE, access(Mode.LIVE, url), crowd(3))
        async with connection.client:
            yield connection


async def failure(connection: Connection) -> ConnectorError:
    with pytest.raises(ConnectorError) as failed:
        await connection.connector.ping()
    return failed.value


def text_of(error: ConnectorError) -> str:
    """What is said, but for the time that was left, which is never quite the same."""
    return re.sub(r"within [\d.]+ s", "within … s", str(error))


@pytest.mark.parametrize(("text", "kind"), ENDS)
async def test_a_fault_ends_as_one_error_the_same_inside_as_over_http(text: str, kind: type[ConnectorError]) -> None:
    imagined = await failure(await inside(text))
    async with over_http(text) as connection:
        real = await failure(connection)
    assert type(imagined) is type(real) is kind
    assert text_of(imagined) == text_of(real)


async def test_a_late_answer_is_the_right_one_inside_too() -> None:
    late, sleeps = Faults([Service.STRIPE], "stripe:latency=2s"), Sleeps()
    wire = Faulty(answering(200, BODY), Service.STRIPE, late, sleep=sleeps)
    answer = await wire.handle_async_request(httpx.Request("GET", STRIPE.base_url))
    assert answer.content == BODY
    assert sleeps.pauses[0] == 2


async def test_a_drip_that_is_waited_for_is_whole() -> None:
    sleeps = Sleeps()
    wire = Faulty(answering(200, BODY), Service.STRIPE, Faults([Service.STRIPE], "stripe:drip"), sleep=sleeps)
    answer = await wire.handle_async_request(httpx.Request("GET", STRIPE.base_url))
    assert answer.content == BODY
    assert sleeps.pauses.count(DRIP_PAUSE) == len(BODY)


async def test_the_deadline_of_the_operation_ends_a_hang() -> None:
    wire = Faulty(answering(), Service.STRIPE, Faults([Service.STRIPE], "stripe:hang"))
    with within(0.01), pytest.raises(TimedOut):
        await wire.handle_async_request(httpx.Request("GET", STRIPE.base_url))


async def test_a_hang_ends_with_who_waits_for_it() -> None:
    wire = Faulty(answering(), Service.STRIPE, Faults([Service.STRIPE], "stripe:hang"))
    call = asyncio.create_task(wire.handle_async_request(httpx.Request("GET", STRIPE.base_url)))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize(
    ("text", "asked"), [("reset", 0), ("status=503", 0), ("reset-after", 1), ("truncate", 1), ("latency=1ms", 1)]
)
async def test_the_imitation_sees_what_is_only_late_or_deformed(text: str, asked: int) -> None:
    imitation = Recorder(answering(200, BODY))
    wire = Faulty(imitation, Service.STRIPE, Faults([Service.STRIPE], f"stripe:{text}"), sleep=Sleeps())
    await asyncio.gather(wire.handle_async_request(httpx.Request("GET", STRIPE.base_url)), return_exceptions=True)
    assert len(imitation.requests) == asked


async def test_a_call_that_is_not_hit_is_left_alone() -> None:
    wire = Faulty(answering(200, BODY), Service.STRIPE, Faults([Service.STRIPE], "stripe:reset,rate=0"))
    assert (await wire.handle_async_request(httpx.Request("GET", STRIPE.base_url))).content == BODY


async def test_a_share_of_the_calls_is_hit_the_same_every_time_inside_too() -> None:
    async def statuses() -> list[int]:
        faults = Faults([Service.STRIPE], "stripe:status=500,rate=0.4")
        wire = Faulty(answering(), Service.STRIPE, faults)
        request = httpx.Request("GET", STRIPE.base_url)
        return [(await wire.handle_async_request(request)).status_code for _ in range(30)]

    assert set(await statuses()) == {200, 500}
    assert await statuses() == await statuses()


async def test_an_imitation_without_a_fault_is_well() -> None:
    connection = connected(STRIPE, crowd(3))
    await connection.connector.ping()
    assert connection.stats.totals.errors == 0


async def test_a_fault_is_closed_with_its_imitation() -> None:
    closed: list[bool] = []

    class Imitation(Recorder):
        async def aclose(self) -> None:
            closed.append(True)

    await Faulty(Imitation(answering()), Service.STRIPE, Faults([Service.STRIPE])).aclose()
    assert closed == [True]
