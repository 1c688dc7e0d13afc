"""Whether the process lives, and whether it can serve: https://kubernetes.io/docs/concepts/workloads/pods/probes/."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

FIRST_PAUSE = 1.0  # seconds before the store is tried again, twice as long each time
LONGEST_PAUSE = 30.0

Check = Callable[[], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]
_FRESH = {"Cache-Control": "no-store"}


class StoreHealth:
    """The store is ready when it answers and has been prepared (its indexes are there).

    The process starts without it, so that a store which comes up late, or goes away for a while, costs no restart.
    `failures` are the exceptions that `ping` and `prepare` are expected to raise.
    """

    def __init__(
        self, ping: Check, prepare: Check, *, failures: tuple[type[Exception], ...], pause: Pause = asyncio.sleep
    ) -> None:
        self._ping = ping
        self._prepare = prepare
        self._failures = failures
        self._pause = pause
        self.prepared = asyncio.Event()

    async def keep_preparing(self) -> None:
        """Returns once the store is prepared, however long that takes."""
        log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        for pause in _pauses():
            try:
                await self._prepare()
            except self._failures as failure:
                log.warning("store not ready", reason=str(failure), next_try_in_s=pause)
                await self._pause(pause)
            else:
                self.prepared.set()
                return

    async def problem(self) -> str | None:
        """What keeps the store from serving, None when nothing does."""
        try:
            await self._ping()
        except self._failures as failure:
            return str(failure)
        return None if self.prepared.is_set() else "the indexes of the store are not there yet: see the log"


def routes(store: StoreHealth, services: Mapping[str, str]) -> list[Route]:
    """`/healthz` says that the process lives. `/readyz` is 503 while the store cannot serve.

    A third-party service never makes the process unready: it costs its own fields and nothing else. `services` says
    how each is reached.
    """

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def ready(_: Request) -> JSONResponse:
        problem = await store.problem()
        body = {"status": "unready" if problem else "ready", "store": problem or "up", "services": dict(services)}
        return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK, headers=_FRESH)

    return [Route("/healthz", live), Route("/readyz", ready)]


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
