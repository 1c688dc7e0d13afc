"""Answers kept across operations, by HTTP's own rules (RFC 9111, as a private cache) and the connector's."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from time import time

import httpx

from connectors.domain.errors import ConnectorError, Overloaded, RateLimited, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport.breaker import LeftAlone
from connectors.transport.cache_store import CacheStore, Entry
from connectors.transport.call import Priority, call_of
from connectors.transport.deadline import anew
from connectors.transport.fetches import Fetch, Fetches, Matches
from connectors.transport.identity import Identity, changed_by, changes_something, identity, is_read
from connectors.transport.lifespan import lifespan
from connectors.transport.live import is_unhurried, wants_kept, wants_live
from connectors.transport.renewals import Renewals
from connectors.transport.retry_after import retry_after
from connectors.transport.snapshot import Snapshot
from connectors.transport.stats import ServiceStats
from connectors.transport.storing import NOT_KEPT, answerable, fits, may_keep, selecting
from connectors.transport.validation import conditional, confirms, in_background, renewed

_FAILURES = (Unavailable, TimedOut, RateLimited, Overloaded)
_UNSENT = (LeftAlone, RateLimited, Overloaded)
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Cache(httpx.AsyncBaseTransport):
    """Answers reads from `store` while that is right, and asks the transport inside otherwise.

    Fresh: shown as it is. Stale, but allowed to be shown while a new one is fetched (`stale-while-revalidate`, else
    `Call.stale`): shown at once, and renewed behind the caller's back. Otherwise the service is asked, for a
    confirmation where the answer has a validator; where the service fails, what may stand in (`stale-if-error`, else
    `Call.if_error`) does. A write through here evicts what was kept of its URL, and of what `Call.evicts` names.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        service: Service,
        stats: ServiceStats,
        store: CacheStore,
        *,
        timeout: float = 10.0,
        now: Callable[[], float] = time,
    ) -> None:
        """`timeout`: seconds for a renewal that nobody waits for; `now`: seconds since the epoch."""
        self._inner = inner
        self._service = service
        self._stats = stats
        self._store = store
        self._timeout = timeout
        self._now = now
        self._fetches = Fetches()
        self._evictions = 0
        self._renewals = Renewals()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """An answer, kept or new. Raises what the transport inside does, where nothing may stand in."""
        if changes_something(request):
            return await self._write(request)
        if not is_read(request) or not answerable(request):
            return await self._inner.handle_async_request(request)
        key = identity(self._service, request)
        entry = None if wants_live(request) else await self._store.get(key)
        if entry is None or not fits(entry.selecting, request):
            if wants_kept(request):
                raise Unavailable(self._service, f"nothing is kept of what {self._service.name} would be asked for")
            return self._answer(await self._fetch(key, request), request)
        overdue = entry.lifespan.overdue(self._now())
        if overdue < 0:
            return self._shown(entry, request, stale=False)
        if overdue < entry.lifespan.stale and not is_unhurried():
            self._renewals.start(key, partial(self._renew, key, request, entry))
            return self._shown(entry, request, stale=True)
        return await self._validated(key, request, entry)

    async def evict(self, path_prefix: str) -> None:
        """Forgets what was or is being read from paths that begin so (the base URL's included), for any credential."""
        await self._evict(lambda key: key.target.startswith(path_prefix))

    async def aclose(self) -> None:
        """Gives up the renewals, then closes the transport inside. The store is shared, and stays open."""
        await self._renewals.aclose()
        await self._inner.aclose()

    async def _write(self, request: httpx.Request) -> httpx.Response:
        """Section 4.4, and more: what it changes is forgotten when it is over, also where it is unknown what was done.

        Reads that began before are shown what they find, and not kept: they may have found what was before.
        """
        changed = True
        try:
            response = await self._inner.handle_async_request(request)
        except _UNSENT:
            changed = call_of(request).repeatable  # an attempt before this one may have been made
            raise
        else:
            changed = not response.is_client_error
            return response
        finally:
            if changed:
                await self._evict(changed_by(request))

    async def _evict(self, matches: Matches) -> None:
        self._evictions += 1
        self._fetches.evict(matches)
        await self._store.evict(self._service, matches)
        self._stats.changed()

    async def _validated(self, key: Identity, request: httpx.Request, entry: Entry) -> httpx.Response:
        """What the service says now; `entry`, where it fails and that may stand in (RFC 5861 section 4)."""
        try:
            answer = await self._fetch(key, request, entry)
        except _FAILURES as error:
            if not self._may_stand_in(entry):
                raise
            failure: ConnectorError = error
        else:
            failed = self._failure(answer)
            if failed is None or not self._may_stand_in(entry):
                return self._answer(answer, request)
            failure = failed
        self._stats.failed_unseen(failure)
        return self._shown(entry, request, stale=True)

    async def _renew(self, key: Identity, request: httpx.Request, entry: Entry) -> None:
        kept = await self._store.get(key)
        if kept is not None and kept.lifespan.overdue(self._now()) < 0:
            return  # somebody who waited for it has just been given a new one
        call = replace(call_of(request), priority=Priority.BACKGROUND)
        with anew(self._timeout):
            try:
                failure = self._failure(await self._fetch(key, in_background(request, call), entry))
            except ConnectorError as error:
                failure = error
        if failure is not None:
            self._stats.failed_unseen(failure)

    async def _fetch(self, key: Identity, request: httpx.Request, kept: Entry | None = None) -> httpx.Response | Entry:
        """A new answer, or `kept` as the service has just confirmed it. Either is stored, where it may be."""
        asked = self._now()
        with self._fetches.begin(key) as fetch:
            response = await self._inner.handle_async_request(conditional(request, kept.snapshot) if kept else request)
            if kept is None or response.status_code != HTTPStatus.NOT_MODIFIED:
                entry = self._entry(request, Snapshot.of(response), asked)
                if await self._keep(key, fetch, entry):
                    self._tell(entry, request)
                return response
            if confirms(response, kept.snapshot):
                entry = self._entry(request, renewed(kept.snapshot, response), asked)
                return entry if await self._keep(key, fetch, entry) else entry.for_now()
        return await self._fetch(key, request)  # a 304 about some other answer: the whole is needed (section 4.3.3)

    def _entry(self, request: httpx.Request, answer: Snapshot, asked: float) -> Entry:
        headers = httpx.Headers(answer.headers)
        lasting = lifespan(headers, call_of(request), asked=asked, answered=self._now())
        return Entry(answer.without(NOT_KEPT), lasting, selecting(request, headers))

    async def _keep(self, key: Identity, fetch: Fetch, entry: Entry) -> bool:
        """Whether it is kept. An error leaves what is there, unless it says that there is nothing any more."""
        status = entry.snapshot.status
        if (status >= HTTPStatus.BAD_REQUEST and status not in _GONE) or not fetch.settle():
            return False
        keeps = may_keep(status, httpx.Headers(entry.snapshot.headers), entry.lifespan)
        if not keeps:
            await self._store.delete(key)
            return False
        before = self._evictions
        await self._store.put(key, entry)
        if self._evictions > before:  # while it was on its way to a store that is far: it may be what was evicted
            await self._store.delete(key)
        return self._evictions == before

    def _answer(self, answer: httpx.Response | Entry, request: httpx.Request) -> httpx.Response:
        return self._shown(answer, request, stale=False) if isinstance(answer, Entry) else answer

    def _shown(self, entry: Entry, request: httpx.Request, *, stale: bool) -> httpx.Response:
        lasting, now = entry.lifespan, self._now()
        age, fresh = lasting.age_at(now), -lasting.overdue(now)
        self._stats.cached(
            age, lasting.left(now), stale=stale, private=lasting.private, fresh=fresh, shown=lasting.stale
        )
        return entry.snapshot.response(request, (b"Age", b"%d" % age))  # section 5.1

    def _tell(self, entry: Entry, request: httpx.Request) -> None:
        """A new answer is kept. One that was asked for live may disprove what operations were told before."""
        if wants_live(request):
            self._stats.changed()
            return
        lasting, now = entry.lifespan, self._now()
        age, fresh = lasting.age_at(now), -lasting.overdue(now)
        self._stats.fetched(age, lasting.left(now), private=lasting.private, fresh=fresh, shown=lasting.stale)

    def _may_stand_in(self, entry: Entry) -> bool:
        return entry.lifespan.overdue(self._now()) < entry.lifespan.if_error

    def _failure(self, answer: httpx.Response | Entry) -> ConnectorError | None:
        """The error that a status stands for, where it says that the service, not the request, is the reason."""
        if isinstance(answer, Entry):
            return None
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(self._service, retry_after(answer.headers.get("retry-after")))
        if answer.is_server_error:
            return Unavailable(self._service, f"{self._service.name} answered {answer.status_code}")
        return None
