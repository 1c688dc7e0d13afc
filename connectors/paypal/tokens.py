"""PayPal's access tokens: fetched once for all who wait, renewed before their end, replaced where they are refused."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import isinf
from time import monotonic
from typing import NoReturn, TypeVar

from connectors.api import Api
from connectors.domain.errors import TimedOut, Unauthorized
from connectors.paypal import wire
from connectors.transport.deadline import Clock, anew, remaining

T = TypeVar("T")

EARLY = 60.0  # seconds before its end at which a token is renewed, behind the backs of those who go on with it
LATEST = 10.0  # seconds before its end from which on it is waited for another: a call under way must not outlive it
AGAIN = 5.0  # seconds after which a renewal that failed is tried again
SECONDS = 10.0  # for one fetch, which belongs to none of its callers


class Tokens:
    """The token of one credential: https://developer.paypal.com/api/rest/authentication/.

    The header that is sent with every call already, Basic, is what a token is asked for with. Keys of cached and
    shared answers leave Authorization out, for the credential stands there, so that a new token changes none of them.
    """

    def __init__(self, api: Api, clock: Clock = monotonic) -> None:
        """`clock`: seconds, for the life of a token."""
        self._api = api
        self._clock = clock
        self._token: str | None = None
        self._renewed_from = 0.0
        self._good_until = 0.0
        self._fetch: asyncio.Task[str] | None = None
        self._waiting = 0

    async def ready(self) -> None:
        """Returns when there is one."""
        await self._current()

    async def authorized(self, call: Callable[[Mapping[str, str]], Awaitable[T]]) -> T:
        """What `call` answers with the header that it is given; asked once more where that was refused.

        Also after a 403, for a token keeps the permissions that the app had when it was issued.
        """
        token = await self._current()
        try:
            return await call(_bearer(token))
        except Unauthorized:
            other = await self._instead_of(token)
            if other == token:
                raise
            return await call(_bearer(other))

    async def _current(self) -> str:
        now = self._clock()
        if self._token is None or now >= self._good_until:
            return await self._fetched()
        if now >= self._renewed_from and self._fetch is None:
            self._renewed_from = now + AGAIN
            self._begin()
        return self._token

    async def _instead_of(self, refused: str) -> str:
        if self._token == refused:
            self._token = None  # the first of those who were refused; the others find its successor, or wait for it
        return await self._current()

    async def _fetched(self) -> str:
        """One fetch for all who ask meanwhile; it is given up when the last of them has gone."""
        fetch = self._fetch or self._begin()
        left = remaining()
        self._waiting += 1
        try:
            await asyncio.wait({fetch}, timeout=None if isinf(left) else left)
        finally:
            self._waiting -= 1
            if not self._waiting and not fetch.done():
                self._fetch = None
                fetch.cancel()
        return fetch.result() if fetch.done() else self._late()

    def _begin(self) -> asyncio.Task[str]:
        fetch = self._fetch = asyncio.create_task(self._ask())
        fetch.add_done_callback(self._over)
        return fetch

    async def _ask(self) -> str:
        with anew(SECONDS):
            form = {"grant_type": "client_credentials"}
            token = await self._api.query("/v1/oauth2/token", form=form, into=wire.Token)
        self._token = token.access_token
        now, life = self._clock(), token.expires_in
        self._renewed_from = now + life - min(EARLY, life / 10)
        self._good_until = now + life - min(LATEST, life / 20)
        return token.access_token

    def _over(self, fetch: asyncio.Task[str]) -> None:
        if self._fetch is fetch:
            self._fetch = None
        if not fetch.cancelled():
            fetch.exception()  # seen, even where nobody waits any more

    def _late(self) -> NoReturn:
        name = self._api.service.name
        self._api.fail(TimedOut(self._api.service, f"{name} did not issue an access token in time"))


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
