"""Stale, and says so: RFC 5861."""

import asyncio
from math import inf

import httpx
import pytest

from connectors.domain.errors import Malformed, Overloaded, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call, Priority, call_of
from connectors.transport.deadline import remaining, within
from connectors.transport.live import unhurried
from connectors.transport.stats import Ledger, State, operation
from tests.connectors.transport.cached import ROUTE, Subject, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import Reply, Waiting, read

GITHUB = Service.GITHUB
DOWN = Unavailable(GITHUB, "GITHUB cannot be reached")
REVALIDATE = "max-age=60, stale-while-revalidate=30"
IF_ERROR = "max-age=60, stale-if-error=30"


async def test_a_stale_answer_is_shown_at_once_and_renewed_for_the_next() -> None:
    subject = Subject(reply(b"1", cache_control=REVALIDATE), reply(b"2", cache_control=REVALIDATE))
    await subject.ask()
    subject.now += 89
    assert (await subject.ask()).content == b"1"
    assert (subject.stats.totals.stale, subject.stats.totals.age) == (True, 89.0)
    await turns()
    assert (await subject.ask()).content == b"2"
    assert subject.calls == 2


async def test_beyond_that_it_is_waited_for() -> None:
    subject = Subject(reply(b"1", cache_control=REVALIDATE), reply(b"2", cache_control=REVALIDATE))
    await subject.ask()
    subject.now += 90
    assert (await subject.ask()).content == b"2"


async def test_the_route_says_how_long_where_the_service_does_not() -> None:
    subject = Subject(reply(b"1"), reply(b"2"))
    request = read(call=ROUTE)
    await subject.ask(request)
    subject.now += 89
    assert await subject.bodies(1, request) == [b"1"]
    await turns()
    assert await subject.bodies(1, request) == [b"2"]


async def test_there_is_one_renewal_an_entry_whoever_asks_meanwhile() -> None:
    wire = Waiting()
    subject = Subject(wire=wire)
    first = asyncio.create_task(subject.ask())
    await turns()
    wire.calls[0].answer(b"1", headers={"Cache-Control": REVALIDATE})
    await first
    subject.now += 70
    assert await subject.bodies(20) == [b"1"] * 20
    await turns()
    assert len(wire.calls) == 2
    wire.calls[1].answer(b"2", headers={"Cache-Control": REVALIDATE})
    await turns()
    assert await subject.bodies(2) == [b"2", b"2"]


async def test_a_renewal_is_in_the_background_and_outside_of_the_callers_operation_and_deadline() -> None:
    seen: list[tuple[Priority, bool]] = []
    subject = Subject(reply(cache_control=REVALIDATE))
    handle = subject.vendor.handle_async_request

    async def look(request: httpx.Request) -> httpx.Response:
        with subject.stats.call():
            seen.append((call_of(request).priority, 5 < remaining() < inf))
            return await handle(request)

    subject.vendor.handle_async_request = look  # type: ignore[method-assign]  # a look from inside the call
    await subject.ask()
    subject.now += 70
    ledger = Ledger()
    request = read()
    with operation(ledger), within(1):
        await subject.ask(request)
        await turns()
    assert seen == [(Priority.INTERACTIVE, False), (Priority.BACKGROUND, True)]
    assert call_of(request).priority is Priority.INTERACTIVE
    assert (ledger.meter(GITHUB).calls, ledger.meter(GITHUB).cached) == (0, 1)


async def test_a_renewal_asks_for_a_confirmation_where_it_can() -> None:
    subject = Subject(reply(b"1", etag='"1"', cache_control=REVALIDATE), reply(status=304, etag='"1"'))
    await subject.ask()
    subject.now += 70
    await subject.ask()
    await turns()
    subject.now += 10
    again = await subject.ask()
    assert (again.content, again.headers["age"], subject.calls) == (b"1", "10", 2)
    assert subject.stats.totals.cached == 2  # the renewal itself showed nobody anything


@pytest.mark.parametrize("failure", [DOWN, reply(status=503), reply(status=429), Malformed(GITHUB, "$", "garbled")])
async def test_a_renewal_that_fails_is_counted_and_the_stale_answer_stays(failure: Reply) -> None:
    subject = Subject(reply(b"1", cache_control=REVALIDATE), failure)
    await subject.ask()
    subject.now += 70
    for _ in range(2):
        assert (await subject.ask()).content == b"1"
        await turns()
    assert (subject.calls, subject.stats.totals.errors, subject.stats.state) == (3, 2, State.DOWN)


async def test_closing_gives_up_the_renewals() -> None:
    wire = Waiting()
    subject = Subject(wire=wire)
    first = asyncio.create_task(subject.ask())
    await turns()
    wire.calls[0].answer(headers={"Cache-Control": REVALIDATE})
    await first
    subject.now += 70
    await subject.ask()
    await turns()
    assert len(wire.open) == 1
    await subject.layer.aclose()
    assert not wire.open


