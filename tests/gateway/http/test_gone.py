import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.http.gone import EndsWithCaller

SCOPE: Scope = {"type": "http"}


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

    serving = asyncio.ensure_future(EndsWithCaller(app)(SCOPE, caller.receive, caller.send))
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

    await EndsWithCaller(app)(SCOPE, caller.receive, caller.send)
    assert [message["type"] for message in caller.sent] == ["http.response.start", "http.response.body"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_exception_of_the_application_passes_through() -> None:
    caller = Caller()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        await EndsWithCaller(app)(SCOPE, caller.receive, caller.send)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_end_of_the_server_ends_the_application() -> None:
    caller, started, ended = Caller(), asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    serving = asyncio.ensure_future(EndsWithCaller(app)(SCOPE, caller.receive, caller.send))
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
    await EndsWithCaller(app)({"type": "lifespan"}, caller.receive, caller.send)
    assert seen == [caller.receive]
