"""A caller who does not wait for the answer: what is done for them alone ends with them."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE: Final = 0.1  # seconds; most answers are sent sooner, and need no task that listens beside them


class EndsWithCaller:
    """Pure ASGI middleware: cancels the application when the client disconnects.

    Calls that other requests share go on for these (`Coalesce`); everything else is given up. The application runs in
    the server's own task. Once it has taken `patience` seconds, or twice as many at most, its caller is listened to.
    """

    def __init__(self, app: ASGIApp, *, patience: float = PATIENCE) -> None:
        self._app = app
        self._rounds = _Rounds(patience)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request, and returns early where its caller is gone."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = _Caller(receive)
        self._rounds.add(caller)
        try:
            await self._app(scope, caller.receive, send)
        except asyncio.CancelledError:
            if not caller.alone_ended_it():
                raise
        finally:
            self._rounds.discard(caller)
            if caller.listener:
                await caller.leave()


class _Caller:
    """Who listens to it: the application, or a task of ours once that is slow and waits for something else."""

    __slots__ = ("_ahead", "_gone", "_reading", "_receive", "_serving", "listener")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._serving = asyncio.current_task()
        self._reading = self._gone = False
        self._ahead: asyncio.Queue[Message]
        self.listener: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """For the application: the server's own `receive`, until somebody listens to that all the time."""
        if self.listener:
            return {"type": "http.disconnect"} if self._gone else await self._ahead.get()
        self._reading = True
        try:
            return await self._receive()
        finally:
            self._reading = False

    def listen(self) -> bool:
        """Whether a task listens from now on: not while the application does."""
        if self._reading:
            return False
        self._ahead = asyncio.Queue(maxsize=1)  # a body is not read faster than the application takes it
        self.listener = asyncio.ensure_future(self._until_gone())
        return True

    def alone_ended_it(self) -> bool:
        """Whether the application was cancelled for the disconnect, and for nothing else."""
        return self._gone and self._serving is not None and self._serving.cancelling() == 1

    async def leave(self) -> None:
        """Returns when nobody listens any more, and the task is as it was."""
        if self.listener:
            self.listener.cancel()
            await asyncio.wait((self.listener,))
            self.listener = None  # which knows us, and is not to stay for that
        if self._gone and self._serving:
            self._serving.uncancel()

    async def _until_gone(self) -> None:
        while (message := await self._receive())["type"] != "http.disconnect":
            await self._ahead.put(message)
        self._gone = True
        if self._serving:
            self._serving.cancel()


class _Rounds:
    """Finds the requests that take long: one timer for all of them, and none while there are none."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._new: set[_Caller] = set()
        self._known: set[_Caller] = set()  # since the last round
        self._loop: asyncio.AbstractEventLoop | None = None  # on which the next round is due

    def add(self, caller: _Caller) -> None:
        self._new.add(caller)
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(self._seconds, self._go)

    def discard(self, caller: _Caller) -> None:
        self._new.discard(caller)
        self._known.discard(caller)

    def _go(self) -> None:
        self._known = self._new | {caller for caller in self._known if not caller.listen()}
        self._new = set()
        if self._known and self._loop:
            self._loop.call_later(self._seconds, self._go)
        else:
            self._loop = None
