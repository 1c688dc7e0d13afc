import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from connectors.domain.errors import Overloaded, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.deadline import within
from connectors.transport.limiter import Limiter
from tests.connectors.transport.held import Held, after, request
from tests.connectors.transport.virtual_time import INSTANT, clock, run

PERSON, NOBODY = Priority.INTERACTIVE, Priority.BACKGROUND
Task = asyncio.Task[httpx.Response]


class Subject:
    """A limiter over a network that holds its calls. `task` by name, as started."""

    def __init__(self, *, concurrency: int = 1, queue: int = 4) -> None:
        self.wire = Held()
        self.limiter = Limiter(self.wire, Service.GITHUB, concurrency=concurrency, queue=queue, clock=clock)
        self.task: dict[str, Task] = {}

    async def start(self, *names: str, priority: Priority = PERSON, deadline: float | None = None) -> None:
        for name in names:
            call = self._call(name, priority, deadline)
            self.task[name] = asyncio.create_task(call)
            await asyncio.sleep(INSTANT)

    async def end(self, *names: str) -> None:
        for name in names:
            self.wire.end(name)
            await asyncio.sleep(INSTANT)

    async def refusal(self, name: str) -> BaseException:
        (found,) = await asyncio.gather(self.task[name], return_exceptions=True)
        assert isinstance(found, BaseException)
        return found

    @property
    def counts(self) -> tuple[int, int]:
        return self.limiter.inside, self.limiter.waiting

    async def _call(self, name: str, priority: Priority, deadline: float | None) -> httpx.Response:
        if deadline is None:
            return await self.limiter.handle_async_request(request(name, priority))
        with within(deadline, clock):
            return await self.limiter.handle_async_request(request(name, priority))

    async def close(self) -> None:
        for task in self.task.values():
            task.cancel()
        await asyncio.gather(*self.task.values(), return_exceptions=True)
        assert self.counts == (0, 0), "whatever happened, nothing is left behind"


def limited(scenario: Callable[[Subject], Awaitable[None]], *, concurrency: int = 1, queue: int = 4) -> None:
    async def main() -> None:
        subject = Subject(concurrency=concurrency, queue=queue)
        await scenario(subject)
        await subject.close()

    run(main())


def test_so_many_calls_are_inside_and_the_others_wait_in_the_order_they_came() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "b", "c", "d")
        assert list(subject.wire.inside) == ["a", "b"]
        assert subject.counts == (2, 2)
        await subject.end("b")
        assert list(subject.wire.inside) == ["a", "c"]
        await subject.end("a", "c", "d")
        assert [task.result().status_code for task in subject.task.values()] == [200] * 4
        assert subject.wire.began == ["a", "b", "c", "d"]

    limited(scenario, concurrency=2)


def test_a_person_is_served_before_the_background_whoever_came_first() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("later", "last", priority=NOBODY)
        await subject.start("b", "c")
        await subject.end("a", "b", "c", "later", "last")
        assert subject.wire.began == ["a", "b", "c", "later", "last"]

    limited(scenario)


def test_a_call_beyond_the_queue_is_refused_at_once_and_never_sent() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "b", "c", "beyond")
        assert subject.task["beyond"].done()
        refusal = await subject.refusal("beyond")
        assert isinstance(refusal, Overloaded)
        assert refusal.service is Service.GITHUB
        await subject.start("background", priority=NOBODY)
        assert isinstance(await subject.refusal("background"), Overloaded)
        await subject.end("a", "b", "c")
        assert subject.wire.began == ["a", "b", "c"]

    limited(scenario, queue=2)


def test_a_person_takes_the_place_of_the_background_call_that_came_last() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "b")
        await subject.start("old", "young", priority=NOBODY)
        await subject.start("c")
        assert isinstance(await subject.refusal("young"), Overloaded)
        assert not subject.task["old"].done()
        await subject.start("d")
        assert isinstance(await subject.refusal("old"), Overloaded)
        await subject.start("e")
        assert isinstance(await subject.refusal("e"), Overloaded), "nobody gives way to their equal"
        await subject.end("a", "b", "c", "d")
        assert subject.wire.began == ["a", "b", "c", "d"]

    limited(scenario, queue=3)


def test_without_a_queue_nobody_waits() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "b")
        assert isinstance(await subject.refusal("b"), Overloaded)
        await subject.end("a")
        await subject.start("c")
        assert list(subject.wire.inside) == ["c"]

    limited(scenario, queue=0)


