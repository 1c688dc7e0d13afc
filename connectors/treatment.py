"""How the calls of one vendor may be treated on their way: what is repeatable, and what may be shown again."""

from dataclasses import dataclass, replace

import httpx

from connectors.transport.call import Call

_IDEMPOTENCY = ("idempotency-key", "paypal-request-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Answers below `path`, counted from the base URL, that carry no directives of their own are fresh for a while.

    `fresh` is seconds (RFC 9111). For `stale` seconds more they are shown while a new one is fetched, and for
    `if_error` where the service fails (RFC 5861).

    `override`: these lifetimes go before the service's own directives, `no-store` included. RFC 9111 has it the other
    way round, so this is for services that mark whatever they say as not to be kept, which is meant for browsers and
    for proxies between strangers. What is kept so is shown to the same credential inside this process, for seconds, and
    nobody is told that they may keep it: where it is part of an operation's answer, that answer is not to be kept.
    """

    path: str
    fresh: float
    stale: float = 0.0
    if_error: float = 0.0
    override: bool = False

    def times(self, factor: float) -> "Keep":
        """The same, so many times as long."""
        return replace(self, fresh=factor * self.fresh, stale=factor * self.stale, if_error=factor * self.if_error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """In whose name a vendor is asked, and what may be kept of its answers; the first path that fits decides.

    `private`: the answers may be meant for that name alone.
    """

    credential: str = ""
    private: bool = True
    keeps: tuple[Keep, ...] = ()

    def call(self, request: httpx.Request, path: str, *, reads: bool, evicts: tuple[str, ...] = ()) -> Call:
        """What the layers are told of `request` to `path`; `reads` where it changes nothing, whatever its method."""
        keep = next((keep for keep in self.keeps if path.startswith(keep.path)), None) if reads else None
        repeatable = reads or any(name in request.headers for name in _IDEMPOTENCY)
        if keep is None:
            return Call(credential=self.credential, private=self.private, repeatable=repeatable, evicts=evicts)
        return Call(
            credential=self.credential,
            private=self.private,
            repeatable=repeatable,
            fresh=keep.fresh,
            stale=keep.stale,
            if_error=keep.if_error,
            override=keep.override,
        )
