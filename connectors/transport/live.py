"""Reads that must not be answered from memory: a caller asked for what the service says now."""

from contextlib import AbstractContextManager
from contextvars import ContextVar

import httpx

from connectors.transport.cache_control import directives
from connectors.transport.scoped import scoped

_live: ContextVar[bool] = ContextVar("live", default=False)
_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)


def live() -> AbstractContextManager[bool]:
    """Every read made inside, and by tasks started inside, asks the service; its answer is kept for others."""
    return scoped(_live, value=True)


def unhurried() -> AbstractContextManager[bool]:
    """No read made inside, or by tasks started inside, is answered with what is stale, unless its service fails.

    For work that nobody waits for, and that is in vain where it shows what was known already.
    """
    return scoped(_unhurried, value=True)


def is_unhurried() -> bool:
    """Whether reads made here have time."""
    return _unhurried.get()


def is_live() -> bool:
    """Whether reads made here must be live."""
    return _live.get()


def wants_live(request: httpx.Request) -> bool:
    """Whether this read must be: it is made in `live`, or says `no-cache` itself (RFC 9111 section 5.2.1.4)."""
    return is_live() or ("cache-control" in request.headers and "no-cache" in directives(request.headers))


def wants_kept(request: httpx.Request) -> bool:
    """Whether this read is in vain where nothing is kept: it says `only-if-cached` (RFC 9111 section 5.2.1.7).

    What is kept is treated as for any other read: a service that fails, and is asked for something newer, is asked.
    """
    return "cache-control" in request.headers and "only-if-cached" in directives(request.headers)
