import httpx
import pytest

from connectors.domain.errors import Malformed, Overloaded, RateLimited
from connectors.domain.service import Service
from connectors.transport.breaker import LeftAlone
from connectors.transport.call import Call, attach
from connectors.transport.stats import Ledger, operation
from tests.connectors.transport.retrying import GET, RESET, SLOW, Outcome, Subject

URL = str(GET.url)
ALONE = LeftAlone(Service.STRIPE, "left alone")
KEYED = attach(httpx.Request("POST", URL, content=b"amount=1"), Call(repeatable=True))
POST = httpx.Request("POST", URL, content=b"amount=1")


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
    for _ in range(subject.budget.left):
        assert subject.budget.reserve()
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
