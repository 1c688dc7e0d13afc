"""What the cache tells an operation of how long its answer may be shown."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call
from connectors.transport.freshness import Freshness
from connectors.transport.live import live
from connectors.transport.stats import Ledger, operation
from connectors.transport.trace import Trace
from tests.connectors.transport.cached import Subject, reply
from tests.connectors.transport.vendor_wire import Reply, read, write

PUBLIC = Call(private=False, repeatable=True, fresh=60.0, stale=30.0, if_error=600.0)
DOWN = Unavailable(Service.GITHUB, "down")
MINUTE = "max-age=60"
NOTHING = Freshness(0, 0, private=True)


class Operations(Subject):
    """The cache, traced as in the stack."""

    async def told(self, *requests: httpx.Request) -> Freshness:
        """What one operation that makes these reads may tell its caller."""
        with operation(Ledger()) as ledger:
            for request in requests:
                await Trace(self.layer, self.stats).handle_async_request(request)
            return ledger.freshness()


def public(path: str = "", **changes: Any) -> httpx.Request:  # noqa: ANN401 - fields of `Call`
    """A read that nobody's credentials are needed for."""
    return read(f"https://vendor.example/{path}", call=replace(PUBLIC, **changes))


async def test_what_was_just_fetched_lasts_as_long_as_its_service_says_or_else_its_route() -> None:
    subject = Operations(reply(cache_control="max-age=100", age="30"), reply())
    assert await subject.told(public("a")) == Freshness(max_age=100, age=30, private=False)
    assert await subject.told(public("b")) == Freshness(max_age=60, age=0, private=False)


async def test_what_is_shown_again_has_aged() -> None:
    subject = Operations(reply(cache_control=MINUTE))
    await subject.told(public())
    subject.now += 45
    assert await subject.told(public()) == Freshness(max_age=60, age=45, private=False)


async def test_the_parts_of_an_operation_are_reckoned_together() -> None:
    subject = Operations(reply(cache_control=MINUTE), reply(cache_control="max-age=20"))
    await subject.told(public("a"))
    subject.now += 50
    assert await subject.told(public("a"), public("b")) == Freshness(max_age=60, age=50, private=False)
    subject.now += 5
    assert await subject.told(public("b")) == Freshness(max_age=20, age=5, private=False)


@pytest.mark.parametrize(
    "headers",
    [{"Cache-Control": "no-store"}, {"Cache-Control": "no-cache", "ETag": '"1"'}, {"Vary": "*"}, {"Expires": "0"}],
)
async def test_what_may_not_be_kept_here_may_not_be_kept_by_others(headers: dict[str, str]) -> None:
    subject = Operations(httpx.Response(200, headers=headers, content=b"1"))
    assert await subject.told(public()) == NOTHING


async def test_what_is_kept_against_its_services_word_is_kept_by_nobody_else() -> None:
    subject = Operations(reply(cache_control="no-cache, no-store"))
    for _ in range(2):
        assert await subject.told(public(override=True)) == NOTHING
    assert subject.calls == 1
    silent = Operations(reply())
    assert (await silent.told(public(override=True))).max_age == 60, "nothing was said, so nothing is overridden"


async def test_a_stale_answer_lasts_no_longer_and_tells_its_age() -> None:
    subject = Operations(reply(), DOWN)
    await subject.told(public())
    subject.now += 70
    assert await subject.told(public()) == Freshness(max_age=0, age=70, private=True), "shown while it is renewed"
    subject.now += 30
    assert await subject.told(public()) == Freshness(max_age=0, age=100, private=True), "shown in place of a failure"


async def test_a_live_answer_was_asked_for_to_be_new_each_time() -> None:
    subject = Operations(reply(cache_control=MINUTE))
    with live():
        assert await subject.told(public()) == NOTHING
    assert (await subject.told(public())).max_age == 60


async def test_an_answer_that_was_confirmed_is_as_new_as_its_confirmation() -> None:
    confirmed = reply(status=304, etag='"1"', cache_control="max-age=10")
    subject = Operations(reply(etag='"1"', cache_control="max-age=5, must-revalidate"), confirmed)
    await subject.told(public())
    subject.now += 30
    assert await subject.told(public()) == Freshness(max_age=10, age=0, private=False)


async def test_a_confirmation_that_forbids_keeping_lets_nobody_keep_it() -> None:
    subject = Operations(reply(etag='"1"', cache_control="max-age=5"), reply(status=304, cache_control="no-store"))
    await subject.told(public(if_error=0, stale=0))
    subject.now += 30
    assert await subject.told(public(if_error=0, stale=0)) == NOTHING


@pytest.mark.parametrize("failure", [reply(status=404), reply(status=503)], ids=["404", "503"])
async def test_an_error_is_no_part_to_keep(failure: Reply) -> None:
    assert await Operations(failure).told(public()) == NOTHING


async def test_a_failure_is_none_either() -> None:
    subject = Operations(reply(cache_control=MINUTE), DOWN)
    with operation(Ledger()) as ledger:
        await Trace(subject.layer, subject.stats).handle_async_request(public("a"))
        with pytest.raises(Unavailable):
            await Trace(subject.layer, subject.stats).handle_async_request(public("b"))
    assert ledger.freshness() == NOTHING


async def test_a_write_makes_an_answer_of_that_moment() -> None:
    subject = Operations(reply(cache_control=MINUTE))
    assert await subject.told(public("a"), write()) == NOTHING


async def test_what_was_fetched_with_credentials_is_private_and_so_is_what_says_so() -> None:
    subject = Operations(reply(cache_control=MINUTE), reply(cache_control=f"private, {MINUTE}"))
    assert await subject.told(public("a", private=True)) == Freshness(60, 0, private=True)
    assert await subject.told(public("b")) == Freshness(60, 0, private=True)
    assert await subject.told(public("b")) == Freshness(60, 0, private=True), "a kept answer remembers"


async def test_a_renewal_in_the_background_is_no_part_of_the_operation() -> None:
    subject = Operations(reply(b"1"), reply(b"2"))
    await subject.told(public())
    subject.now += 70
    told = await subject.told(public())
    assert told.max_age == 0
    await subject.layer.aclose()
