"""How the calls of one vendor may be treated on their way: what is repeatable, and what may be shown again."""

from dataclasses import dataclass

import httpx

from connectors.transport.call import Call

_IDEMPOTENCY = ("idempotency-key", "paypal-request-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Answers below `path`, counted from the base URL, that carry no directives of their own are fresh for a while.

    `fresh` is seconds (RFC 9111). For `stale` seconds more they are shown while a new one is fetched, and for
    `if_error` where the service fails (RFC 5861).
    """

    path: str
    fresh: float
    stale: float = 0.0
    if_error: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """In whose name a vendor is asked, and what may be kept of its answers; the first path that fits decides."""

    credential: str = ""
    keeps: tuple[Keep, ...] = ()

    def call(self, request: httpx.Request, path: str, *, reads: bool) -> Call:
        """What the layers are told of `request` to `path`; `reads` where it changes nothing, whatever its method."""
        keep = next((keep for keep in self.keeps if path.startswith(keep.path)), None) if reads else None
        repeatable = reads or any(name in request.headers for name in _IDEMPOTENCY)
        if keep is None:
            return Call(credential=self.credential, repeatable=repeatable)
        return Call(
            credential=self.credential,
            repeatable=repeatable,
            fresh=keep.fresh,
            stale=keep.stale,
            if_error=keep.if_error,
        )
