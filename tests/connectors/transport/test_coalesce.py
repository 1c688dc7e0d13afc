import asyncio
import gc
import traceback

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Malformed, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call, Priority
from connectors.transport.coalesce import Coalesce
from connectors.transport.deadline import remaining, within
from connectors.transport.live import live
from connectors.transport.stats import Ledger, ServiceStats, operation
from tests.connectors.support import Recorder
from tests.connectors.transport.timeless import in_virtual_time, turns
from tests.connectors.transport.vendor_wire import URL, Vendor, Waiting, read, write
from tests.connectors.transport.virtual_time import clock

GITHUB = Service.GITHUB


class Subject:
    """The layer over a network that answers when told to."""

    def __init__(self, wire: httpx.AsyncBaseTransport | None = None) -> None:
        self.wire = Waiting()
        self.stats = ServiceStats(GITHUB)
        self.layer = Coalesce(wire or self.wire, GITHUB, self.stats, clock=clock)

    def start(self, request: httpx.Request | None = None) -> "asyncio.Task[httpx.Response]":
        return asyncio.create_task(self.layer.handle_async_request(request or read()))


@in_virtual_time
async def test_a_hundred_identical_reads_are_one_call_and_each_gets_the_answer() -> None:
    subject = Subject()
    reads = [subject.start() for _ in range(100)]
    await turns()
    assert len(subject.wire.calls) == 1
    subject.wire.calls[0].answer(b"body")
    answers = await asyncio.gather(*reads)
    assert {answer.content for answer in answers} == {b"body"}
    assert len({id(answer) for answer in answers}) == 100
    assert subject.stats.totals.coalesced == 99


@in_virtual_time
async def test_what_one_caller_does_to_its_response_no_other_sees() -> None:
    subject = Subject()
    mine, yours = subject.start(), subject.start()
    await turns()
    subject.wire.calls[0].answer(headers={"X": "1"})
    (await mine).headers["X"] = "2"
    assert (await yours).headers["X"] == "1"


@pytest.mark.parametrize(
    "other",
    [
        read(credential="b"),
        read(URL + "?page=2"),
        read(headers={"Accept": "text/csv"}),
        read(method="POST", content=b'{"query": 2}'),
    ],
)
@in_virtual_time
async def test_reads_that_differ_are_calls_of_their_own(other: httpx.Request) -> None:
    subject = Subject()
    reads = [subject.start(), subject.start(other)]
    await turns()
    assert len(subject.wire.calls) == 2
    for call, body in zip(subject.wire.calls, (b"mine", b"yours"), strict=True):
        call.answer(body)
    assert [answer.content for answer in await asyncio.gather(*reads)] == [b"mine", b"yours"]


@in_virtual_time
async def test_a_read_by_post_is_shared_and_a_write_never_is() -> None:
    subject = Subject()
    keyed = {"Idempotency-Key": "k"}
    for twins, calls in (
        ([read(method="POST"), read(method="POST")], 1),
        ([write(), write()], 2),
        ([read(method="POST", headers=keyed), read(method="POST", headers=keyed)], 2),
    ):
        before = len(subject.wire.calls)
        tasks = [subject.start(request) for request in twins]
        await turns()
        assert len(subject.wire.calls) - before == calls
        for call in subject.wire.open:
            call.answer()
        await asyncio.gather(*tasks)


@in_virtual_time
async def test_a_read_after_an_answer_is_a_new_call() -> None:
    subject = Subject(Vendor(httpx.Response(200, content=b"1"), httpx.Response(200, content=b"2")))
    assert [(await subject.start()).content for _ in range(2)] == [b"1", b"2"]
    assert subject.stats.totals.coalesced == 0


@in_virtual_time
async def test_when_the_first_caller_goes_the_others_still_get_their_answer() -> None:
    subject = Subject()
    first, second = subject.start(), subject.start()
    await turns()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    subject.wire.calls[0].answer(b"body")
    assert (await second).content == b"body"


@in_virtual_time
async def test_when_the_last_caller_goes_the_call_is_cancelled_at_once() -> None:
    subject = Subject()
    reads = [subject.start(), subject.start()]
    await turns()
    started = clock()
    reads[0].cancel()
    await turns()
    assert subject.wire.open
    reads[1].cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await turns()
    assert not subject.wire.open
    assert clock() == started


