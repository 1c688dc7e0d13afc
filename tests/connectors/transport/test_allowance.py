"""Memory for bodies: who gets it, who waits, and that everybody gets a turn."""

import asyncio
from contextlib import ExitStack

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.transport.allowance import FREE, SIZE, STEP, Allowance, Share
from connectors.transport.wire import LARGEST
from tests.connectors.transport.virtual_time import VirtualLoop

KB = 1024
MIB = 2**20


def test_ordinary_bodies_cost_nothing_however_many_there_are() -> None:
    allowance = Allowance()
    with ExitStack() as bodies:
        for _ in range(1000):
            assert bodies.enter_context(allowance.share(LARGEST)).covers(FREE)
        assert allowance.held == 0


def test_what_is_beyond_is_given_in_steps_and_comes_back_at_the_end() -> None:
    allowance = Allowance()
    with allowance.share(LARGEST) as share:
        assert share.covers(FREE + 1)
        assert allowance.held == STEP
        assert share.covers(FREE + STEP)
        assert allowance.held == STEP
        assert share.covers(LARGEST)
        assert allowance.held == LARGEST - FREE
    assert allowance.held == 0


def test_one_body_can_always_grow_to_its_limit_whatever_the_others_have() -> None:
    allowance = Allowance()
    with ExitStack() as bodies:
        shares = [bodies.enter_context(allowance.share(LARGEST)) for _ in range(40)]
        for length in range(FREE, LARGEST + STEP, STEP):
            covered = [share for share in shares if share.covers(min(length, LARGEST))]
            assert covered, "nobody could finish"
            assert allowance.held <= SIZE
        assert [share.held for share in covered] == [LARGEST - FREE]


def test_bodies_that_say_how_long_they_are_go_side_by_side() -> None:
    allowance = Allowance()
    with ExitStack() as bodies:
        shares = [bodies.enter_context(allowance.share(350 * KB)) for _ in range(32)]
        assert all(share.covers(350 * KB) for share in shares)


def test_a_body_that_may_be_larger_than_all_there_is_can_have_all_there_is() -> None:
    allowance = Allowance(size=MIB)
    with allowance.share(5 * MIB) as share:
        assert share.covers(4 * MIB)
        assert allowance.held == MIB


async def test_who_waits_goes_on_as_soon_as_there_is_enough() -> None:
    allowance = Allowance(size=MIB, free=0)
    with ExitStack() as first, allowance.share(MIB) as second:
        one = first.enter_context(allowance.share(MIB))
        assert one.covers(MIB)
        assert not second.covers(1)
        waiting = asyncio.create_task(second.cover(1))
        await asyncio.sleep(0)
        assert (allowance.waiting, waiting.done()) == (1, False)
        first.close()
        await waiting
        assert (allowance.waiting, second.held) == (0, STEP)


async def test_who_no_longer_waits_is_given_nothing() -> None:
    allowance = Allowance(size=MIB, free=0)
    with ExitStack() as first, allowance.share(MIB) as second:
        assert first.enter_context(allowance.share(MIB)).covers(MIB)
        waiting = asyncio.create_task(second.cover(1))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        first.close()
        assert (allowance.waiting, allowance.held) == (0, 0)


async def test_who_is_given_and_cancelled_in_one_moment_gives_back() -> None:
    allowance = Allowance(size=MIB, free=0)

    async def body() -> None:
        with allowance.share(MIB) as share:
            await share.cover(1)

    with ExitStack() as first:
        assert first.enter_context(allowance.share(MIB)).covers(MIB)
        waiting = asyncio.create_task(body())
        await asyncio.sleep(0)
        first.close()
        assert allowance.held == STEP
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (allowance.waiting, allowance.held) == (0, 0)


class Body:
    """One that grows in its own task as far as a test says."""

    def __init__(self, allowance: Allowance, most: int) -> None:
        self.most = most
        self.length = 0
        self.share: Share | None = None
        self.more: asyncio.Queue[int | None] = asyncio.Queue()
        self._allowance = allowance

    async def arrive(self) -> None:
        with self._allowance.share(self.most) as self.share:
            while (step := await self.more.get()) is not None:
                length = min(self.length + step, self.most)
                if not self.share.covers(length):
                    await self.share.cover(length)
                self.length = length


class Sharing(RuleBasedStateMachine):
    """Bodies that begin, grow, end and are given up in any order."""

    size, free = 20, 2  # with steps of one byte: what is held is the memory in bytes

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.allowance = Allowance(self.size * STEP, self.free * STEP)
        self.bodies: dict[asyncio.Task[None], Body] = {}

    @rule(most=st.integers(1, 22))
    def begin(self, most: int) -> None:
        body = Body(self.allowance, most * STEP)
        self.bodies[self.loop.create_task(body.arrive())] = body
        self._settle()

    @precondition(lambda self: self.bodies)
    @rule(data=st.data(), step=st.integers(1, 9))
    def grow(self, data: st.DataObject, step: int) -> None:
        data.draw(st.sampled_from(list(self.bodies.values()))).more.put_nowait(step * STEP)
        self._settle()

    @precondition(lambda self: self.bodies)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(list(self.bodies.values()))).more.put_nowait(None)
        self._settle()

    @precondition(lambda self: self.bodies)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(list(self.bodies))).cancel()
        self._settle()

    @precondition(lambda self: self.bodies)
    @rule()
    def all_go_on_to_their_limits_and_end(self) -> None:
        for body in self.bodies.values():
            body.more.put_nowait(body.most)
            body.more.put_nowait(None)
        self._settle()
        assert not self.bodies, "bodies wait for each other for ever"

    def _settle(self) -> None:
        for _ in range(4 * len(self.bodies) + 4):
            self.loop.advance()
        self.bodies = {task: body for task, body in self.bodies.items() if not task.done()}

    @invariant()
    def memory_is_bounded(self) -> None:
        assert self.allowance.held <= self.size * STEP, "more is given away than there is"
        beyond = sum(max(0, body.length - self.free * STEP) for body in self.bodies.values())
        assert beyond <= self.allowance.held, "a body has more than it was given"

    @invariant()
    def somebody_can_go_on(self) -> None:
        wanting = [body for body in self.bodies.values() if body.more.qsize()]
        assert self.allowance.waiting <= len(self.bodies), "somebody waits who is gone"
        assert not wanting or self.allowance.waiting, "a body stands still and does not wait"

    def teardown(self) -> None:
        for task in self.bodies:
            task.cancel()
        self._settle()
        assert (self.allowance.held, self.allowance.waiting) == (0, 0), "memory leaked"
        self.loop.close()


TestSharing = Sharing.TestCase
TestSharing.settings = settings(derandomize=True, max_examples=80, stateful_step_count=30, deadline=None)
