"""A store that is out of reach: found so once, told to everybody at once, and found again by one who tries."""

import asyncio
from collections.abc import Awaitable

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure, PyMongoError, ServerSelectionTimeoutError

from connectors.domain.errors import Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.mongo.driver import POOL, THREADS, Calls
from connectors.mongo.reach import OutOfReach, Reach
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.timeless import turns


class Driver:
    """What is asked of it is in `asked` until a test answers."""

    def __init__(self) -> None:
        self.asked: list[asyncio.Future[int]] = []

    def __call__(self) -> Awaitable[int]:
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.asked.append(answer)
        return answer

    def is_gone(self, number: int = -1) -> None:
        self.asked[number].set_exception(ServerSelectionTimeoutError("no server"))


class Subject:
    """Calls over a driver in a test's hands."""

    def __init__(self) -> None:
        self.driver = Driver()
        self.stats = ServiceStats(Service.STORE)
        self.calls = Calls(self.stats)

    def start(self) -> "asyncio.Task[int]":
        return asyncio.ensure_future(self.calls(self.driver))

    async def lost(self) -> "Subject":
        """Once somebody has found it gone."""
        first = self.start()
        await turns()
        self.driver.is_gone()
        with pytest.raises(Unavailable):
            await first
        return self


async def test_while_it_is_gone_one_call_tries_and_the_others_are_told_at_once() -> None:
    subject = await Subject().lost()
    calls = [subject.start() for _ in range(100)]
    await turns()
    assert len(subject.driver.asked) == 2
    told = [call for call in calls if call.done()]
    assert len(told) == 99
    assert {str(call.exception()) for call in told} == {"STORE cannot be reached"}
    assert (subject.stats.totals.calls, subject.stats.totals.errors) == (2, 100)
    subject.driver.is_gone()
    with pytest.raises(Unavailable):
        await calls[0]
    again = subject.start()
    await turns()
    assert len(subject.driver.asked) == 3, "and the next one tries again"
    subject.driver.asked[-1].set_result(7)
    assert await again == 7


@pytest.mark.parametrize(
    "refusal", [DuplicateKeyError("taken"), OperationFailure("no", 13), OperationFailure("bad", 2)]
)
async def test_an_answer_ends_it_for_everybody_and_a_refusal_is_one(refusal: PyMongoError) -> None:
    subject = await Subject().lost()
    assert subject.stats.state == "down"
    first = subject.start()
    await turns()
    subject.driver.asked[-1].set_exception(refusal)
    with pytest.raises((PyMongoError, Unauthorized)):
        await first
    calls = [subject.start() for _ in range(3)]
    await turns()
    assert len(subject.driver.asked) == 5
    for answer in subject.driver.asked[-3:]:
        answer.set_result(7)
    assert await asyncio.gather(*calls) == [7, 7, 7]


async def test_who_waits_for_a_turn_is_told_as_well_and_nothing_of_theirs_is_sent() -> None:
    subject = Subject()
    calls = [subject.start() for _ in range(100)]
    await turns()
    under_way = len(subject.driver.asked)
    assert 5 <= under_way <= 32
    for number in range(under_way):
        subject.driver.is_gone(number)
    await turns(100)
    assert len(subject.driver.asked) == under_way + 1
    assert sum(call.done() for call in calls) == 99
    subject.driver.is_gone()
    assert {type(one) for one in await asyncio.gather(*calls, return_exceptions=True)} == {Unavailable}


async def test_who_tries_and_goes_away_leaves_it_to_the_next() -> None:
    subject = await Subject().lost()
    gone = subject.start()
    await turns()
    gone.cancel()
    await asyncio.wait({gone})
    heir = subject.start()
    await turns()
    subject.driver.asked[-1].set_result(7)
    assert await heir == 7


async def test_a_call_that_may_take_long_tries_nothing() -> None:
    subject = await Subject().lost()
    with pytest.raises(Unavailable):
        await subject.calls(subject.driver, 600)
    assert len(subject.driver.asked) == 1


async def test_a_connection_that_breaks_off_says_nothing_of_others() -> None:
    subject = Subject()
    call = subject.start()
    await turns()
    subject.driver.asked[-1].set_exception(AutoReconnect("closed"))
    with pytest.raises(Unavailable):
        await call
    calls = [subject.start() for _ in range(2)]
    await turns()
    assert len(subject.driver.asked) == 3
    for answer in subject.driver.asked[-2:]:
        answer.set_result(7)
    assert await asyncio.gather(*calls) == [7, 7]


async def test_what_only_saves_work_tries_nothing_and_is_in_no_figures() -> None:
    subject = Subject()
    first = asyncio.ensure_future(subject.calls.in_passing(subject.driver, 1))
    await turns()
    subject.driver.is_gone()
    assert await first is None
    assert await subject.calls.in_passing(subject.driver, 1) is None
    assert len(subject.driver.asked) == 1
    assert (subject.stats.totals.calls, subject.stats.totals.errors) == (0, 0)


async def test_what_only_saves_work_is_not_waited_for() -> None:
    subject = Subject()
    most = min(POOL, THREADS)
    asked = (subject.calls.in_passing(subject.driver, 0.01) for _ in range(most))
    assert await asyncio.gather(*asked) == [None] * most
    late = subject.start()
    await turns()
    assert len(subject.driver.asked) == most, "each of them still keeps a thread"
    for number in range(most):
        subject.driver.is_gone(number)
    await turns()
    assert len(subject.driver.asked) == most + 1, "they have found it gone, and the next one tries"
    subject.driver.asked[-1].set_result(7)
    assert await late == 7


async def test_turns_are_given_back_whatever_happens() -> None:
    reach = Reach(1)
    reach.lose()
    for _ in range(3):
        with pytest.raises(OutOfReach):
            async with reach.turn(may_try=False):
                pass
        with pytest.raises(KeyError):
            async with reach.turn():
                raise KeyError
    assert reach.find()
    assert not reach.find(), "that is no news"
    async with reach.turn(may_try=False):
        assert not reach.lost


async def test_the_end_waits_for_what_nobody_else_waits_for() -> None:
    subject = Subject()
    assert await subject.calls.in_passing(subject.driver, 0.01) is None
    ending = asyncio.ensure_future(subject.calls.end())
    await turns()
    assert not ending.done()
    subject.driver.asked[0].set_result(7)
    await ending


async def test_but_not_for_ever() -> None:
    subject = Subject()
    assert await subject.calls.in_passing(subject.driver, 0.01) is None
    await subject.calls.end(limit=0.01)
    subject.driver.is_gone()
    await subject.calls.end()
