"""One service's fault: what an imitation does wrong, and to how many of its calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What becomes of an answer; the value is its spelling.

    The imitation has been asked, and has done what it was asked, where its answer is deformed or lost (DEFORMING).
    """

    STATUS = "status"
    RESET = "reset"
    RESET_AFTER = "reset-after"
    HANG = "hang"
    DRIP = "drip"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    HTML = "html"
    EMPTY = "empty"
    WRONG_TYPE = "wrong-type"
    WRONG_SHAPE = "wrong-shape"
    BOMB = "bomb"
    ENDLESS = "endless"
    REDIRECT = "redirect"


DEFORMING = frozenset({Kind.RESET_AFTER, Kind.DRIP, Kind.TRUNCATE, Kind.WRONG_TYPE, Kind.WRONG_SHAPE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a share of the calls, `rate`, of one service: without a `kind`, they are late by `latency`.

    `latency` and `retry_after` are seconds.
    """

    kind: Kind | None = None
    latency: float = 0.0
    status: int = 503
    retry_after: int | None = None
    rate: float = 1.0

    @property
    def asks(self) -> bool:
        """Whether the imitation gets to see the request: a latency alone delays what it answers."""
        return self.kind is None or self.kind in DEFORMING

    def __str__(self) -> str:
        """As it is written."""
        return ",".join(self._parts())

    def _parts(self) -> Iterable[str]:
        if self.latency:
            yield f"latency={self.latency:.9g}s"
        if self.kind is not None:
            yield f"status={self.status}" if self.kind is Kind.STATUS else self.kind
        if self.retry_after is not None:
            yield f"retry-after={self.retry_after}"
        if self.rate != 1:
            yield f"rate={self.rate:.9g}"
