"""What is known of a write once it has failed: whether it can have been carried out all the same.

Kept in a context variable: tasks inherit it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
import httpx

from connectors.domain.errors import (
    ConnectorError,
    NotConfigured,
    Overloaded,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
)
from connectors.transport.identity import changes_something

# Nothing of the request has left where one of these is the cause.
_NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
)
# Answers that say nothing of what the same key may have done before.
_NO_WORD = frozenset(
    {
        httpx.codes.UNAUTHORIZED,
        httpx.codes.FORBIDDEN,
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.CONFLICT,  # for Stripe and PayPal: another request with the key is under way
        httpx.codes.TOO_EARLY,
        httpx.codes.TOO_MANY_REQUESTS,
    }
)
_REFUSALS = (NotConfigured, Overloaded, RateLimited, Rejected, Unauthorized)


class Fate:
    """Of one write, however many requests it takes; the last thing that is written is what matters."""

    def __init__(self, *, resumed: bool = False) -> None:
        """`resumed`: it may have been done before, with the same key, until the service has an answer to this key."""
        self._doubtful = resumed
        self._seen = False
        self._target: tuple[str, str] | None = None
        self._open = 0  # attempts that went out and were not answered
        self._done = False  # one was answered with a success
        self._later = False  # and something else was asked for after it

    def asked(self) -> None:
        """Something is wanted of a service over a transport that tells what it sends."""
        self._seen = True

    def lost(self, request: httpx.Request) -> None:
        """A request that is being sent has gone out before, on a connection that ended without a word about it."""
        self._open += changes_something(request)

    def unanswered(self) -> None:
        """A write that goes another way than over HTTP may have been sent, and there is no word about it."""
        self._open += 1

    def unknown_after(self, error: ConnectorError) -> bool:
        """Whether `error` leaves it open what was done. Of a transport that tells nothing, a timeout does."""
        if self._open or (self._done and self._later):
            return True
        if self._doubtful and (self._seen or not isinstance(error, Rejected)):
            return True
        if isinstance(error, _REFUSALS):
            return False  # also in the body of an answer that HTTP calls a success
        return self._done or (not self._seen and isinstance(error, TimedOut))

    @contextmanager
    def sending(self, request: httpx.Request) -> Iterator[list[int]]:
        """A request goes out meanwhile; the status of the answer is put into the list."""
        status: list[int] = []
        if not changes_something(request):
            self._later = self._done
            yield status
            return
        self._begin((request.method, request.url.path))
        try:
            yield status
        except (ConnectorError, httpx.TransportError) as error:
            self._open -= not _has_left(error)
            raise
        self._answered(status[0])

    def _begin(self, target: tuple[str, str]) -> None:
        if target != self._target:
            self._target, self._open, self._done, self._later = target, 0, False, False
        self._open += 1

    def _answered(self, status: int) -> None:
        """A 5xx says that something went wrong on the way, and not how far it got."""
        if status < httpx.codes.INTERNAL_SERVER_ERROR:
            self._open -= 1
            self._done = self._done or httpx.codes.is_success(status)
            self._doubtful = self._doubtful and status in _NO_WORD


_fate: ContextVar[Fate | None] = ContextVar("fate", default=None)


@contextmanager
def followed(*, resumed: bool = False) -> Iterator[Fate]:
    """What is written inside is followed; `resumed` as for `Fate`."""
    fate = Fate(resumed=resumed)
    token = _fate.set(fate)
    try:
        yield fate
    finally:
        _fate.reset(token)


def current() -> Fate | None:
    """That of the write under way, where it is followed."""
    return _fate.get()


def _has_left(error: Exception) -> bool:
    """Whether any of the request can have reached the service."""
    return not isinstance(error.__cause__ or error, _NO_CONNECTION)
