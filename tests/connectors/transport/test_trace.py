import asyncio
from collections.abc import Callable

import httpx
import pytest

from connectors.domain.service import Service
from connectors.transport.stats import Ledger, ServiceStats, operation
from connectors.transport.trace import Sent, Trace
from tests.connectors.support import Chunks, Silence

URL = "https://vendor.example/"


class Subject:
    """A client over `wire`, traced, whose clock ticks a second at every look."""

    def __init__(self, wire: httpx.AsyncBaseTransport) -> None:
        self.now = 0.0
        self.stats = ServiceStats(Service.GITHUB, lambda: self.now)
        self.client = httpx.AsyncClient(transport=Trace(Sent(wire, self.stats), self.stats))

    def still_runs(self) -> bool:
        before = self.stats.totals.ms
        self.now += 1
        return self.stats.totals.ms > before


def answering_with(response: Callable[[], httpx.Response]) -> Subject:
    return Subject(httpx.MockTransport(lambda _: response()))


def streamed(body: Chunks) -> Subject:
    return answering_with(lambda: httpx.Response(200, stream=body))


async def test_a_call_lasts_until_its_body_is_closed() -> None:
    body = Chunks(b"one", b"two")
    subject = streamed(body)
    async with subject.client.stream("GET", URL) as response:
        assert subject.still_runs()
        assert [chunk async for chunk in response.aiter_raw()] == [b"one", b"two"]
    assert not subject.still_runs()
    assert body.closed == 1
    assert (subject.stats.totals.calls, subject.stats.totals.ms) == (1, 1000)


async def test_a_body_that_is_not_read_to_the_end_ends_the_call_when_it_is_closed() -> None:
    subject = streamed(Chunks(b"one", b"two"))
    async with subject.client.stream("GET", URL):
        pass
    assert not subject.still_runs()


async def test_a_body_that_breaks_off_ends_the_call() -> None:
    subject = streamed(Chunks(b"one", broken=httpx.ReadError("reset")))
    with pytest.raises(httpx.ReadError):
        await subject.client.get(URL)
    assert not subject.still_runs()
    assert subject.stats.totals.calls == 1


async def test_a_call_that_is_never_answered_ends_with_its_error() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    subject = Subject(httpx.MockTransport(refuse))
    with pytest.raises(httpx.ConnectError):
        await subject.client.get(URL)
    assert not subject.still_runs()
    assert subject.stats.totals.calls == 1


async def test_a_call_that_is_cancelled_is_over() -> None:
    silence = Silence()
    subject = Subject(silence)
    call = asyncio.create_task(subject.client.get(URL))
    await silence.asked.wait()
    assert subject.still_runs()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not subject.still_runs()


async def test_a_call_that_is_cancelled_in_its_body_is_over() -> None:
    class Endless(Chunks):
        reading = asyncio.Event()

        async def __anext__(self) -> bytes:
            self.reading.set()
            await asyncio.Event().wait()
            return b""

        def __aiter__(self) -> "Endless":
            return self

    body = Endless()
    subject = streamed(body)
    call = asyncio.create_task(subject.client.get(URL))
    await body.reading.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not subject.still_runs()
    assert body.closed == 1


@pytest.mark.parametrize(
    "response",
    [
        lambda: httpx.Response(200, content=b"read"),
        lambda: httpx.Response(200, json={}),
        lambda: httpx.Response(204),
        lambda: httpx.Response(200, stream=httpx.ByteStream(b"unread")),
    ],
)
async def test_a_response_that_was_made_in_one_piece_is_a_whole_call(response: Callable[[], httpx.Response]) -> None:
    subject = answering_with(response)
    body = response().read()
    assert (await subject.client.get(URL)).content == body
    assert not subject.still_runs()
    assert subject.stats.totals.calls == 1


async def test_a_call_whose_body_cannot_be_closed_is_over_all_the_same() -> None:
    class Stuck(Chunks):
        async def aclose(self) -> None:
            raise httpx.ReadError("closing failed")

    subject = streamed(Stuck(b"one"))
    with pytest.raises(httpx.ReadError):
        await subject.client.get(URL)
    assert not subject.still_runs()


async def test_calls_are_entered_in_the_ledger_of_their_operation() -> None:
    subject = answering_with(lambda: httpx.Response(200))
    with operation(Ledger()) as ledger:
        await asyncio.gather(subject.client.get(URL), subject.client.get(URL))
    await subject.client.get(URL)
    assert ledger.meter(Service.GITHUB).calls == 2
    assert subject.stats.totals.calls == 3


async def test_closing_it_closes_the_transport_inside() -> None:
    class Closable(httpx.MockTransport):
        closed = False

        async def aclose(self) -> None:
            self.closed = True

    inner = Closable(lambda _: httpx.Response(200))
    subject = Subject(inner)
    await subject.client.aclose()
    assert inner.closed
