"""Trusted documents that are published while the process runs: read at its start, and again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from time import monotonic
from typing import Final

import structlog

from gateway.http.refusal import Refused
from gateway.http.requests import Parameters
from gateway.http.trusted import FORBIDDEN, TrustedDocuments

EVERY: Final = 60.0  # seconds between two looks, so that what is withdrawn is refused by then
AFTER_A_MISS: Final = 5.0  # seconds from one look to the next, where somebody asks for what is not known

Read = Callable[[], Awaitable[Mapping[str, str]]]
"""Every document that is published, by id."""


class PublishedDocuments:
    """As `TrustedDocuments`, of what `read` found last. Where it cannot be read, that stays.

    A document that is not known is looked for once, together with all others that are asked for meanwhile, and not
    again within `AFTER_A_MISS`. `failures` are the exceptions that `read` is expected to raise.
    """

    def __init__(
        self,
        read: Read,
        *,
        failures: tuple[type[Exception], ...],
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._read = read
        self._failures = failures
        self._clock = clock
        self._pause = pause
        self._found: Mapping[str, str] | None = None
        self._known: TrustedDocuments | None = None
        self._looked = -inf
        self._looking: asyncio.Task[None] | None = None

    def text(self, asked: Parameters) -> str | Awaitable[str]:
        """Refused with FORBIDDEN (403), or with UPSTREAM_UNAVAILABLE (503) where nothing could ever be read."""
        try:
            return self._text(asked)
        except Refused as refused:
            if refused.code == FORBIDDEN or self._known is None:
                looking = self._look()
                if looking:
                    return self._text_after(looking, asked)
            raise

    async def keep_fresh(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self._looked = -inf
                looking = self._look()
                if looking:
                    await asyncio.shield(looking)
                await self._pause(EVERY)
        finally:
            if self._looking:
                self._looking.cancel()

    def _text(self, asked: Parameters) -> str:
        if self._known is None:
            raise Refused(503, "UPSTREAM_UNAVAILABLE", "The trusted documents could not be read yet: try again soon.")
        return self._known.text(asked)

    async def _text_after(self, looking: "asyncio.Task[None]", asked: Parameters) -> str:
        await asyncio.shield(looking)
        return self._text(asked)

    def _look(self) -> "asyncio.Task[None] | None":
        """The look that is under way, or a new one, or none where the last is too recent."""
        if self._looking is None and self._clock() - self._looked >= AFTER_A_MISS:
            self._looking = asyncio.create_task(self._looked_at())
        return self._looking

    async def _looked_at(self) -> None:
        log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        try:
            found = await self._read()
            if found != self._found:
                self._found, self._known = found, TrustedDocuments(found)
                log.info("trusted documents read", documents=len(self._known))
        except self._failures as failure:
            log.warning("trusted documents not read", reason=str(failure))
        finally:
            self._looked, self._looking = self._clock(), None
