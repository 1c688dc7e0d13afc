"""Whether the process lives, and whether it can serve."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from gateway.health import StoreHealth, routes

SERVICES = {"stripe": "live", "zendesk": "off"}


class DownError(Exception):
    """The store does not answer."""


class FakeStore:
    """Fails as often as it is told to, and keeps the pauses that it was given."""

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.pauses: list[float] = []
        self.health = StoreHealth(self.ping, self.prepare, failures=(DownError,), pause=self.pause)

    async def ping(self) -> None:
        if self.failures:
            raise DownError("STORE cannot be reached")

    async def prepare(self) -> None:
        if self.failures:
            self.failures -= 1
            raise DownError("STORE cannot be reached")

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def asked(store: FakeStore, path: str) -> httpx.Response:
    app = Starlette(routes=routes(store.health, SERVICES))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller:
        return await caller.get(path)


async def test_a_process_lives_whatever_its_store_does() -> None:
    answer = await asked(FakeStore(failures=1), "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_process_is_ready_once_its_store_is_prepared() -> None:
    store = FakeStore()
    before = await asked(store, "/readyz")
    assert before.status_code == 503
    assert "indexes" in before.json()["store"]
    await store.health.keep_preparing()
    after = await asked(store, "/readyz")
    assert (after.status_code, after.json()) == (200, {"status": "ready", "store": "up", "services": SERVICES})


async def test_a_store_that_goes_away_makes_the_process_unready() -> None:
    store = FakeStore()
    await store.health.keep_preparing()
    store.failures = 1
    answer = await asked(store, "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unready", "store": "STORE cannot be reached", "services": SERVICES}


async def test_a_service_that_is_off_does_not() -> None:
    store = FakeStore()
    await store.health.keep_preparing()
    assert (await asked(store, "/readyz")).json()["services"]["zendesk"] == "off"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_nobody_may_keep_the_answer(path: str) -> None:
    assert (await asked(FakeStore(), path)).headers["cache-control"] == "no-store"


async def test_the_store_is_prepared_again_and_again_until_it_is_there() -> None:
    store = FakeStore(failures=8)
    await store.health.keep_preparing()
    assert store.pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert await store.health.problem() is None


async def test_a_bug_is_not_waited_for() -> None:
    async def bug() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await StoreHealth(bug, bug, failures=(DownError,)).keep_preparing()


async def test_the_end_of_the_process_ends_the_waiting() -> None:
    store = FakeStore(failures=10**6)
    store.health = StoreHealth(store.ping, store.prepare, failures=(DownError,))
    waiting = asyncio.create_task(store.health.keep_preparing())
    await asyncio.sleep(0)  # it has tried once, and waits
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert store.failures == 10**6 - 1
