import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Overloaded, RateLimited, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import Breaker, BreakerState
from connectors.transport.deadline import within
from tests.connectors.transport.breakers import (
    CLOSED,
    GARBLED,
    HALF_OPEN,
    OPEN,
    RESET,
    SLOW,
    URL,
    Outcome,
    Subject,
    Wire,
)


@pytest.fixture
async def subject() -> AsyncIterator[Subject]:
    subject = Subject()
    yield subject
    assert all(future.done() for future in subject.wire.waiting), "no call is left behind"


@pytest.mark.parametrize("failure", [500, 502, 503, 504, 599, RESET, SLOW])
async def test_it_opens_when_twenty_calls_have_failed(subject: Subject, failure: Outcome) -> None:
    await subject.calls(19, failure)
    assert subject.breaker.state is CLOSED
    await subject.calls(1, failure)
    assert subject.breaker.state is OPEN
    await subject.refusal()


@pytest.mark.parametrize(
    "outcome", [200, 304, 400, 401, 404, 429, GARBLED, Overloaded(Service.STRIPE), RateLimited(Service.STRIPE, 3)]
)
async def test_what_is_no_sign_of_trouble_never_opens_it(subject: Subject, outcome: Outcome) -> None:
    await subject.calls(200, outcome)
    assert subject.breaker.state is CLOSED


@pytest.mark.parametrize(("answered", "failed", "state"), [(10, 10, OPEN), (11, 10, CLOSED), (10, 9, CLOSED)])
async def test_it_opens_at_half_of_the_calls_not_below(
    subject: Subject, answered: int, failed: int, state: BreakerState
) -> None:
    await subject.calls(answered, 200)
    await subject.calls(failed, 503)
    assert subject.breaker.state is state


async def test_a_success_can_be_the_twentieth_call_that_opens_it(subject: Subject) -> None:
    await subject.calls(19, 503)
    await subject.calls(1, 200)
    assert subject.breaker.state is OPEN


@pytest.mark.parametrize("answer", [404, 429, GARBLED])
async def test_an_answer_that_is_no_success_still_counts_as_a_call(subject: Subject, answer: Outcome) -> None:
    await subject.calls(30, answer)
    await subject.calls(29, 503)
    assert subject.breaker.state is CLOSED
    await subject.calls(1, 503)
    assert subject.breaker.state is OPEN


async def test_what_was_never_sent_does_not_dilute_the_failures(subject: Subject) -> None:
    await subject.calls(500, Overloaded(Service.STRIPE))
    await subject.calls(20, 503)
    assert subject.breaker.state is OPEN


async def test_failures_older_than_ten_seconds_are_forgotten(subject: Subject) -> None:
    await subject.calls(19, 503)
    subject.now += 10
    await subject.calls(19, 503)
    assert subject.breaker.state is CLOSED
    subject.now += 8.9
    await subject.calls(1, 503)
    assert subject.breaker.state is OPEN


async def test_it_refuses_at_once_for_five_seconds_and_says_for_how_long(subject: Subject) -> None:
    await subject.calls(20, RESET)
    assert subject.breaker.retry_after == 5
    error = await subject.refusal()
    assert str(error) == "STRIPE is left alone for 5 s: most of its latest calls failed"
    assert isinstance(error, Unavailable)
    assert error.service is Service.STRIPE
    subject.now += 4.4
    assert subject.breaker.retry_after == pytest.approx(0.6)
    assert "for 1 s:" in str(await subject.refusal())
    subject.now += 0.6
    assert (subject.breaker.state, subject.breaker.retry_after) == (HALF_OPEN, 0)


async def test_half_open_it_lets_exactly_one_call_through(subject: Subject) -> None:
    await subject.half_open()
    probe = await subject.pending()
    for _ in range(10):
        error = await subject.refusal()
    assert (
        str(error) == "STRIPE is left alone until the call that tries it has come back: most of its latest calls failed"
    )
    assert subject.wire.sent == 21
    subject.wire.waiting[0].set_result(200)
    assert (await probe).status_code == 200


@pytest.mark.parametrize("answer", [200, 404, 429, GARBLED])
async def test_a_probe_that_is_answered_closes_it(subject: Subject, answer: Outcome) -> None:
    await subject.half_open()
    await subject.calls(1, answer)
    assert (subject.breaker.state, subject.breaker.retry_after) == (CLOSED, 0)
    await subject.calls(100, 200)
    assert subject.recovered == 1, "whoever counts failures is told that they are over"


