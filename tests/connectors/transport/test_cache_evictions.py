"""What a write says of answers elsewhere: they are forgotten, and none of before comes back."""

import asyncio

import httpx
import pytest

from connectors.domain.errors import TimedOut
from connectors.domain.service import Service
from connectors.transport.call import Call, attach
from tests.connectors.transport.cached import Subject, reply
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import Reply, Waiting, read

ROOT = "https://vendor.example"
CHARGES = f"{ROOT}/v1/charges"
KEPT = {"Cache-Control": "max-age=60, stale-while-revalidate=60, stale-if-error=600"}


def refund(*evicts: str, credential: str = "a") -> httpx.Request:
    """A write elsewhere, that names what it changes."""
    call = Call(credential=credential, evicts=evicts or ("/v1/charges",))
    return attach(httpx.Request("POST", f"{ROOT}/v1/refunds"), call)


async def kept_after(change: httpx.Request, asked: httpx.Request, outcome: Reply | None = None) -> bool:
    """Whether an answer is still there after a write."""
    subject = Subject(reply(b"before", cache_control="max-age=60"), outcome or reply(), reply(b"after"))
    await subject.ask(asked)
    try:
        await subject.ask(change)
    except TimedOut:
        assert isinstance(outcome, TimedOut)
    return (await subject.ask(asked)).content == b"before"


@pytest.mark.parametrize("path", ["/v1/charges", "/v1/charges?customer=c", "/v1/charges/ch_1", "/v1/charges/ch_1/x?y"])
async def test_a_write_takes_away_what_is_kept_below_the_paths_that_it_names(path: str) -> None:
    assert not await kept_after(refund(), read(ROOT + path))


@pytest.mark.parametrize("path", ["/v1/chargesx", "/v1/charge", "/v1", "/v2/v1/charges", "/v1/balance"])
async def test_it_leaves_what_is_not_below_them(path: str) -> None:
    assert await kept_after(refund(), read(ROOT + path))


async def test_several_paths_can_be_named_and_the_root_is_everything() -> None:
    for path in ("/v1/charges/1", "/v1/balance"):
        assert not await kept_after(refund("/v1/charges", "/v1/balance"), read(ROOT + path))
        assert not await kept_after(refund("/"), read(ROOT + path))


async def test_it_leaves_what_is_kept_in_the_name_of_others_and_of_other_hosts() -> None:
    assert await kept_after(refund(credential="b"), read(CHARGES))
    assert await kept_after(refund(), read("https://other.example/v1/charges"))


@pytest.mark.parametrize("outcome", [reply(status=500), TimedOut(Service.GITHUB, "slow")], ids=["500", "no answer"])
async def test_a_write_of_which_nobody_knows_what_it_did_counts_as_done(outcome: Reply) -> None:
    assert not await kept_after(refund(), read(CHARGES), outcome)


async def test_a_write_that_was_refused_changes_nothing() -> None:
    assert await kept_after(refund(), read(CHARGES), reply(status=402))


class Race:
    """The cache over a network on which each call stays until the test answers it."""

    def __init__(self) -> None:
        self.wire = Waiting()
        self.subject = Subject(wire=self.wire)

    async def start(self, request: httpx.Request) -> "asyncio.Task[httpx.Response]":
        task = asyncio.create_task(self.subject.ask(request))
        await turns()
        return task

    async def answer(self, number: int, body: bytes) -> None:
        self.wire.calls[number].answer(body, headers=KEPT)
        await turns()

    async def read_now(self, body: bytes) -> None:
        """The next read asks the service, and is shown what it says."""
        calls = len(self.wire.calls)
        task = await self.start(read(CHARGES))
        assert len(self.wire.calls) == calls + 1, "an answer of before the write was shown after it"
        await self.answer(calls, body)
        assert (await task).content == body


async def test_a_read_that_began_before_the_write_and_ends_after_it_is_not_kept() -> None:
    race = Race()
    early, change = await race.start(read(CHARGES)), await race.start(refund())
    await race.answer(1, b"done")
    await change
    await race.answer(0, b"before")
    assert (await early).content == b"before", "it is shown to who asked before"
    await race.read_now(b"after")


async def test_a_read_that_began_and_ended_while_the_write_was_under_way_is_not_kept_beyond_it() -> None:
    race = Race()
    change, early = await race.start(refund()), await race.start(read(CHARGES))
    await race.answer(1, b"before")
    assert (await early).content == b"before"
    assert len(race.subject.store) == 1
    await race.answer(0, b"done")
    await change
    await race.read_now(b"after")


async def test_a_read_that_began_after_the_write_is_kept_whatever_ends_later() -> None:
    race = Race()
    early, change = await race.start(read(CHARGES)), await race.start(refund())
    await race.answer(1, b"done")
    await change
    late = await race.start(read(CHARGES + "?again"))
    await race.answer(2, b"after")
    await race.answer(0, b"before")
    await asyncio.gather(early, late)
    assert [(await race.subject.ask(read(CHARGES + "?again"))).content] == [b"after"]


async def test_a_renewal_that_began_before_the_write_brings_nothing_back() -> None:
    race = Race()
    first = await race.start(read(CHARGES))
    await race.answer(0, b"old")
    await first
    race.subject.now += 70
    assert (await race.subject.ask(read(CHARGES))).content == b"old", "stale, and renewed behind it"
    await turns()
    change = await race.start(refund())
    await race.answer(2, b"done")
    await change
    await race.answer(1, b"before")
    assert len(race.subject.store) == 0
    await race.read_now(b"after")


async def test_a_write_whose_caller_has_gone_counts_as_done() -> None:
    race = Race()
    first = await race.start(read(CHARGES))
    await race.answer(0, b"before")
    await first
    change = await race.start(refund())
    change.cancel()
    with pytest.raises(asyncio.CancelledError):
        await change
    await race.read_now(b"after")
