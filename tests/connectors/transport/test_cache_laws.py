"""What holds of the cache over coalescing, in whatever order reads, changes, failures, cancellations and time come."""

import asyncio

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.transport.cache import Cache
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, attach, call_of
from connectors.transport.coalesce import Coalesce
from connectors.transport.live import live
from connectors.transport.stats import ServiceStats
from tests.connectors.transport.cached import Subject, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import URL, Pending, Waiting, read, write
from tests.connectors.transport.virtual_time import VirtualLoop, clock

LIMIT = 20_000
LASTS = 60.0  # seconds that an answer may be shown: fresh, stale, and in the place of a failure
PATHS = st.sampled_from(["", "/1"])
CREDENTIALS = st.sampled_from(["a", "b"])
SAID = st.sampled_from(["max-age=10", "max-age=10, must-revalidate", "no-cache", "no-store", ""])


class Caching(RuleBasedStateMachine):
    """Each body tells whose it is, what of, and which version: a change makes the next version."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.wire = Waiting()
        stats = ServiceStats(Service.GITHUB)
        self.store = MemoryStore(LIMIT)
        self.coalesce = Coalesce(self.wire, Service.GITHUB, stats, timeout=500.0, clock=clock)
        self.layer = Cache(self.coalesce, Service.GITHUB, stats, self.store, timeout=500.0, now=self.loop.time)
        self.waiting: dict[asyncio.Task[httpx.Response], tuple[str, str, int]] = {}
        self.changes: set[asyncio.Task[httpx.Response]] = set()
        self.version = dict.fromkeys((credential + path for credential in "ab" for path in ("", "/1")), 0)
        self.began: dict[int, int] = {}  # the version at the vendor when a call reached it
        self.made: dict[bytes, float] = {}
        self.wire.seen = lambda request: self.began.update({len(self.wire.calls): self._now_at(request)})

    def _now_at(self, request: httpx.Request) -> int:
        return self.version[_asked(request)]

    async def _read(self, path: str, credential: str, *, wanted_live: bool) -> httpx.Response:
        call = Call(credential=credential, repeatable=True, fresh=20.0, stale=10.0, if_error=LASTS - 20.0)
        request = read(URL + path, call=call)
        if not wanted_live:
            return await self.layer.handle_async_request(request)
        with live():
            return await self.layer.handle_async_request(request)

    @rule(path=PATHS, credential=CREDENTIALS, wanted_live=st.booleans())
    def start(self, path: str, credential: str, *, wanted_live: bool) -> None:
        task = self.loop.create_task(self._read(path, credential, wanted_live=wanted_live))
        self.waiting[task] = (credential, path, self.version[credential + path])
        self._settle()

    @rule(path=PATHS, names=st.booleans())
    def change(self, path: str, *, names: bool) -> None:
        """A write by `a`; it may name the other path as well, of which it changes what `a` sees."""
        request = write(url=URL + path)
        if names:
            attach(request, Call(credential="a", evicts=(f"/v1/things{_other(path)}",)))
        self.changes.add(self.loop.create_task(self.layer.handle_async_request(request)))
        self._settle()

    @rule(path=PATHS)
    def the_service_changes_by_itself_and_says_so(self, path: str) -> None:
        for credential in "ab":
            self.version[credential + path] += 1
        self.coalesce.leave_behind()
        self.loop.run_until_complete(self.layer.evict(f"/v1/things{path}"))
        self._settle()

    @precondition(lambda self: self.wire.open)
    @rule(data=st.data(), said=SAID, outcome=st.sampled_from(["ok", "ok", "unchanged", "503", "down"]))
    def finish(self, data: st.DataObject, said: str, outcome: str) -> None:
        call = data.draw(st.sampled_from(self.wire.open))
        if call.request.method == "POST":
            path = call.request.url.path.removeprefix("/v1/things")
            named = [f"a{_other(path)}"] if call_of(call.request).evicts else []
            for seen in (f"a{path}", f"b{path}", *named):
                self.version[seen] += 1
            call.answer()
        elif outcome == "down":
            call.reply.set_exception(Unavailable(Service.GITHUB, "down"))
        elif outcome == "503":
            call.answer(status=503)
        else:
            self._answer(call, said, unchanged=outcome == "unchanged")
        self._settle()

    def _answer(self, call: Pending, said: str, *, unchanged: bool) -> None:
        version = self.began[self.wire.calls.index(call)]
        tag = f'"{version}"'
        headers = {"ETag": tag, "Cache-Control": said}
        body = f"{_asked(call.request)}:{version}".encode()
        self.made[body] = self.loop.time()
        if unchanged and call.request.headers.get("if-none-match") == tag:
            call.answer(status=304, body=b"", headers=headers)
        else:
            call.answer(body, headers=headers)

    @precondition(lambda self: self.waiting or self.changes)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from([*self.waiting, *self.changes])).cancel()
        self._settle()

    @rule(seconds=st.sampled_from([1.0, 15.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))
        self._settle()

    def _settle(self) -> None:
        self.loop.run_until_complete(turns(20))
        for task in [task for task in self.changes if task.done()]:
            self.changes.discard(task)
            assert task.cancelled() or task.exception() is None, "a change saw an error that nobody made"
        for task in [task for task in self.waiting if task.done()]:
            self._check(task, *self.waiting.pop(task))

    def _check(self, task: "asyncio.Task[httpx.Response]", credential: str, path: str, version: int) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            assert isinstance(error, ConnectorError), "a caller saw what is no ConnectorError"
        elif task.result().status_code == 200:
            body = task.result().content
            owner, _, told = body.decode().partition(":")
            assert owner == credential + path, "an answer reached another credential, or another read"
            assert int(told) >= version, "an answer from before a change was shown to who asked after it"
            assert self.loop.time() - self.made[body] <= LASTS, "an answer was shown for longer than it lasts"
        else:
            assert task.result().status_code == 503, "a caller saw a 304 that it had not asked for"

    @invariant()
    def no_task_is_left(self) -> None:
        renewals = len(self.layer._renewals)  # noqa: SLF001 - there is no other way to see them
        tasks = len(asyncio.all_tasks(self.loop))
        reads = sum(call.request.method == "GET" for call in self.wire.open)
        assert tasks == len(self.waiting) + len(self.changes) + renewals + reads, "a task leaked"
        assert bool(tasks) == bool(self.wire.open), "somebody waits for nothing, or a call has outlived its callers"

    @invariant()
    def no_fetch_is_left(self) -> None:
        wanted = len(self.waiting) + len(self.layer._renewals)  # noqa: SLF001 - there is no other way to see them
        assert len(self.layer._fetches) <= wanted, "a fetch is registered that nobody waits for"  # noqa: SLF001 - likewise

    @invariant()
    def the_store_keeps_to_its_limit(self) -> None:
        assert self.store.used <= LIMIT, "the store holds more than it may"
        assert len(self.store) <= 4, "there are entries that no read could have left"

    def teardown(self) -> None:
        for task in (*self.waiting, *self.changes):
            task.cancel()
        self._settle()
        self.loop.run_until_complete(self.layer.aclose())
        self.loop.run_until_complete(turns())
        assert not self.wire.open, "a call has outlived the layers"
        assert not asyncio.all_tasks(self.loop), "a task has outlived the layers"
        self.loop.close()


def _asked(request: httpx.Request) -> str:
    """In whose name, and what of."""
    return call_of(request).credential + request.url.path.removeprefix("/v1/things")


def _other(path: str) -> str:
    return "" if path else "/1"


TestCaching = Caching.TestCase
TestCaching.settings = settings(derandomize=True, max_examples=160, stateful_step_count=40, deadline=None)


async def test_of_ten_thousand_reads_by_two_credentials_side_by_side_no_body_crosses_over() -> None:
    class Owned(httpx.AsyncBaseTransport):
        """Answers with the name of who asked, after a turn in which others ask as well."""

        calls = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.calls += 1
            await asyncio.sleep(0)
            body = request.headers["authorization"] + request.url.path
            return reply(body.encode(), cache_control="max-age=1, stale-while-revalidate=1", etag=f'"{self.calls}"')

    wire = Owned()
    subject = Subject(wire=Coalesce(wire, Service.GITHUB, ServiceStats(Service.GITHUB)))

    async def ask(number: int) -> tuple[str, bytes]:
        credential, path = "ab"[number % 2], f"/{number % 14 // 2}"
        asked = read(URL + path, credential=credential, headers={"Authorization": f"secret of {credential}"})
        subject.now += 0.001
        return f"secret of {credential}/v1/things{path}", (await subject.ask(asked)).content

    for start in range(0, 10_000, 200):
        for expected, body in await asyncio.gather(*map(ask, range(start, start + 200))):
            assert body.decode() == expected, "a body crossed over"
    await turns()
    assert 14 <= wire.calls < 1000  # most were shared or kept, so that there was something to cross over
    await subject.layer.aclose()
