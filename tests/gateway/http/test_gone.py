import asyncio
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.gone import PATIENCE, EndsWithCaller
from tests.gateway.http.serving import serving

SCOPE: Scope = {"type": "http"}
PART: Message = {"type": "http.request", "body": b"part", "more_body": True}
LAST: Message = {"type": "http.request", "body": b"last", "more_body": False}


def impatient(app: ASGIApp) -> EndsWithCaller:
    return EndsWithCaller(app, patience=0)


class Caller:
    """Sends a request, and goes when told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self._body = iter([{"type": "http.request", "body": b"{}", "more_body": False}])

    async def receive(self) -> Message:
        for message in self._body:
            return message
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def test_what_is_done_for_a_caller_who_has_gone_is_cancelled() -> None:
    caller, started, ended = Caller(), asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        assert (await receive())["body"] == b"{}"
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    serving = asyncio.ensure_future(impatient(app)(SCOPE, caller.receive, caller.send))
    await started.wait()
    caller.gone.set()
    await serving
    assert caller.sent == []
    assert ended.is_set()


async def test_a_caller_who_waits_is_answered_and_nobody_listens_afterwards() -> None:
    caller = Caller()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    await impatient(app)(SCOPE, caller.receive, caller.send)
    assert [message["type"] for message in caller.sent] == ["http.response.start", "http.response.body"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_exception_of_the_application_passes_through() -> None:
    caller = Caller()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        await impatient(app)(SCOPE, caller.receive, caller.send)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_end_of_the_server_ends_the_application() -> None:
    caller, started, ended = Caller(), asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    serving = asyncio.ensure_future(impatient(app)(SCOPE, caller.receive, caller.send))
    await started.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert ended.is_set()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_other_protocols_pass_untouched() -> None:
    seen: list[Receive] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        seen.append(receive)

    caller = Caller()
    await impatient(app)({"type": "lifespan"}, caller.receive, caller.send)
    assert seen == [caller.receive]


async def test_a_caller_who_sent_no_body_is_listened_to_as_well() -> None:
    caller, ended = Caller(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    serving = asyncio.ensure_future(impatient(app)(SCOPE, caller.receive, caller.send))
    caller.gone.set()
    await serving
    assert ended.is_set()


async def test_a_body_that_was_listened_to_reaches_the_application_that_asks_later() -> None:
    parts = asyncio.Queue[Message]()
    read: list[Message] = []
    slow = asyncio.Event()

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        read.append(await receive())
        await slow.wait()
        while read[-1].get("more_body"):
            read.append(await receive())

    serving = asyncio.ensure_future(impatient(app)(SCOPE, parts.get, Caller().send))
    for part in (PART, PART, PART, LAST):
        parts.put_nowait(part)
    for _ in range(20):  # turns of the loop in which everything could have been taken
        await asyncio.sleep(0)
    assert parts.qsize() == 1, "a body is not read faster than the application takes it"
    slow.set()
    await serving
    assert read == [PART, PART, PART, LAST]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_application_that_waits_for_the_body_hears_of_the_disconnect_itself() -> None:
    messages, heard = asyncio.Queue[Message](), list[str]()

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    serving = asyncio.ensure_future(impatient(app)(SCOPE, messages.get, Caller().send))
    for _ in range(20):
        await asyncio.sleep(0)
    messages.put_nowait(PART)
    messages.put_nowait({"type": "http.disconnect"})
    await serving
    assert heard == ["http.request", "http.disconnect"]


async def test_an_application_that_asks_on_after_it_was_cancelled_is_told_why() -> None:
    caller, heard = Caller(), list[str]()

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append((await receive())["type"])

    serving = asyncio.ensure_future(impatient(app)(SCOPE, caller.receive, caller.send))
    caller.gone.set()
    await serving
    assert heard == ["http.disconnect"]


async def test_whoever_runs_it_does_not_notice_that_it_was_cancelled() -> None:
    caller = Caller()
    caller.gone.set()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(10):
        await impatient(app)(SCOPE, caller.receive, caller.send)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_server_that_ends_while_the_caller_goes_still_ends() -> None:
    caller, cleaning = Caller(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await asyncio.Event().wait()

    serving = asyncio.ensure_future(impatient(app)(SCOPE, caller.receive, caller.send))
    caller.gone.set()
    await cleaning.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


async def test_a_quick_answer_costs_no_task_and_requests_share_one_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks, timers = list[int](), list[float]()
    loop = asyncio.get_running_loop()
    call_later = loop.call_later

    def watched(delay: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, callback)

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        tasks.append(len(asyncio.all_tasks()))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    monkeypatch.setattr(loop, "call_later", watched)
    served = EndsWithCaller(app)
    for _ in range(3):
        caller = Caller()
        await served(SCOPE, caller.receive, caller.send)
    assert tasks == [1, 1, 1]
    assert timers == [PATIENCE]


async def test_a_server_finds_out_in_half_a_second() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with serving(EndsWithCaller(app)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await started.wait()
        writer.close()
        async with asyncio.timeout(0.5):
            await ended.wait()


def test_one_application_may_serve_one_loop_after_another() -> None:
    """The second answers at once, and leaves a timer behind in a loop that ends before it is due."""
    ended, hurried = list[str](), iter([False, True, False])

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        if next(hurried):
            return
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("given up")

    async def once() -> None:
        caller = Caller()
        caller.gone.set()
        await served(SCOPE, caller.receive, caller.send)

    served = EndsWithCaller(app, patience=0.01)
    for _ in range(3):
        asyncio.run(once())
    assert ended == ["given up", "given up"]