@in_virtual_time
async def test_a_caller_that_goes_before_its_call_was_sent_leaves_nothing() -> None:
    subject = Subject()
    task = subject.start()
    await turns(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await turns()
    assert not subject.wire.open
    again = subject.start()
    await turns()
    subject.wire.open[0].answer(b"new")
    assert (await again).content == b"new"


@in_virtual_time
async def test_each_caller_waits_until_its_own_deadline() -> None:
    subject = Subject()

    async def wait(seconds: float) -> float:
        started = clock()
        with within(seconds, clock), pytest.raises(TimedOut, match="GITHUB did not answer in time"):
            await subject.layer.handle_async_request(read())
        return clock() - started

    assert await asyncio.gather(wait(1), wait(3), wait(2)) == pytest.approx([1, 3, 2])
    await turns()
    assert len(subject.wire.calls) == 1
    assert not subject.wire.open


@in_virtual_time
async def test_the_call_has_time_of_its_own_whatever_its_first_callers_deadline() -> None:
    subject = Subject()
    left: list[float] = []
    subject.wire.seen = lambda _: left.append(remaining(clock))
    with within(0.5, clock):
        hasty = subject.start()
    patient = subject.start()
    await asyncio.gather(hasty, return_exceptions=True)
    subject.wire.calls[0].answer(b"late")
    assert (await patient).content == b"late"
    assert left == [10.0]


@in_virtual_time
async def test_a_call_that_is_never_answered_ends_after_ten_seconds() -> None:
    subject = Subject()
    started = clock()
    with pytest.raises(TimedOut, match="within 10 s"):
        await subject.start()
    assert clock() - started == pytest.approx(10)
    assert not subject.wire.open


@in_virtual_time
async def test_who_has_no_time_left_sends_nothing() -> None:
    subject = Subject()
    with within(0, clock), pytest.raises(TimedOut):
        await subject.layer.handle_async_request(read())
    assert not subject.wire.calls


@pytest.mark.parametrize(
    "error",
    [
        Unavailable(GITHUB, "no connection"),
        RateLimited(GITHUB, 7.0),
        Malformed(GITHUB, "$.a", "not a number"),
        httpx.ReadError("reset", request=read()),
        ZeroDivisionError("a bug"),
    ],
)
@in_virtual_time
async def test_a_failure_is_everybodys_as_an_error_of_their_own(error: Exception) -> None:
    subject = Subject()
    reads = [subject.start() for _ in range(3)]
    await turns()
    subject.wire.calls[0].reply.set_exception(error)
    raised = await asyncio.gather(*reads, return_exceptions=True)
    assert len({id(each) for each in (*raised, error)}) == 4
    for each in raised:
        assert type(each) is type(error)
        assert str(each) == str(error)
        assert vars(each) == vars(error)
    lengths = {len(traceback.extract_tb(each.__traceback__)) for each in raised if isinstance(each, Exception)}
    assert len(lengths) == 1, "a traceback grew with the number of those who raised it"


@in_virtual_time
async def test_the_next_read_after_a_failure_is_a_new_call() -> None:
    subject = Subject(Vendor(Unavailable(GITHUB, "down"), httpx.Response(200, content=b"up")))
    with pytest.raises(Unavailable):
        await subject.start()
    assert (await subject.start()).content == b"up"


class Lingering(Waiting):
    """A network that takes a second to notice that nobody waits, and fails over it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            raise Unavailable(GITHUB, "broke off while it was cancelled") from None


@in_virtual_time
async def test_a_failure_that_nobody_waits_for_any_more_is_no_noise() -> None:
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    subject = Subject(Lingering())
    task = subject.start()
    await turns()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(2)
    del task  # whose traceback holds the call
    gc.collect()
    assert noise == []


@in_virtual_time
async def test_nobody_joins_a_call_that_is_being_cancelled() -> None:
    wire = Lingering()
    subject = Subject(wire)
    first = subject.start()
    await turns()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    second = subject.start()
    await turns()
    wire.calls[1].answer(b"new")
    assert (await second).content == b"new"


@in_virtual_time
async def test_the_call_is_entered_for_who_came_first_and_the_sharing_for_who_came_later() -> None:
    class Counting(Recorder):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            with subject.stats.call():
                return await super().handle_async_request(request)

    wire = Waiting()
    subject = Subject(Counting(wire))
    ledgers = [Ledger(clock), Ledger(clock)]
    reads = []
    for ledger in ledgers:
        with operation(ledger):
            reads.append(subject.start())
    await turns()
    wire.calls[0].answer()
    await asyncio.gather(*reads)
    assert [(ledger.meter(GITHUB).calls, ledger.meter(GITHUB).coalesced) for ledger in ledgers] == [(1, 0), (0, 1)]


@in_virtual_time
async def test_nobody_joins_a_read_that_began_before_a_write_was_over() -> None:
    for method in ("POST", "PUT", "DELETE"):
        subject = Subject()
        early = subject.start()
        await turns()
        change = subject.start(write(method))
        await turns()
        subject.wire.calls[1].answer(status=500)  # which does not say that nothing was done
        await change
        late = subject.start()
        await turns()
        for call, body in zip(subject.wire.open, (b"before", b"after"), strict=True):
            call.answer(body)
        assert [answer.content for answer in await asyncio.gather(early, late)] == [b"before", b"after"]


@in_virtual_time
async def test_a_live_read_joins_nobody_and_later_reads_join_it() -> None:
    subject = Subject()
    early = subject.start()
    await turns()
    with live():
        asked = subject.start()
    await turns()
    late = subject.start()
    await turns()
    assert len(subject.wire.calls) == 2
    for call, body in zip(subject.wire.calls, (b"before", b"live"), strict=True):
        call.answer(body)
    assert [answer.content for answer in await asyncio.gather(early, asked, late)] == [b"before", b"live", b"live"]


@in_virtual_time
async def test_a_person_never_queues_behind_a_call_that_nobody_waits_for() -> None:
    subject = Subject()
    background = Call(credential="a", repeatable=True, priority=Priority.BACKGROUND)
    reads = [subject.start(read(call=background))]
    await turns()
    reads += [subject.start(), subject.start(read(call=background))]
    await turns()
    assert len(subject.wire.calls) == 2
    for call in subject.wire.calls:
        call.answer()
    await asyncio.gather(*reads)
    assert subject.stats.totals.coalesced == 1


@in_virtual_time
async def test_closing_it_gives_up_what_is_under_way_and_closes_the_transport_inside() -> None:
    wire = Vendor(httpx.Response(200))
    await Subject(wire).layer.aclose()
    assert wire.closed
    subject = Subject()
    task = subject.start()
    await turns()
    await subject.layer.aclose()
    with pytest.raises(ConnectorError, match="was given up"):
        await task
    assert not subject.wire.open
