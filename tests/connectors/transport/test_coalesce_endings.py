import asyncio
import gc

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Overloaded, RateLimited, Unavailable
from connectors.transport.call import Call, Priority
from connectors.transport.live import live
from connectors.transport.stats import Ledger, operation
from tests.connectors.support import Recorder
from tests.connectors.transport.shared_calls import GITHUB, Subject
from tests.connectors.transport.timeless import in_virtual_time, turns
from tests.connectors.transport.vendor_wire import Vendor, Waiting, read, write
from tests.connectors.transport.virtual_time import clock

BACKGROUND = Call(credential="a", repeatable=True, priority=Priority.BACKGROUND)


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
    reads = [subject.start(read(call=BACKGROUND))]
    await turns()
    reads += [subject.start(), subject.start(read(call=BACKGROUND))]
    await turns()
    assert len(subject.wire.calls) == 2
    for call in subject.wire.calls:
        call.answer()
    await asyncio.gather(*reads)
    assert subject.stats.totals.coalesced == 1


@in_virtual_time
async def test_a_person_shares_a_call_that_nobody_waits_for_once_it_has_been_sent() -> None:
    subject = Subject.sending()
    reads = [subject.start(read(call=BACKGROUND))]
    await turns()
    reads += [subject.start()]
    await turns()
    (call,) = subject.wire.calls
    call.answer(b"shared")
    assert [answer.content for answer in await asyncio.gather(*reads)] == [b"shared"] * 2


@pytest.mark.parametrize("refusal", [RateLimited(GITHUB, 3), Overloaded(GITHUB)])
@in_virtual_time
async def test_a_person_asks_for_themselves_where_a_call_that_they_share_gives_way(refusal: ConnectorError) -> None:
    subject = Subject.sending()
    nobodys = subject.start(read(call=BACKGROUND))
    await turns()
    persons = [subject.start(), subject.start()]
    await turns()
    (first,) = subject.wire.calls
    first.reply.set_exception(refusal)
    with pytest.raises(type(refusal)):
        await nobodys
    await turns()
    _, second = subject.wire.calls
    second.answer(b"theirs")
    assert [answer.content for answer in await asyncio.gather(*persons)] == [b"theirs"] * 2


@in_virtual_time
async def test_a_person_is_refused_once_where_their_own_call_is() -> None:
    subject = Subject.sending()
    person = subject.start()
    await turns()
    subject.wire.open[0].reply.set_exception(Overloaded(GITHUB))
    with pytest.raises(Overloaded):
        await person
    assert len(subject.wire.calls) == 1


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
