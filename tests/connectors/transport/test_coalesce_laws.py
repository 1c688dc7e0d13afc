"""What holds however starts, answers, failures, cancellations and the passing of time follow one another."""

import asyncio

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.transport.coalesce import Coalesce
from connectors.transport.deadline import within
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import URL, Waiting, read, write
from tests.connectors.transport.virtual_time import VirtualLoop, clock

TIMEOUT = 10.0
PATHS = st.sampled_from(["/1", "/2"])
CREDENTIALS = st.sampled_from(["a", "b"])


class Coalescing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.wire = Waiting()
        self.layer = Coalesce(self.wire, Service.GITHUB, ServiceStats(Service.GITHUB), timeout=TIMEOUT, clock=clock)
        self.waiting: dict[asyncio.Task[httpx.Response], tuple[str, str, float]] = {}  # credential, path, deadline
        self.writes: set[asyncio.Task[httpx.Response]] = set()

    async def _read(self, path: str, credential: str, seconds: float) -> httpx.Response:
        with within(seconds, clock):
            return await self.layer.handle_async_request(read(URL + path, credential=credential))

    @rule(path=PATHS, credential=CREDENTIALS, seconds=st.sampled_from([0.0, 1.0, 15.0]))
    def start(self, path: str, credential: str, seconds: float) -> None:
        task = self.loop.create_task(self._read(path, credential, seconds))
        self.waiting[task] = (credential, path, self.loop.time() + seconds)
        self._settle()

    @rule()
    def change(self) -> None:
        self.writes.add(self.loop.create_task(self.layer.handle_async_request(write())))
        self._settle()

    @precondition(lambda self: self.wire.open)
    @rule(data=st.data(), fails=st.booleans())
    def finish(self, data: st.DataObject, *, fails: bool) -> None:
        call = data.draw(st.sampled_from(self.wire.open))
        if fails:
            call.reply.set_exception(Unavailable(Service.GITHUB, "down"))
        else:
            sent = call.request.extensions["tributary.call"].credential
            call.answer(f"{sent}{call.request.url.path}".encode())
        self._settle()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(list(self.waiting))).cancel()
        self._settle()

    @rule(seconds=st.sampled_from([0.5, 5.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))
        self._settle()

    def _settle(self) -> None:
        self.loop.run_until_complete(turns(12))
        for task in [task for task in self.waiting if task.done()]:
            self._check(task, *self.waiting.pop(task))
        for task in [task for task in self.writes if task.done()]:
            self.writes.remove(task)
            failed = not task.cancelled() and task.exception()
            assert not failed or isinstance(failed, ConnectorError), "a write saw what no layer raises"

    def _check(self, task: "asyncio.Task[httpx.Response]", credential: str, path: str, _: float) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            body = task.result().content.decode()
            assert body == f"{credential}/v1/things{path}", "an answer reached another credential, or another read"
        else:
            assert isinstance(error, ConnectorError), "a caller saw what is no ConnectorError"

    @invariant()
    def nobody_waits_beyond_the_deadline(self) -> None:
        late = [end for _, _, end in self.waiting.values() if end < self.loop.time()]
        assert not late, "a caller waits longer than it has time"

    @invariant()
    def nothing_runs_that_nobody_waits_for(self) -> None:
        reads = [call for call in self.wire.open if call.request.method == "GET"]
        wanted = {(credential, f"/v1/things{path}") for credential, path, _ in self.waiting.values()}
        asked = {(call.request.extensions["tributary.call"].credential, call.request.url.path) for call in reads}
        assert asked == wanted, "a call has outlived its callers, or a caller its call"
        assert len(reads) <= len(self.waiting), "there are more calls than callers"

    @invariant()
    def tasks_are_those_of_open_calls(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        reads = sum(call.request.method == "GET" for call in self.wire.open)
        assert len(tasks) == len(self.waiting) + len(self.writes) + reads, "a task leaked"

    def teardown(self) -> None:
        self.loop.run_until_complete(self.layer.aclose())
        for task in (*self.waiting, *self.writes):
            task.cancel()
        self._settle()
        assert not self.wire.open, "a call has outlived the layer"
        assert not asyncio.all_tasks(self.loop), "a task has outlived the layer"
        self.loop.close()


TestCoalescing = Coalescing.TestCase
TestCoalescing.settings = settings(derandomize=True, max_examples=60, stateful_step_count=30, deadline=None)
