"""Reads that must not be answered from memory: a caller asked for what the service says now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

from connectors.transport.cache_control import directives

_live: ContextVar[bool] = ContextVar("live", default=False)


@contextmanager
def live() -> Iterator[None]:
    """Every read made inside, and by tasks started inside, asks the service; its answer is kept for others."""
    token = _live.set(True)
    try:
        yield
    finally:
        _live.reset(token)


def is_live() -> bool:
    """Whether reads made here must be live."""
    return _live.get()


def wants_live(request: httpx.Request) -> bool:
    """Whether this read must be: it is made in `live`, or says `no-cache` itself (RFC 9111 section 5.2.1.4)."""
    return is_live() or ("cache-control" in request.headers and "no-cache" in directives(request.headers))
