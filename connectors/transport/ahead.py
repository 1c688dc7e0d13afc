"""Reads made ahead of anybody's need: they give way to those that somebody waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

import httpx

from connectors.transport.call import Priority, call_of
from connectors.transport.validation import in_background

_ahead: ContextVar[bool] = ContextVar("ahead", default=False)


@contextmanager
def ahead() -> Iterator[None]:
    """Every call made inside, and by tasks started inside, is one in the background."""
    token = _ahead.set(True)
    try:
        yield
    finally:
        _ahead.reset(token)


def in_turn(request: httpx.Request) -> httpx.Request:
    """`request`, with the priority that it has here."""
    if not _ahead.get():
        return request
    return in_background(request, replace(call_of(request), priority=Priority.BACKGROUND))
