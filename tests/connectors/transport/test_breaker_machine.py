"""No order of events makes the breaker lose its chance to close, send while it is open, or try with two calls."""

import asyncio
from dataclasses import dataclass

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.domain.errors import ConnectorError, Malformed, Overloaded, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import Breaker, BreakerState, LeftAlone
from tests.connectors.transport.virtual_time import VirtualLoop

LEAST, SHARE, WINDOW, OPEN_FOR = 4, 0.5, 10.0, 5.0
ANSWERED = [200, 404, 429, Malformed(Service.JIRA, "$", "no JSON")]
FAILED = [500, 503, Unavailable(Service.JIRA, "reset"), TimedOut(Service.JIRA, "slow")]
UNSENT = [Overloaded(Service.JIRA)]
Outcome = int | ConnectorError


@dataclass(frozen=True)
class Flight:
    """A call on the wire: in which period it was sent, and whether it is to try the service."""

    task: asyncio.Task[httpx.Response]
    answer: asyncio.Future[Outcome]
    period: int
    probe: bool


class Model:
    """The rule in plain words: a list of all that happened, looked through at every question."""

    def __init__(self) -> None:
        self.period = 0
        self.opened_at: float | None = None
        self.probing = False
        self.outcomes: list[tuple[float, bool]] = []

    def state(self, now: float) -> BreakerState:
        if self.opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.opened_at + OPEN_FOR - now > 0 else BreakerState.HALF_OPEN

    def ended(self, flight: Flight, now: float, *, failed: bool | None) -> None:
        if flight.period != self.period:
            return
        if flight.probe:
            self.probing = False
            if failed is not None:
                self.turn(now if failed else None)
        elif failed is not None:
            self.outcomes.append((now, failed))
            # The window is ten buckets of a second, the running one among them.
            recent = [failure for at, failure in self.outcomes if at // 1 > now // 1 - WINDOW]
            if len(recent) >= LEAST and recent.count(True) >= SHARE * len(recent):
                self.turn(now)

    def turn(self, opened_at: float | None) -> None:
        self.opened_at = opened_at
        self.period += 1
        self.outcomes.clear()


class BreakerMachine(RuleBasedStateMachine):
    """Calls start, end in every way, and overlap as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.sent: list[asyncio.Future[Outcome]] = []
        self.flights: list[Flight] = []
        self.model = Model()
        wire = httpx.MockTransport(self._asked)
        self.breaker = Breaker(
            wire, Service.JIRA, window=WINDOW, least=LEAST, share=SHARE, open_for=OPEN_FOR, clock=self.loop.time
        )

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        answer: asyncio.Future[Outcome] = self.loop.create_future()
        self.sent.append(answer)
        outcome = await answer
        if isinstance(outcome, ConnectorError):
            raise outcome
        return httpx.Response(outcome, request=request)

    @rule()
    def start(self) -> None:
        state, sent = self.model.state(self.loop.time()), len(self.sent)
        admitted = state is BreakerState.CLOSED or (state is BreakerState.HALF_OPEN and not self.model.probing)
        request = httpx.Request("GET", "https://vendor.example/")
        task = self.loop.create_task(self.breaker.handle_async_request(request))
        self.loop.advance()
        assert len(self.sent) - sent == int(admitted), f"{state}: a call is sent where the state allows it, else not"
        if admitted:
            self.model.probing = state is BreakerState.HALF_OPEN
            self.flights.append(Flight(task, self.sent[-1], self.model.period, self.model.probing))
        else:
            assert isinstance(task.exception(), LeftAlone), "a call that is not sent is refused at once"

    @precondition(lambda self: self.flights)
    @rule(pick=st.integers(0, 9), outcome=st.sampled_from([*ANSWERED, *FAILED, *FAILED, *UNSENT]))
    def answer(self, pick: int, outcome: Outcome) -> None:
        flight = self.flights.pop(pick % len(self.flights))
        flight.answer.set_result(outcome)
        self.model.ended(flight, self.loop.time(), failed=None if outcome in UNSENT else outcome in FAILED)
        self.loop.advance()
        if isinstance(outcome, ConnectorError):
            assert flight.task.exception() is outcome, "what is raised inside travels up unchanged"
        else:
            assert flight.task.result().status_code == outcome

    @precondition(lambda self: self.flights)
    @rule(pick=st.integers(0, 9))
    def cancel(self, pick: int) -> None:
        flight = self.flights.pop(pick % len(self.flights))
        flight.task.cancel()
        self.model.ended(flight, self.loop.time(), failed=None)
        self.loop.advance()
        assert flight.task.cancelled()

    @rule(seconds=st.sampled_from([0.3, 1.0, 4.0, 5.0, 11.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.advance(seconds)

    @invariant()
    def the_state_is_the_models(self) -> None:
        now = self.loop.time()
        assert self.breaker.state is self.model.state(now), "the breaker follows its rule"
        assert (self.breaker.retry_after > 0) == (self.model.state(now) is BreakerState.OPEN)

    @invariant()
    def one_probe_at_most_is_under_way(self) -> None:
        probes = sum(flight.probe and flight.period == self.model.period for flight in self.flights)
        assert probes == int(self.model.probing), "half-open, exactly one call tries the service"

    @invariant()
    def nothing_is_left_behind(self) -> None:
        tasks = {flight.task for flight in self.flights}
        assert asyncio.all_tasks(self.loop) == tasks, "no task outlives its call"
        assert sum(not answer.done() for answer in self.sent) == len(tasks), "no call outlives its caller"

    def teardown(self) -> None:
        while self.flights:
            self.cancel(0)
        self.loop.advance(OPEN_FOR)
        self.start()
        assert self.flights, "whatever happened, the next call has its chance"
        self.answer(0, 200)
        assert self.breaker.state is BreakerState.CLOSED
        self.loop.close()


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(derandomize=True, max_examples=60, stateful_step_count=50, deadline=None)
