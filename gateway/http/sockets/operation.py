"""One operation over a socket: what is sent of it, and its event in the log."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final

import structlog

from gateway.execution.operation import Answer, BrokenOffError, Engine, Prepared, UnfitError
from gateway.http.documents import Documents
from gateway.http.refusal import Refused
from gateway.http.request_id import current_request_id
from gateway.http.requests import Parameters
from gateway.http.sockets import messages
from gateway.http.sockets.closing import Gone
from gateway.http.sockets.line import Line

_LOGGED: Final = 100  # characters of a name


class Runner:
    """Runs operations through the engine that serves HTTP too."""

    def __init__(
        self,
        engine: Engine,
        make_context: Callable[[float | None], object],
        documents: Documents,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._engine = engine
        self._make_context = make_context
        self._documents = documents
        self._clock = clock

    async def run(self, id: str, asked: Parameters, seconds: float | None, line: Line) -> None:
        """Sends all that comes of it, and logs it once it is over. Raises Gone."""
        told = _Told(id, line, self._clock())
        try:
            await self._tell(asked, seconds, told)
        except (asyncio.CancelledError, Gone):
            told.outcome = "cancelled"
            raise
        except (UnfitError, BrokenOffError) as unfit:
            await told.error(unfit.errors)
        except Refused as refusal:
            await told.error([{"message": str(refusal), "extensions": {"code": refusal.code}}])
        except Exception as error:  # noqa: BLE001 - a bug of ours costs this operation, and not the socket
            told.failure = error
            await told.error([_masked()])
        finally:
            told.log(self._clock())

    async def _tell(self, asked: Parameters, seconds: float | None, told: "_Told") -> None:
        found = self._documents.text(asked)
        prepared = self._engine.prepare(found if isinstance(found, str) else await found, asked.operation_name)
        told.operation = _named(prepared)
        context = self._make_context(seconds)
        if prepared.kind != "subscription":
            await told.whole(await self._engine.execute(prepared, asked.variables, context))
            return
        async with self._engine.subscribe(prepared, asked.variables, context) as delivered:
            if isinstance(delivered, Answer):
                await told.whole(delivered)
                return
            async for answer in delivered:
                await told.next(answer)
        await told.complete()


class _Told:
    """One operation, as its client and the log are told of it."""

    def __init__(self, id: str, line: Line, began: float) -> None:
        self._id = id
        self._line = line
        self._began = began
        self._answers = 0
        self.operation = ""
        self.outcome = "error"
        self.failure: Exception | None = None

    async def next(self, answer: Answer) -> None:
        self._answers += 1
        await self._line.send(messages.next_(self._id, answer.body))

    async def whole(self, answer: Answer) -> None:
        """The only answer; what was not executed is an error."""
        if answer.executed:
            await self.next(answer)
            await self.complete()
        else:
            await self._line.send(messages.refused(self._id, answer.body))

    async def complete(self) -> None:
        self.outcome = "complete"
        await self._line.send(messages.complete(self._id))

    async def error(self, errors: Sequence[Mapping[str, Any]]) -> None:
        await self._line.send(messages.error(self._id, errors))

    def log(self, now: float) -> None:
        """One event, as for a request."""
        log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        level = logging.ERROR if self.failure else logging.INFO
        known = {"operation": self.operation} if self.operation else {}
        event = {"over": "websocket", "outcome": self.outcome, "answers": self._answers, **known}
        log.log(level, "operation", exc_info=self.failure, ms=round(1000 * (now - self._began), 1), **event)


def _named(prepared: Prepared) -> str:
    return f"{prepared.kind} {prepared.name[:_LOGGED]}" if prepared.name else prepared.kind


def _masked() -> dict[str, object]:
    return {"message": "Internal error", "extensions": {"code": "INTERNAL", "requestId": current_request_id()}}
