"""What a change makes wrong is not shown afterwards: RFC 9111 section 4.4, and evictions."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from connectors.domain.errors import ConnectorError, Overloaded, RateLimited, TimedOut
from connectors.domain.service import Service
from connectors.transport.breaker import LeftAlone
from connectors.transport.live import live
from tests.connectors.transport.cached import Subject, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import URL, Reply, Waiting, read, write

MINUTE = "max-age=60"
OK = httpx.Response(200)


async def asked_again_after(change: httpx.Request, outcome: Reply, asked: httpx.Request) -> bool:
    subject = Subject(reply(b"before", cache_control=MINUTE), outcome, reply(b"after", cache_control=MINUTE))
    await subject.ask(asked)
    with suppress(ConnectorError):
        await subject.ask(change)
    return (await subject.ask(asked)).content == b"after"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_change_takes_away_what_was_kept_of_its_address(method: str) -> None:
    assert await asked_again_after(write(method), OK, read())


async def test_a_change_takes_away_every_query_of_its_path_for_every_credential() -> None:
    assert await asked_again_after(write(), OK, read(URL + "?page=2", credential="b"))


async def test_a_write_with_an_idempotency_key_is_a_change() -> None:
    assert await asked_again_after(read(method="POST", headers={"Idempotency-Key": "k"}), OK, read())


@pytest.mark.parametrize("outcome", [TimedOut(Service.GITHUB, "slow"), reply(status=500), reply(status=302)])
async def test_a_change_that_may_have_been_made_counts_as_made(outcome: Reply) -> None:
    assert await asked_again_after(write(), outcome, read())


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 429])
async def test_a_change_that_was_refused_takes_nothing_away(status: int) -> None:
    assert not await asked_again_after(write(), reply(status=status), read())


UNSENT = [LeftAlone(Service.GITHUB, "open"), Overloaded(Service.GITHUB), RateLimited(Service.GITHUB, 5.0)]


@pytest.mark.parametrize("outcome", UNSENT, ids=lambda error: type(error).__name__)
async def test_a_change_that_was_never_sent_takes_nothing_away_unless_an_attempt_before_may_have_been(
    outcome: Reply,
) -> None:
    assert not await asked_again_after(write(), outcome, read())
    keyed = read(method="POST", headers={"Idempotency-Key": "k"})
    assert await asked_again_after(keyed, outcome, read())


@pytest.mark.parametrize("url", [URL + "/1", URL + "s", URL.replace("example", "example:444")])
async def test_a_change_leaves_other_addresses(url: str) -> None:
    assert not await asked_again_after(write(), OK, read(url))


async def test_what_is_safe_changes_nothing() -> None:
    assert not await asked_again_after(read(method="OPTIONS"), OK, read())


async def test_an_eviction_takes_away_what_begins_with_a_path() -> None:
    subject = Subject(reply(b"1", cache_control=MINUTE))
    for path in ("", "/1", "?page=2"):
        await subject.ask(read(URL + path))
    await subject.ask(read("https://vendor.example/v1/others"))
    await subject.layer.evict("/v1/things")
    assert len(subject.store) == 1
    await subject.layer.evict("")
    assert len(subject.store) == 0


class Held:
    """A cache over a network that answers when told to."""

    def __init__(self) -> None:
        self.wire = Waiting()
        self.subject = Subject(wire=self.wire)

    async def start(self, request: httpx.Request | None = None) -> "asyncio.Task[httpx.Response]":
        task = asyncio.create_task(self.subject.ask(request))
        await turns()
        return task

    def answer(self, number: int, body: bytes) -> None:
        self.wire.calls[number].answer(body, headers={"Cache-Control": "max-age=60"})


async def test_an_answer_that_was_asked_for_before_an_eviction_is_shown_but_not_kept() -> None:
    held = Held()
    early = await held.start()
    await held.subject.layer.evict("/v1")
    held.answer(0, b"before")
    assert (await early).content == b"before"
    assert len(held.subject.store) == 0


async def test_an_answer_that_was_asked_for_before_a_change_was_over_is_not_kept() -> None:
    held = Held()
    early, change = await held.start(), await held.start(write())
    held.answer(1, b"done")
    await change
    held.answer(0, b"before")
    await early
    assert len(held.subject.store) == 0


async def test_a_change_whose_caller_has_gone_counts_as_made() -> None:
    held = Held()
    early = await held.start()
    held.answer(0, b"before")
    await early
    change = await held.start(write())
    change.cancel()
    with pytest.raises(asyncio.CancelledError):
        await change
    assert len(held.subject.store) == 0


async def test_a_slow_old_answer_does_not_take_the_place_of_a_newer_one() -> None:
    held = Held()
    slow = await held.start()
    with live():
        quick = await held.start()
    held.answer(1, b"newer")
    await quick
    held.answer(0, b"older")
    assert (await slow).content == b"older"
    assert (await held.subject.ask()).content == b"newer"
