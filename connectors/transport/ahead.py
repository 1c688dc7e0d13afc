"""Reads made ahead of anybody's need: they give way to those that somebody waits for."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import replace

import httpx

from connectors.transport.call import Priority, call_of
from connectors.transport.scoped import scoped
from connectors.transport.validation import in_background

_ahead: ContextVar[bool] = ContextVar("ahead", default=False)


def ahead() -> AbstractContextManager[bool]:
    """Every call made inside, and by tasks started inside, is one in the background."""
    return scoped(_ahead, value=True)


def in_turn(request: httpx.Request) -> httpx.Request:
    """`request`, with the priority that it has here."""
    if not _ahead.get():
        return request
    return in_background(request, replace(call_of(request), priority=Priority.BACKGROUND))
