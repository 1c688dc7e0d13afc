import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Malformed, Overloaded, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import LeftAlone
from connectors.transport.call import Call, attach
from connectors.transport.deadline import within
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import Ledger, ServiceStats, operation

URL = "https://vendor.example/"
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
RESET = Unavailable(Service.STRIPE, "reset")
SLOW = TimedOut(Service.STRIPE, "slow")
ALONE = LeftAlone(Service.STRIPE, "left alone")
GET = httpx.Request("GET", URL)
KEYED = attach(httpx.Request("POST", URL, content=b"amount=1"), Call(repeatable=True))
POST = httpx.Request("POST", URL, content=b"amount=1")

Outcome = int | Exception | httpx.Response


class Wire(httpx.AsyncBaseTransport):
    """Answers one outcome after the other, the last one for ever; keeps what was sent."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[bytes] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(await request.aread())
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome if isinstance(outcome, httpx.Response) else httpx.Response(outcome)

    async def aclose(self) -> None:
        self.closed = True


class Subject:
    """A retry over `outcomes`, with the defaults, whose waits are over at once; `random` is always `rand`."""

    def __init__(self, *outcomes: Outcome, rand: float = 0.5, attempts: int = 3) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.wire = Wire(*outcomes)
        self.stats = ServiceStats(Service.STRIPE)
        self.budget = RetryBudget(clock=self.clock)
        self.retry = Retry(
            self.wire,
            Service.STRIPE,
            self.stats,
            self.budget,
            attempts=attempts,
            random=lambda: rand,
            sleep=self.sleep,
            clock=self.clock,
            now=lambda: NOW,
        )

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def call(self, request: httpx.Request = GET) -> int | ConnectorError:
        """The status, or what was raised."""
        try:
            return (await self.retry.handle_async_request(request)).status_code
        except ConnectorError as error:
            return error


@pytest.mark.parametrize("request_", [GET, httpx.Request("HEAD", URL), KEYED])
@pytest.mark.parametrize("failure", [429, 500, 502, 503, 504, RESET, SLOW])
async def test_what_may_pass_is_tried_again_where_that_does_no_harm(request_: httpx.Request, failure: Outcome) -> None:
    subject = Subject(failure, failure, 200)
    assert await subject.call(request_) == 200
    assert len(subject.wire.sent) == 3
    assert subject.stats.totals.retries == 2


@pytest.mark.parametrize("failure", [429, 500, 503, RESET, SLOW])
async def test_a_write_without_an_idempotency_key_is_never_repeated(failure: Outcome) -> None:
    subject = Subject(failure)
    assert await subject.call(POST) == failure
    assert len(subject.wire.sent) == 1


async def test_a_read_that_says_it_must_not_be_repeated_is_not() -> None:
    subject = Subject(503)
    assert await subject.call(attach(httpx.Request("GET", URL), Call(repeatable=False))) == 503
    assert len(subject.wire.sent) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        *(200, 201, 304, 400, 401, 403, 404, 408, 409, 422, 501, 505),
        *(Malformed(Service.STRIPE, "$", "not JSON"), Overloaded(Service.STRIPE), RateLimited(Service.STRIPE, 1)),
    ],
)
async def test_nothing_else_is_tried_again(outcome: Outcome) -> None:
    subject = Subject(outcome)
    assert await subject.call(KEYED) == outcome
    assert (len(subject.wire.sent), subject.waits) == (1, [])


async def test_a_bug_inside_is_not_tried_again() -> None:
    subject = Subject(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await subject.call()
    assert len(subject.wire.sent) == 1


async def test_after_three_attempts_the_last_answer_travels_up_unchanged() -> None:
    last = httpx.Response(503, content=b"third")
    subject = Subject(500, RESET, last)
    assert await subject.retry.handle_async_request(GET) is last
    failing = Subject(500, 502, SLOW)
    assert await failing.call() is SLOW
    assert len(failing.wire.sent) == 3


@pytest.mark.parametrize("attempts", [1, 2, 5])
async def test_the_number_of_attempts_can_be_set(attempts: int) -> None:
    subject = Subject(503, attempts=attempts)
    assert await subject.call() == 503
    assert len(subject.wire.sent) == attempts


async def test_a_repeated_write_carries_the_same_body() -> None:
    subject = Subject(503, 503, 200)
    await subject.call(KEYED)
    assert subject.wire.sent == [b"amount=1"] * 3


@pytest.mark.parametrize(
    ("failure", "waits"), [(503, [0.025, 0.05, 0.1]), (RESET, [0.025, 0.05, 0.1]), (429, [0.5, 1.0, 2.0])]
)
async def test_waits_grow_twofold_from_fifty_milliseconds_or_from_a_second_when_throttled(
    failure: Outcome, waits: list[float]
) -> None:
    subject = Subject(failure, attempts=4)
    await subject.call()
    assert subject.waits == pytest.approx(waits)


async def test_no_wait_is_longer_than_twenty_seconds() -> None:
    subject = Subject(503, attempts=14, rand=1.0)
    await subject.call()
    assert subject.waits[-5:] == pytest.approx([12.8, 20, 20, 20, 20])


@pytest.mark.parametrize("rand", [0.0, 0.25, 0.999])
async def test_waits_are_spread_over_the_whole_range_by_chance(rand: float) -> None:
    subject = Subject(503, rand=rand)
    await subject.call()
    assert subject.waits == pytest.approx([0.05 * rand, 0.1 * rand])


def asking(status: int, retry_after: str) -> httpx.Response:
    return httpx.Response(status, headers={"Retry-After": retry_after})


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("value", ["7", "Sun, 22 Nov 2026 12:00:07 GMT"])
async def test_a_service_is_given_the_pause_that_it_asks_for(status: int, value: str) -> None:
    subject = Subject(asking(status, value), 200)
    assert await subject.call() == 200
    assert subject.waits == [7]


@pytest.mark.parametrize("value", ["0", "-5", "soon", "nan", "Sun, 22 Nov 2026 11:00:00 GMT"])
async def test_a_pause_of_nothing_or_nonsense_leaves_the_wait_as_it_is(value: str) -> None:
    subject = Subject(asking(503, value), 200)
    await subject.call()
    assert subject.waits == pytest.approx([0.025])


@pytest.mark.parametrize(("left", "sent"), [(7.2, 2), (7.11, 2), (7.05, 1), (7.0, 1), (0.0, 1)])
async def test_a_wait_that_leaves_no_time_for_the_call_is_not_begun(left: float, sent: int) -> None:
    subject = Subject(asking(429, "7"), 200)
    with within(left, subject.clock):
        assert await subject.call() == (200 if sent == 2 else 429)
    assert len(subject.wire.sent) == sent
    assert subject.waits == [7.0] * (sent - 1)


async def test_a_service_that_asks_for_more_than_twenty_seconds_is_not_waited_for() -> None:
    subject = Subject(asking(503, "20"), asking(503, "21"))
    assert await subject.call() == 503
    assert subject.waits == [20]


async def test_an_error_at_the_deadline_is_given_at_once() -> None:
    subject = Subject(SLOW)
    with within(0.1, subject.clock):
        assert await subject.call() is SLOW
    assert (len(subject.wire.sent), subject.waits) == (1, [])


def advising(status: int, advice: str) -> httpx.Response:
    return httpx.Response(status, headers={"Stripe-Should-Retry": advice})


@pytest.mark.parametrize(
    ("status", "advice", "sent"),
    [
        *(
            (409, "true", 2),
            (400, "true", 2),
            (503, "true", 2),
            (503, "false", 1),
            (429, "false", 1),
            (409, "false", 1),
        ),
        *((503, "perhaps", 2), (409, "perhaps", 1), (200, "true", 1)),
    ],
)
async def test_the_service_knows_best_what_is_worth_another_attempt(status: int, advice: str, sent: int) -> None:
    subject = Subject(advising(status, advice), 201)
    assert await subject.call(KEYED) == (201 if sent == 2 else status)
    assert len(subject.wire.sent) == sent


async def test_no_advice_makes_an_unsafe_write_repeatable() -> None:
    subject = Subject(advising(409, "true"))
    assert await subject.call(POST) == 409
    assert len(subject.wire.sent) == 1


async def test_what_the_breaker_keeps_back_is_not_tried_again_and_costs_nothing() -> None:
    subject = Subject(ALONE)
    before = subject.budget.left
    for _ in range(50):
        assert await subject.call() is ALONE
    assert len(subject.wire.sent) == 50
    assert (subject.budget.left, subject.stats.totals.retries) == (before, 0)


async def test_a_retry_that_the_breaker_keeps_back_costs_nothing_either() -> None:
    subject = Subject(503, ALONE)
    before = subject.budget.left
    assert await subject.call() is ALONE
    assert (subject.budget.left, subject.budget.reserved, subject.stats.totals.retries) == (before, 0, 0)


async def test_without_budget_the_first_answer_is_given_at_once() -> None:
    subject = Subject(503)
    while subject.budget.reserve():
        pass
    assert await subject.call() == 503
    assert (len(subject.wire.sent), subject.waits) == (1, [])


async def test_each_retry_takes_one_from_the_budget() -> None:
    subject = Subject(503)
    before = subject.budget.left
    await subject.call()
    assert (before - subject.budget.left, subject.budget.reserved) == (2, 0)


@pytest.mark.parametrize(
    ("outcomes", "deposits"),
    [((200,), 1), ((404,), 1), ((429, 200), 0), ((503, 200), 0), ((501,), 0), ((RESET, 200), 0)],
)
async def test_only_a_call_that_is_answered_well_at_once_gives_back(
    outcomes: tuple[Outcome, ...], deposits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject(*outcomes)
    given: list[None] = []
    monkeypatch.setattr(subject.budget, "deposit", lambda: given.append(None))
    await subject.call()
    assert len(given) == deposits


async def test_retries_are_entered_in_the_ledger_of_their_operation() -> None:
    subject = Subject(503, 200)
    with operation(Ledger()) as ledger:
        await subject.call()
    assert ledger.meter(Service.STRIPE).retries == 1


async def test_closing_it_closes_the_transport_inside() -> None:
    subject = Subject(200)
    await subject.retry.aclose()
    assert subject.wire.closed


class Waiting:
    """A call that waits for its second attempt, or whose second attempt is never answered."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.budget = RetryBudget()
        self.stats = ServiceStats(Service.STRIPE)

    async def forever(self, _: float = 0) -> None:
        self.reached.set()
        await asyncio.Event().wait()

    async def cancelled(self, call: asyncio.Task[httpx.Response]) -> None:
        await self.reached.wait()
        assert self.budget.reserved == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


@pytest.fixture
async def waiting() -> AsyncIterator[Waiting]:
    waiting = Waiting()
    yield waiting
    assert waiting.budget.reserved == 0, "a cancelled call keeps nothing of the budget"


async def test_a_wait_that_is_cancelled_was_no_retry(waiting: Waiting) -> None:
    retry = Retry(Wire(503), Service.STRIPE, waiting.stats, waiting.budget, sleep=waiting.forever)
    before = waiting.budget.left
    await waiting.cancelled(asyncio.create_task(retry.handle_async_request(GET)))
    assert (waiting.budget.left, waiting.stats.totals.retries) == (before, 0)


async def test_a_retry_that_is_cancelled_under_way_was_one(waiting: Waiting) -> None:
    class FirstOnly(Wire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.sent:
                await waiting.forever()
            return await super().handle_async_request(request)

    async def at_once(_: float) -> None:
        return

    retry = Retry(FirstOnly(503), Service.STRIPE, waiting.stats, waiting.budget, sleep=at_once)
    before = waiting.budget.left
    await waiting.cancelled(asyncio.create_task(retry.handle_async_request(GET)))
    assert (before - waiting.budget.left, waiting.stats.totals.retries) == (1, 1)
