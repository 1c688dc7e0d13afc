"""For how long one process may show an operation's answer again, reckoned from all its parts."""

from dataclasses import replace

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.transport.again import Again
from connectors.transport.call import Call
from connectors.transport.live import live
from connectors.transport.stats import Ledger, ServiceStats, operation
from connectors.transport.trace import Trace
from tests.connectors.transport.cached import Subject, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import read, write

ROUTE = Call(credential="a", repeatable=True, fresh=60.0, stale=30.0, if_error=600.0)
DOWN = Unavailable(Service.GITHUB, "down")


class Operations(Subject):
    """The cache, traced as in the stack; every clock is the subject's."""

    async def told(self, *requests: httpx.Request, records: int = 0) -> Again | None:
        with operation(Ledger(lambda: self.now)) as ledger:
            for request in requests:
                await Trace(self.layer, self.stats).handle_async_request(request)
            store = ServiceStats(Service.STORE)
            for _ in range(records):
                with store.waiting():
                    store.recorded()
            return ledger.again()


def thing(path: str = "a", call: Call = ROUTE) -> httpx.Request:
    return read(f"https://vendor.example/{path}", call=call)


async def test_it_is_fresh_as_long_as_its_first_part_and_shown_while_that_may_be_renewed() -> None:
    subject = Operations(reply())
    assert await subject.told(thing()) == Again({Service.GITHUB: 60.0}, 90.0, records=False)
    subject.now += 50
    assert await subject.told(thing(), thing("b")) == Again({Service.GITHUB: 10.0}, 40.0, records=False)


async def test_what_is_kept_against_its_services_word_counts_here_though_others_are_told_to_keep_nothing() -> None:
    subject = Operations(reply(cache_control="no-store"))
    told = await subject.told(thing(call=replace(ROUTE, override=True)))
    assert told == Again({Service.GITHUB: 60.0}, 90.0, records=False)


async def test_what_is_shown_stale_is_due_and_may_be_shown_until_it_may_no_longer() -> None:
    subject = Operations(reply())
    await subject.told(thing())
    subject.now += 70
    assert await subject.told(thing()) == Again({Service.GITHUB: -10.0}, 20.0, records=False)
    await turns()


async def test_our_own_records_count_as_long_as_they_stay_as_they_are() -> None:
    subject = Operations(reply())
    told = await subject.told(thing(), records=2)
    assert told == Again({Service.GITHUB: 60.0}, 90.0, records=True)
    alone = await subject.told(records=1)
    assert alone == Again({}, float("inf"), records=True)


@pytest.mark.parametrize("said", ["no-store", "no-cache", "max-age=0, must-revalidate"])
async def test_what_must_be_asked_for_each_time_is_never_shown_again(said: str) -> None:
    told = await Operations(reply(cache_control=said, etag='"1"')).told(thing())
    assert told is None or told.shown <= 0


async def test_what_stood_in_for_a_failure_is_not_shown_again_as_if_nothing_had_been() -> None:
    subject = Operations(reply(), DOWN)
    await subject.told(thing())
    subject.now += 100
    told = await subject.told(thing())
    assert told is not None
    assert told.shown <= 0


async def test_an_operation_that_read_nothing_or_lacks_something_may_not_be_shown_again() -> None:
    subject = Operations(reply(), reply(status=503))
    assert await subject.told() is None
    assert await subject.told(thing(), thing("b")) is None
    with operation(Ledger()) as ledger:
        subject.stats.fetched(0, 60, private=True, fresh=60, shown=30)
        subject.stats.missing()
    assert ledger.again() is None


async def test_what_was_asked_for_live_is_not_shown_again_and_ends_what_was_shown_before() -> None:
    subject = Operations(reply(), reply(b"2"))
    await subject.told(thing())
    before = subject.stats.changes
    with live():
        assert await subject.told(thing()) is None
    assert subject.stats.changes > before


async def test_a_write_ends_what_was_shown_before() -> None:
    subject = Operations(reply())
    before = subject.stats.changes
    await subject.ask(write(url="https://vendor.example/a"))
    assert subject.stats.changes > before
    before = subject.stats.changes
    await subject.layer.evict("/a")
    assert subject.stats.changes > before
    before = subject.stats.changes
    await subject.ask(thing())
    assert subject.stats.changes == before, "reading changes nothing"


async def test_a_confirmation_that_may_not_be_kept_is_shown_once() -> None:
    subject = Operations(reply(etag='"1"'), reply(status=304, etag='"1"', cache_control="no-store"))
    await subject.told(thing())
    subject.now += 100
    told = await subject.told(thing())
    assert told is not None
    assert told.shown <= 0
