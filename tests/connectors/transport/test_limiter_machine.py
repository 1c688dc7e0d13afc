"""Two credentials of one service, each with its limiter: no order of events loses a slot, or lets one too many in."""

import asyncio

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectors.domain.errors import Overloaded, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.deadline import within
from connectors.transport.limiter import Limiter
from tests.connectors.transport.held import Held, after, request
from tests.connectors.transport.virtual_time import VirtualLoop

CONCURRENCY, QUEUE = 2, 3
CREDENTIALS = st.sampled_from(["ours", "theirs"])
DEADLINES = st.sampled_from([1.5, 4.5, 1e6])
PICK = st.integers(0, 9)


class Line:
    """One credential: its limiter, and in plain lists who is inside and who waits."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.wire = Held()
        self.limiter = Limiter(self.wire, Service.JIRA, concurrency=CONCURRENCY, queue=QUEUE, clock=loop.time)
        self.tasks: dict[str, asyncio.Task[httpx.Response]] = {}
        self.inside: list[str] = []
        self.waiting: list[tuple[Priority, int, str]] = []
        self.ends: dict[str, float] = {}

    def leave(self, name: str) -> None:
        """Who is inside leaves, and the first of the line comes in."""
        self.inside.remove(name)
        if self.waiting:
            self.waiting.sort()
            self.inside.append(self.waiting.pop(0)[2])

    def enter(self, name: str, number: int, priority: Priority) -> str | None:
        """Takes the call in where there is room; gives who is refused."""
        if len(self.inside) < CONCURRENCY:
            self.inside.append(name)
            return None
        refused = None
        if len(self.waiting) == QUEUE:
            last = max(self.waiting)
            if last[0] <= priority:
                return name
            self.waiting.remove(last)
            refused = last[2]
        self.waiting.append((priority, number, name))
        return refused


class LimiterMachine(RuleBasedStateMachine):
    """Calls start, end, fail, are cancelled, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.lines = {credential: Line(self.loop) for credential in ("ours", "theirs")}
        self.started = 0

    @rule(credential=CREDENTIALS, crowd=st.lists(st.sampled_from(Priority), min_size=1, max_size=5), deadline=DEADLINES)
    def start(self, credential: str, crowd: list[Priority], deadline: float) -> None:
        for priority in crowd:
            self._start(credential, priority, deadline)

    def _start(self, credential: str, priority: Priority, deadline: float) -> None:
        self.started += 1
        line, name = self.lines[credential], f"{credential}{self.started}"

        async def call() -> httpx.Response:
            with within(deadline, self.loop.time):
                return await line.limiter.handle_async_request(request(name, priority))

        line.tasks[name] = self.loop.create_task(call())
        line.ends[name] = self.loop.time() + deadline
        refused = line.enter(name, self.started, priority)
        self.loop.advance()
        if refused:
            error = line.tasks.pop(refused).exception()
            assert isinstance(error, Overloaded), f"law of the queue: {refused} is refused at once, and says why"

    @rule(credential=CREDENTIALS, pick=PICK, fails=st.booleans())
    def end(self, credential: str, pick: int, *, fails: bool) -> None:
        line = self.lines[credential]
        if line.inside:
            name = line.inside[pick % len(line.inside)]
            line.wire.end(name, Unavailable(Service.JIRA, "reset") if fails else None)
            line.leave(name)
            self.loop.advance()
            assert line.tasks[name].done(), "law of passage: an answer goes to its caller"
            assert isinstance(line.tasks.pop(name).exception(), Unavailable if fails else type(None))

    @rule(credential=CREDENTIALS, pick=PICK, ticks=st.none() | st.integers(0, 2))
    def cancel(self, credential: str, pick: int, ticks: int | None) -> None:
        """Sometimes in the very moment in which a slot is left: so many ticks after."""
        line = self.lines[credential]
        names = [*(name for _, _, name in sorted(line.waiting)), *line.inside]
        if not names:
            return
        name = names[pick % len(names)]
        if ticks is not None and line.inside[0] != name:
            leaver = line.inside[0]
            line.wire.end(leaver)
            self.loop.call_soon(after, ticks, line.tasks[name].cancel)
            self._gone(line, name)
            line.leave(leaver)
            self.loop.advance()
            assert line.tasks.pop(leaver).result().status_code == 200
        else:
            line.tasks[name].cancel()
            self._gone(line, name)
            self.loop.advance()
        assert line.tasks.pop(name).cancelled(), "law of cancellation: it passes through untouched"

    @rule(seconds=st.integers(1, 3))
    def pass_time(self, seconds: int) -> None:
        self.loop.advance(seconds)
        for line in self.lines.values():
            late = [entry for entry in line.waiting if line.ends[entry[2]] < self.loop.time()]
            for entry in late:
                line.waiting.remove(entry)
                error = line.tasks.pop(entry[2]).exception()
                assert isinstance(error, TimedOut), "law of the deadline: nobody waits longer"

    def _gone(self, line: Line, name: str) -> None:
        if name in line.inside:
            line.leave(name)
        line.waiting = [entry for entry in line.waiting if entry[2] != name]

    @invariant()
    def the_books_agree(self) -> None:
        for line in self.lines.values():
            assert sorted(line.wire.inside) == sorted(line.inside), "law of order: priority first, then who came first"
            assert line.limiter.inside == len(line.inside) <= CONCURRENCY, "law of the slots: none lost, none invented"
            assert line.limiter.waiting == len(line.waiting) <= QUEUE, "law of the queue: nobody stays in it by mistake"
            assert not line.waiting or len(line.inside) == CONCURRENCY, "law of work: nobody waits beside a free slot"
            assert len(line.tasks) == len(line.inside) + len(line.waiting), "law of callers: each is told its outcome"

    def teardown(self) -> None:
        for line in self.lines.values():
            tasks = list(line.tasks.values())
            for task in tasks:
                task.cancel()
            self.loop.advance()
            assert all(task.cancelled() for task in tasks)
            assert (line.limiter.inside, line.limiter.waiting) == (0, 0), "law of the end: nothing is left behind"
        self.loop.close()


LimiterMachine.TestCase.settings = settings(derandomize=True, max_examples=80, stateful_step_count=40, deadline=None)
TestLimiterMachine = LimiterMachine.TestCase
