import asyncio
import traceback

import httpx
import pytest

from connectors.domain.errors import Malformed, RateLimited, TimedOut, Unavailable
from connectors.transport.deadline import remaining, within
from tests.connectors.transport.shared_calls import GITHUB, Subject
from tests.connectors.transport.timeless import in_virtual_time, turns
from tests.connectors.transport.vendor_wire import URL, Vendor, read, write
from tests.connectors.transport.virtual_time import clock


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
    assert clock() - started == pytest.approx(10.2), "ten, and a moment in which what waits inside may end by itself"
    assert not subject.wire.open


@in_virtual_time
async def test_what_waits_inside_ends_by_itself_so_that_the_layers_in_between_hear_why() -> None:
    class Slow(httpx.AsyncBaseTransport):
        """Heeds the deadline, as the wire does, and the layer around it sees an error and no cancellation."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(remaining(clock))
            raise TimedOut(GITHUB, f"{request.method} was too slow")

    subject = Subject(Slow())
    with pytest.raises(TimedOut, match="GET was too slow"):
        await subject.start()


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
