"""One socket, from its `connection_init` to its end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from starlette.types import Receive

from gateway.http.request_id import current_request_id, name_request
from gateway.http.sockets import messages
from gateway.http.sockets.closing import Closed, Gone
from gateway.http.sockets.line import Line
from gateway.http.sockets.messages import Complete, Init, Message, Ping, Pong, Subscribe
from gateway.http.sockets.operation import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds until a client has to have begun, and without its taking a message; operations under way at once."""

    init: float = 10.0
    stalled: float = 30.0
    operations: int = 100


class Socket:
    """Reads without a break, so that it is known at once when the client is gone: then all that runs is cancelled."""

    def __init__(self, runner: Runner, receive: Receive, line: Line, bounds: Bounds, seconds: float | None) -> None:
        self._runner = runner
        self._receive = receive
        self._line = line
        self._bounds = bounds
        self._seconds = seconds  # that the caller allows an operation
        self._running: dict[str, asyncio.Task[None]] = {}
        self._begun = self._acknowledged = False
        self._numbers = count(1)
        self._group = asyncio.TaskGroup()

    async def serve(self) -> None:
        """Returns when it is over, and nothing runs any more. Raises Closed or Gone, in a group."""
        async with self._group:
            try:
                async with asyncio.timeout(self._bounds.init) as waiting:
                    while not self._begun:
                        await self._take(await self._next())
            except TimeoutError:
                if waiting.expired():
                    raise Closed(4408, "Connection initialisation timeout") from None
                raise
            while True:
                await self._take(await self._next())

    async def _next(self) -> Message:
        event = await self._receive()
        if event["type"] != "websocket.receive":
            raise Gone
        return messages.read(event.get("text"))

    async def _take(self, message: Message) -> None:
        match message:
            case Subscribe():
                await self._subscribe(message)
            case Complete():
                self._cancel(message.id)
            case Ping():
                await self._line.send(messages.pong(message.payload))
            case Init():
                await self._init()
            case Pong():
                pass

    async def _init(self) -> None:
        if self._begun:
            raise Closed(4429, "Too many initialisation requests")
        self._begun = True
        await self._line.send(messages.ACKNOWLEDGED)
        self._acknowledged = True

    async def _subscribe(self, message: Subscribe) -> None:
        if not self._acknowledged:
            raise Closed(4401, "Unauthorized")
        if message.id in self._running:
            raise Closed(
                4409, f"Subscriber for {message.id[:80]} already exists".encode()[:123].decode(errors="ignore")
            )
        asked = messages.asked(message)
        if len(self._running) >= self._bounds.operations:
            text = f"At most {self._bounds.operations} operations run at once on a socket."
            await self._line.send(messages.error(message.id, [{"message": text, "extensions": {"code": "OVERLOADED"}}]))
            return
        named = f"{current_request_id() or ''}-{next(self._numbers)}"

        async def run() -> None:
            name_request(named)  # a mutation without a key of its own is told from others by the request's id
            await self._runner.run(message.id, asked, self._seconds, self._line)

        task = self._group.create_task(run())
        self._running[message.id] = task
        task.add_done_callback(self._forget(message.id))

    def _forget(self, id: str) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            if self._running.get(id) is task:
                del self._running[id]

        return forget

    def _cancel(self, id: str) -> None:
        """The id is free at once; one that is unknown was complete already when the client's word was under way."""
        if task := self._running.pop(id, None):
            task.cancel()
