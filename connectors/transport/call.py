"""What the layers know of a call beyond its HTTP request, and what makes two calls the same."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

_EXTENSION = "tributary.call"
_IDENTITY = "tributary.identity"


class Priority(IntEnum):
    """Who waits for an answer; the smaller goes first."""

    INTERACTIVE = 0  # a person
    BACKGROUND = 1  # nobody: a stale answer was shown, and a fresh one is fetched for the next caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How one request may be treated.

    `credential` names in whose name it is sent, without telling the secret: part of every key; `private` where its
    answer may be meant for that name alone. `repeatable`: sending it twice does no harm. `fresh`: seconds for which an
    answer without directives of its own may be shown again; None where it may not be kept. `stale`: seconds after that
    in which it may still be shown while a new one is fetched, and `if_error` where the service fails. `override`: these
    three go before the directives of the answer. `evicts`: paths, as they are sent, below which answers kept for this
    credential are wrong once this write has been made.
    """

    credential: str = ""
    private: bool = True
    repeatable: bool = False
    fresh: float | None = None
    stale: float = 0.0
    if_error: float = 0.0
    override: bool = False
    evicts: tuple[str, ...] = ()
    priority: Priority = Priority.INTERACTIVE


def attach(request: httpx.Request, call: Call) -> httpx.Request:
    """`request`, with what the layers are to know of it."""
    request.extensions = {**unidentified(request), _EXTENSION: call}
    return request


def identified(request: httpx.Request, work_out: Callable[[httpx.Request], T]) -> T:
    """What `work_out` says of a request, asked once: requests that read are made once and sent again and again."""
    found: T | None = request.extensions.get(_IDENTITY)
    if found is None:
        found = work_out(request)
        request.extensions = {**request.extensions, _IDENTITY: found}
    return found


def unidentified(request: httpx.Request) -> dict[str, Any]:
    """What was attached, for another request that is made of it."""
    return {name: value for name, value in request.extensions.items() if name != _IDENTITY}


def call_of(request: httpx.Request) -> Call:
    """What was attached; where nothing was, a call that is repeatable if HTTP says so (RFC 9110 section 9.2.1)."""
    found = request.extensions.get(_EXTENSION)
    return found if isinstance(found, Call) else Call(repeatable=request.method in {"GET", "HEAD"})