def test_a_waiter_leaves_when_its_deadline_passes_and_not_before() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("late", deadline=3)
        await subject.start("patient")
        await asyncio.sleep(2.9)
        assert not subject.task["late"].done()
        await asyncio.sleep(0.2)
        refusal = await subject.refusal("late")
        assert isinstance(refusal, TimedOut)
        assert str(refusal) == "GITHUB had no room for the call in time"
        assert subject.counts == (1, 1)
        await subject.end("a")
        assert list(subject.wire.inside) == ["patient"]

    limited(scenario)


def test_a_waiter_whose_deadline_has_passed_already_does_not_stay() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("late", deadline=0)
        assert isinstance(await subject.refusal("late"), TimedOut)

    limited(scenario)


def test_a_deadline_that_passes_after_the_slot_was_given_disturbs_nobody() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("b", deadline=3)
        await subject.end("a")
        await asyncio.sleep(10)
        await subject.end("b")
        assert subject.task["b"].result().status_code == 200

    limited(scenario)


def test_a_cancelled_waiter_leaves_and_the_next_one_is_served() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "gone", "next")
        subject.task["gone"].cancel()
        assert isinstance(await subject.refusal("gone"), asyncio.CancelledError)
        assert subject.counts == (1, 1)
        await subject.end("a")
        assert list(subject.wire.inside) == ["next"]

    limited(scenario)


@pytest.mark.parametrize("ticks", [0, 1, 2])
def test_a_slot_given_to_a_caller_who_leaves_in_the_same_moment_is_handed_on(ticks: int) -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "gone", "next")
        subject.wire.end("a")
        after(ticks, subject.task["gone"].cancel)  # before, as, and right after it is given the slot
        await asyncio.sleep(INSTANT)
        assert subject.task["gone"].cancelled()
        assert list(subject.wire.inside) == ["next"]
        assert subject.counts == (1, 0)
        await subject.end("next")
        assert subject.counts == (0, 0)

    limited(scenario)


def test_a_caller_who_leaves_as_its_place_is_taken_leaves_quietly() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("old", "young", priority=NOBODY)
        subject.task["young"].cancel()
        await subject.start("b")
        assert subject.task["young"].cancelled()
        assert not subject.task["old"].done(), "the place of one who had left was enough"

    limited(scenario, queue=2)


def test_a_caller_who_is_displaced_and_cancelled_at_once_gets_no_slot() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a")
        await subject.start("young", priority=NOBODY)
        person = asyncio.create_task(subject.limiter.handle_async_request(request("b")))
        subject.task["b"] = person
        await asyncio.sleep(0)  # `b` has taken the place, `young` has not heard of it
        subject.task["young"].cancel()
        await asyncio.sleep(INSTANT)
        assert subject.task["young"].cancelled()
        assert subject.counts == (1, 1)

    limited(scenario, queue=1)


def test_a_call_that_fails_or_is_cancelled_inside_leaves_its_slot() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", "b", "c")
        broken = Unavailable(Service.GITHUB, "reset")
        subject.wire.end("a", broken)
        assert await subject.refusal("a") is broken, "what is raised inside travels up unchanged"
        await asyncio.sleep(INSTANT)
        subject.task["b"].cancel()
        assert isinstance(await subject.refusal("b"), asyncio.CancelledError)
        await asyncio.sleep(INSTANT)
        assert list(subject.wire.inside) == ["c"]

    limited(scenario)


def test_one_slot_wakes_one_waiter() -> None:
    async def scenario(subject: Subject) -> None:
        await subject.start("a", *(f"w{number}" for number in range(200)))
        before = subject.counts
        subject.wire.end("a")
        await asyncio.sleep(INSTANT)
        assert before == (1, 200)
        assert subject.counts == (1, 199)
        assert sum(task.done() for task in subject.task.values()) == 1

    limited(scenario, queue=256)


def test_by_default_32_are_inside_and_256_wait() -> None:
    async def main() -> None:
        limiter = Limiter(Held(), Service.GITHUB)
        calls = [asyncio.create_task(limiter.handle_async_request(request(f"{number}"))) for number in range(289)]
        await asyncio.sleep(INSTANT)
        assert (limiter.inside, limiter.waiting) == (32, 256)
        assert isinstance(calls[-1].exception(), Overloaded)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert (limiter.inside, limiter.waiting) == (0, 0)

    run(main())


@pytest.mark.parametrize(("concurrency", "queue"), [(0, 1), (-1, 1), (1, -1)])
def test_limits_under_which_no_call_would_pass_are_refused(concurrency: int, queue: int) -> None:
    with pytest.raises(ValueError, match="no call passes"):
        Limiter(Held(), Service.GITHUB, concurrency=concurrency, queue=queue)


def test_closing_it_closes_the_transport_inside() -> None:
    wire = Held()
    run(Limiter(wire, Service.GITHUB).aclose())
    assert wire.closed