@pytest.mark.parametrize(("answered", "failed"), [(0, 20), (10, 10)])
async def test_once_closed_it_judges_by_what_came_after(subject: Subject, answered: int, failed: int) -> None:
    await subject.half_open()
    await subject.calls(1, 200)
    await subject.calls(answered, 200)
    await subject.calls(failed - 1, RESET)
    assert subject.breaker.state is CLOSED
    await subject.calls(1, RESET)
    assert subject.breaker.state is OPEN


@pytest.mark.parametrize("failure", [503, RESET, SLOW])
async def test_a_probe_that_fails_opens_it_for_five_seconds_more(subject: Subject, failure: Outcome) -> None:
    await subject.half_open()
    subject.now += 100
    await subject.calls(1, failure)
    assert (subject.breaker.state, subject.breaker.retry_after) == (OPEN, 5)
    subject.now += 5
    assert subject.breaker.state is HALF_OPEN


async def test_a_probe_that_is_cancelled_hands_the_chance_to_the_next_caller(subject: Subject) -> None:
    await subject.half_open()
    for _ in range(3):
        probe = await subject.pending()
        await subject.refusal()
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        assert subject.breaker.state is HALF_OPEN
    await subject.calls(1, 200)
    assert subject.breaker.state is CLOSED


@pytest.mark.parametrize("unsent", [Overloaded(Service.STRIPE), RateLimited(Service.STRIPE)])
async def test_a_probe_that_was_never_sent_hands_the_chance_on_too(subject: Subject, unsent: ConnectorError) -> None:
    await subject.half_open()
    await subject.calls(1, unsent)
    assert subject.breaker.state is HALF_OPEN
    await subject.calls(1, 503)
    assert subject.breaker.state is OPEN


async def test_a_bug_inside_stays_loud_and_takes_no_chance_away(subject: Subject) -> None:
    await subject.half_open()
    subject.wire.outcome = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await subject.call()
    await subject.calls(1, 200)
    assert subject.breaker.state is CLOSED


async def test_calls_that_are_cancelled_count_for_nothing(subject: Subject) -> None:
    for _ in range(30):
        call = await subject.pending()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert subject.breaker.state is CLOSED
    await subject.calls(20, 503)
    assert subject.breaker.state is OPEN


async def test_calls_that_are_cancelled_when_their_time_is_up_have_failed(subject: Subject) -> None:
    """Whoever notices it first, the call itself or who waits for it."""
    with within(10, lambda: subject.now):
        calls = [await subject.pending() for _ in range(20)]
    subject.now += 10
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert subject.breaker.state is OPEN


async def test_a_late_answer_to_a_call_of_before_neither_closes_nor_opens_it(subject: Subject) -> None:
    late = [await subject.pending() for _ in range(40)]
    await subject.half_open()
    subject.wire.waiting[0].set_result(200)
    await late[0]
    assert subject.breaker.state is HALF_OPEN
    await subject.calls(1, 200)
    for future in subject.wire.waiting[1:]:
        future.set_result(503)
    await asyncio.gather(*late)
    assert subject.breaker.state is CLOSED


async def test_breakers_of_two_credentials_know_nothing_of_each_other() -> None:
    revoked, valid = Subject(), Subject()
    await revoked.calls(20, 503)
    assert (revoked.breaker.state, valid.breaker.state) == (OPEN, CLOSED)


async def test_its_limits_can_be_set() -> None:
    now = 0.0
    wire = Wire()
    wire.outcome = 503
    breaker = Breaker(wire, Service.GITHUB, window=1, least=4, share=0.75, open_for=60, clock=lambda: now)
    request = httpx.Request("GET", URL)
    for _ in range(4):
        assert breaker.state is CLOSED
        await breaker.handle_async_request(request)
    assert (breaker.state, breaker.retry_after) == (OPEN, 60)


async def test_an_answer_is_passed_on_as_it_is(subject: Subject) -> None:
    subject.wire.outcome = 503
    response = await subject.call()
    assert response.status_code == 503


async def test_closing_it_closes_the_transport_inside(subject: Subject) -> None:
    await subject.breaker.aclose()
    assert subject.wire.closed
