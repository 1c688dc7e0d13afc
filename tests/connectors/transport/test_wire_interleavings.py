"""No order of events loses a connection's place, or gives an answer to another call than the one that asked."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import httpx
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from connectors.domain.errors import Unavailable
from tests.acceptance.faults import read_request, serving
from tests.connectors.transport.wire_peer import Line, Reader, Writer, reply, wire_to

T = TypeVar("T")
PLACES = 2
PATIENCE = 2.0  # seconds, for what loopback does in a millisecond

Ending = Callable[[Writer, bytes], None]


def answers(writer: Writer, path: bytes) -> None:
    writer.write(reply(path))


def answers_and_closes(writer: Writer, path: bytes) -> None:
    writer.write(reply(path, "Connection: close"))


def breaks_off(writer: Writer, _: bytes) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    writer.close()


def resets(writer: Writer, _: bytes) -> None:
    writer.transport.abort()


class Gate:
    """A server that answers when it is told to, and counts the connections that are open."""

    def __init__(self) -> None:
        self.asked: dict[bytes, Writer] = {}
        self.open = 0
        self.changed = asyncio.Condition()

    async def treat(self, reader: Reader, writer: Writer) -> None:
        await self._note(1)
        try:
            while True:
                path = (await read_request(reader)).split()[1]
                self.asked[path] = writer
                await self._note(0)
        finally:
            for path in [path for path, asking in self.asked.items() if asking is writer]:
                del self.asked[path]
            await self._note(-1)

    async def until(self, law: Callable[[], bool], text: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self.changed:
                await self.changed.wait_for(law)
        except TimeoutError:
            raise AssertionError(text) from None

    async def _note(self, connections: int) -> None:
        self.open += connections
        async with self.changed:
            self.changed.notify_all()


class Wires(RuleBasedStateMachine):
    """Calls start, end well or badly and are cancelled, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[bytes, asyncio.Task[httpx.Response]] = {}
        self.count = 0
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.gate: Gate
        self.line: Line

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def opens(self) -> None:
        async def work() -> None:
            self.gate = Gate()
            url = await self.stack.enter_async_context(serving(self.gate.treat))
            self.line = await self.stack.enter_async_context(
                wire_to(url, concurrency=PLACES, connect_timeout=60, timeout=60)
            )

        self.run(work())

    @rule()
    def a_call_starts(self) -> None:
        self.count += 1
        self.run(self._start(f"/{self.count}".encode()))

    @precondition(lambda self: self.gate.asked)
    @rule(data=st.data(), ending=st.sampled_from([answers, answers_and_closes, breaks_off, resets]))
    def a_call_ends(self, data: st.DataObject, ending: Ending) -> None:
        path = data.draw(st.sampled_from(sorted(self.gate.asked)))
        self.run(self._end(path, ending))

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def a_call_is_cancelled(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.calls)))
        self.run(self._cancel(path))

    def teardown(self) -> None:
        if hasattr(self, "gate"):
            for path in sorted(self.calls):
                self.run(self._cancel(path))
            for _ in range(PLACES):  # the law: as many calls as ever run side by side
                self.a_call_starts()
            assert len(self.gate.asked) == PLACES
            for path in sorted(self.gate.asked):
                self.run(self._end(path, answers))
            self.run(self.stack.aclose())
            self.run(self._alone())
        self.runner.close()

    async def _start(self, path: bytes) -> None:
        self.calls[path] = asyncio.ensure_future(self.line.send("POST", path.decode()))
        await self._settled()

    async def _end(self, path: bytes, ending: Ending) -> None:
        call = self.calls.pop(path)
        ending(self.gate.asked.pop(path), path)
        async with asyncio.timeout(PATIENCE):
            (ended,) = await asyncio.gather(call, return_exceptions=True)
        if ending in {answers, answers_and_closes}:
            assert isinstance(ended, httpx.Response)
            assert ended.content == path, "an answer is given to the call that asked"
        else:
            assert isinstance(ended, Unavailable)
        await self._settled()

    async def _cancel(self, path: bytes) -> None:
        call = self.calls.pop(path)
        call.cancel()
        (ended,) = await asyncio.gather(call, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError)
        await self.gate.until(lambda: path not in self.gate.asked, "a cancelled call closes its connection")
        await self._settled()

    async def _settled(self) -> None:
        expected = min(len(self.calls), PLACES)
        law = f"with {len(self.calls)} calls under way, {expected} are at the service"
        await self.gate.until(lambda: len(self.gate.asked) == expected, law)
        await self.gate.until(lambda: self.gate.open <= PLACES, f"{PLACES} connections are open at most")

    async def _alone(self) -> None:
        assert asyncio.all_tasks() == {asyncio.current_task()}, "no task outlives the wire"


TestWires = Wires.TestCase
TestWires.settings = settings(
    derandomize=True,
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.generate],  # a law that is broken is waited for: a smaller example would take minutes to find
    report_multiple_bugs=False,
)
