"""Two credentials of one service, with a breaker each and one budget: nothing leaks, in whatever order it happens."""

import asyncio
from dataclasses import dataclass, field

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.domain.errors import ConnectorError, Overloaded, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import Breaker, BreakerState
from connectors.transport.call import Call, attach
from connectors.transport.deadline import within
from connectors.transport.retry import Retry
from connectors.transport.retry_budget import RetryBudget
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.virtual_time import VirtualLoop

LEAST, ATTEMPTS, SHARE, FLOOR = 6, 3, 0.2, 0.4  # the floor: 4 retries in 10 s
CREDENTIALS = ("ours", "theirs")
DEADLINE = 8.0  # seconds
FAILED = [501, 503, 503, 503, Unavailable(Service.JIRA, "reset"), TimedOut(Service.JIRA, "slow")]
OTHERS = [200, 200, 404, 429, Overloaded(Service.JIRA)]
Outcome = int | ConnectorError


class Wire(httpx.AsyncBaseTransport):
    """The network of one credential: every request waits until a rule answers it."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.asked: list[tuple[str, float]] = []
        self.open: dict[asyncio.Future[Outcome], str] = {}
        self.failures = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self.asked.append((request.url.path, self._loop.time()))
        self.open[answer] = request.url.path
        try:
            outcome = await answer
        finally:
            del self.open[answer]
        if isinstance(outcome, ConnectorError):
            raise outcome
        return httpx.Response(outcome, request=request)

    def attempts(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)


@dataclass
class Stack:
    """What serves one credential, and the calls that wait for it, by path."""

    wire: Wire
    breaker: Breaker
    retry: Retry
    calls: dict[str, asyncio.Task[httpx.Response]] = field(default_factory=dict)
    repeatable: dict[str, bool] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)


class RetryMachine(RuleBasedStateMachine):
    """Calls in two names start, are answered, fail, are cancelled and wait, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.stats = ServiceStats(Service.JIRA)
        self.budget = RetryBudget(share=SHARE, floor=FLOOR, clock=self.loop.time)
        self.stacks = {credential: self._stack() for credential in CREDENTIALS}
        self.started = 0
        self.answered_well = 0

    def _stack(self) -> Stack:
        wire = Wire(self.loop)
        breaker = Breaker(wire, Service.JIRA, least=LEAST, clock=self.loop.time)
        retry = Retry(
            breaker, Service.JIRA, self.stats, self.budget, attempts=ATTEMPTS, random=lambda: 0.9, clock=self.loop.time
        )
        return Stack(wire, breaker, retry)

    @rule(credential=st.sampled_from(CREDENTIALS), repeatable=st.sampled_from([True, True, True, False]))
    def start(self, credential: str, repeatable: bool) -> None:  # noqa: FBT001 - hypothesis passes it by name
        stack, path = self.stacks[credential], f"/{self.started}"
        self.started += 1
        request = attach(httpx.Request("GET", f"https://vendor.example{path}"), Call(repeatable=repeatable))

        async def call() -> httpx.Response:
            with within(DEADLINE, self.loop.time):
                return await stack.retry.handle_async_request(request)

        stack.calls[path] = self.loop.create_task(call())
        stack.repeatable[path] = repeatable
        stack.begun[path] = self.loop.time()
        self.loop.advance()

    @precondition(lambda self: any(stack.wire.open for stack in self.stacks.values()))
    @rule(pick=st.integers(0, 99), outcome=st.sampled_from([*FAILED, *OTHERS]))
    def answer(self, pick: int, outcome: Outcome) -> None:
        waiting = [(stack.wire, answer) for stack in self.stacks.values() for answer in stack.wire.open]
        wire, answer = waiting[pick % len(waiting)]
        first = wire.attempts(wire.open[answer]) == 1
        self.answered_well += first and outcome in (200, 404)
        wire.failures += outcome in FAILED
        answer.set_result(outcome)
        self.loop.advance()

    @precondition(lambda self: any(stack.calls for stack in self.stacks.values()))
    @rule(pick=st.integers(0, 99))
    def cancel(self, pick: int) -> None:
        waiting = [(stack, path) for stack in self.stacks.values() for path in stack.calls]
        stack, path = waiting[pick % len(waiting)]
        late = self.loop.time() >= stack.begun[path] + DEADLINE  # then it was not answered in time
        stack.wire.failures += late and path in stack.wire.open.values()
        stack.calls[path].cancel()
        self.loop.advance()

    @rule(seconds=st.sampled_from([0.04, 0.2, 1.0, 5.0, 12.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.advance(seconds)

    @invariant()
    def whoever_is_done_is_forgotten(self) -> None:
        for stack in self.stacks.values():
            for path in [path for path, task in stack.calls.items() if task.done()]:
                task = stack.calls.pop(path)
                error = None if task.cancelled() else task.exception()
                assert error is None or isinstance(error, ConnectorError), f"a call ends as the stack promises: {error}"
                assert path not in stack.wire.open.values(), "no request outlives its caller"
        tasks = {task for stack in self.stacks.values() for task in stack.calls.values()}
        assert asyncio.all_tasks(self.loop) == tasks, "no task outlives its call"

    @invariant()
    def attempts_are_bounded(self) -> None:
        for stack in self.stacks.values():
            for path, repeatable in stack.repeatable.items():
                most = ATTEMPTS if repeatable else 1
                assert stack.wire.attempts(path) <= most, f"a call is sent {most} times at most"
            for path, at in stack.wire.asked:
                assert at <= stack.begun[path] + DEADLINE, "nothing is sent after its deadline"

    @invariant()
    def the_budget_holds_what_waits_and_nothing_else(self) -> None:
        waiting = sum(stack.repeatable[path] for stack in self.stacks.values() for path in stack.calls)
        assert 0 <= self.budget.reserved <= waiting, "only a call that is under way holds a retry of the budget"

    @invariant()
    def retries_are_bounded(self) -> None:
        now = self.loop.time()
        sent = [
            at
            for stack in self.stacks.values()
            for number, (path, at) in enumerate(stack.wire.asked)
            if any(earlier == path for earlier, _ in stack.wire.asked[:number])
        ]
        recent = sum(at // 1 > now // 1 - 10 for at in sent)
        bound = max(FLOOR * 10, SHARE * self.answered_well)
        assert recent <= bound, f"{recent} retries in 10 s, of {bound:g} that the budget allows"
        assert self.stats.totals.retries <= len(sent), "what is reported as a retry was sent"

    @invariant()
    def one_credential_never_pays_for_another(self) -> None:
        for credential, stack in self.stacks.items():
            # Each probe of an open breaker needs but one failure more.
            if stack.wire.failures < LEAST // 2:
                assert stack.breaker.state is BreakerState.CLOSED, (
                    f"{credential} has seen {stack.wire.failures} failures"
                )

    def teardown(self) -> None:
        for stack in self.stacks.values():
            for task in stack.calls.values():
                task.cancel()
        self.loop.advance(20)
        self.whoever_is_done_is_forgotten()
        assert self.budget.reserved == 0, "when all is over the budget is whole again"
        assert self.budget.left == FLOOR * 10
        assert not any(stack.wire.open for stack in self.stacks.values())
        self.loop.close()


TestRetryMachine = RetryMachine.TestCase
TestRetryMachine.settings = settings(derandomize=True, max_examples=50, stateful_step_count=50, deadline=None)