@pytest.mark.parametrize(
    "failure",
    [
        DOWN,
        TimedOut(GITHUB, "slow"),
        RateLimited(GITHUB, 5.0),
        Overloaded(GITHUB),
        *(reply(status=status) for status in (429, 500, 502, 503, 504)),
    ],
    ids=repr,
)
async def test_where_the_service_fails_the_stale_answer_stands_in_and_counts_as_stale_not_as_an_error(
    failure: Reply,
) -> None:
    subject = Subject(reply(b"1", cache_control=IF_ERROR), failure)
    await subject.ask()
    subject.now += 89
    with operation(Ledger()) as ledger:
        shown = await subject.ask()
    assert (shown.status_code, shown.content, shown.headers["age"]) == (200, b"1", "89")
    meter = ledger.meter(GITHUB)
    assert (meter.stale, meter.errors, meter.cached) == (True, 0, 1)
    assert (subject.stats.totals.errors, subject.stats.state) == (1, State.DOWN), "the service did fail"
    assert subject.stats.last_error


async def test_a_service_that_asks_for_a_pause_is_quoted() -> None:
    subject = Subject(reply(b"1", cache_control=IF_ERROR), reply(status=429, retry_after="7"))
    await subject.ask()
    subject.now += 70
    await subject.ask()
    assert subject.stats.last_error == "GITHUB asks to be left alone for 7 s"


@pytest.mark.parametrize("failure", [DOWN, reply(status=503)], ids=repr)
@pytest.mark.parametrize(
    "said", ["max-age=60", "max-age=60, stale-if-error=30", "max-age=60, must-revalidate, stale-if-error=600"]
)
async def test_beyond_that_or_where_it_is_forbidden_the_failure_is_shown(said: str, failure: Reply) -> None:
    subject = Subject(reply(b"1", cache_control=said), failure)
    await subject.ask()
    subject.now += 90
    if isinstance(failure, Exception):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await subject.ask()
    else:
        assert (await subject.ask()).status_code == 503
    assert not subject.stats.totals.cached


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_no_failure_and_is_shown(status: int) -> None:
    subject = Subject(reply(b"1", cache_control=IF_ERROR), reply(status=status))
    await subject.ask()
    subject.now += 70
    assert (await subject.ask()).status_code == status


async def test_an_answer_that_does_not_fit_is_a_failure_that_nothing_stands_in_for() -> None:
    subject = Subject(reply(b"1", cache_control=IF_ERROR), Malformed(GITHUB, "$", "too large"))
    await subject.ask()
    subject.now += 70
    with pytest.raises(Malformed):
        await subject.ask()


async def test_a_failure_leaves_what_stands_in_for_the_next_failure() -> None:
    subject = Subject(reply(b"1"), DOWN)
    request = read(call=Call(credential="a", repeatable=True, fresh=60, if_error=600))
    await subject.ask(request)
    for _ in range(3):
        subject.now += 100
        assert (await subject.ask(request)).content == b"1"


async def test_a_caller_that_is_cancelled_gets_no_stand_in_and_leaves_nothing_under_way() -> None:
    wire = Waiting()
    subject = Subject(wire=wire)
    first = asyncio.create_task(subject.ask())
    await turns()
    wire.calls[0].answer(headers={"Cache-Control": IF_ERROR})
    await first
    subject.now += 70
    second = asyncio.create_task(subject.ask())
    await turns()
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert not wire.open
    assert subject.stats.totals.cached == 0


async def test_who_has_time_waits_for_a_new_answer_instead() -> None:
    subject = Subject(reply(b"1"), reply(b"2"))
    await subject.ask(read(call=ROUTE))
    subject.now += 70
    with unhurried():
        assert (await subject.ask(read(call=ROUTE))).content == b"2"
        assert (await subject.ask(read(call=ROUTE))).content == b"2", "what is fresh is fresh"
    assert subject.calls == 2


async def test_who_has_time_is_shown_the_stale_answer_where_the_service_fails() -> None:
    subject = Subject(reply(b"1"), reply(status=503))
    await subject.ask(read(call=ROUTE))
    subject.now += 70
    with unhurried():
        assert (await subject.ask(read(call=ROUTE))).content == b"1"


async def test_who_wants_what_is_kept_alone_asks_nobody_for_the_rest() -> None:
    subject = Subject(reply(b"1"))
    kept = {"Cache-Control": "only-if-cached"}
    with pytest.raises(Unavailable, match="nothing is kept"):
        await subject.ask(read(call=ROUTE, headers=kept))
    assert subject.calls == 0
    await subject.ask(read(call=ROUTE))
    assert (await subject.ask(read(call=ROUTE, headers=kept))).content == b"1"
    assert subject.calls == 1
