"""Quotas that a vendor tells of in its bodies, and refusals that HTTP calls right."""

import asyncio

import httpx
import pytest

from connectors.domain.errors import RateLimited
from connectors.domain.service import Service
from connectors.transport.quota import Quota
from connectors.transport.quota_body import Said
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from tests.connectors.transport.held import request
from tests.connectors.transport.test_quota_gate import START, answer, now
from tests.connectors.transport.timeless import in_virtual_time
from tests.connectors.transport.virtual_time import clock

HOUR = Quota(100, 42, policy="graphql")
TOO_MUCH = Said(refused=60.0)


class Subject:
    """A gate over a network that answers one response after the other, and a reader of what a test puts in."""

    def __init__(self, said: Said | None, *responses: httpx.Response) -> None:
        self.read: list[bytes] = []
        self.sent = 0
        self._said = said
        self._responses = list(responses)
        self.budget = QuotaBudget(Service.GITHUB, clock=clock, now=now)
        self.gate = QuotaGate(httpx.MockTransport(self._answer), self.budget, reads=self._reads, now=now)

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.sent += 1
        return self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]

    def _reads(self, body: bytes) -> Said | None:
        self.read.append(body)
        return self._said

    async def get(self) -> httpx.Response:
        return await self.gate.handle_async_request(request("a"))


@in_virtual_time
async def test_the_figures_of_a_body_are_heard_and_the_answer_is_passed_on_as_it_is() -> None:
    response = httpx.Response(200, content=b"{}")
    subject = Subject(Said(HOUR, cost=7), response)
    assert await subject.get() is response
    assert subject.budget.current() == HOUR
    assert subject.read == [b"{}"]


@in_virtual_time
async def test_a_call_costs_what_the_last_one_did() -> None:
    subject = Subject(Said(Quota(100, 10, policy="graphql"), cost=6), httpx.Response(200))
    await subject.get()
    subject.budget.reserve(request("a").extensions["tributary.call"].priority)
    with pytest.raises(RateLimited):
        await subject.get()
    assert subject.sent == 1, "of ten points, two calls of six are too many"


@in_virtual_time
async def test_a_body_that_says_nothing_changes_nothing() -> None:
    subject = Subject(None, answer(42))
    await subject.get()
    current = subject.budget.current()
    assert current
    assert current.remaining == 42


@pytest.mark.parametrize("status", [304, 403, 429, 500])
@in_virtual_time
async def test_the_body_of_what_is_no_success_is_not_read(status: int) -> None:
    subject = Subject(TOO_MUCH, httpx.Response(status))
    assert (await subject.get()).status_code == status
    assert subject.read == []


@in_virtual_time
async def test_a_refusal_with_status_200_travels_up_as_429_and_pauses_the_service() -> None:
    subject = Subject(TOO_MUCH, httpx.Response(200, headers={"X-Kept": "1"}, content=b'{"errors": []}'))
    refused = await subject.get()
    assert (refused.status_code, refused.content, refused.headers["x-kept"]) == (429, b'{"errors": []}', "1")
    assert refused.headers["retry-after"] == "60"
    with pytest.raises(RateLimited) as kept_back:
        await subject.get()
    assert kept_back.value.retry_after == pytest.approx(60, abs=0.1)
    assert subject.sent == 1
    await asyncio.sleep(60)
    await subject.get()
    assert subject.sent == 2


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (httpx.Response(200, headers={"Retry-After": "7"}), 7),
        (answer(0), 60),
        (answer(0, Retry_After="9"), 9),
        (answer(50), 300),
    ],
    ids=["a header", "an exhausted quota", "both", "neither"],
)
@in_virtual_time
async def test_it_is_for_as_long_as_the_headers_say_and_else_for_as_long_as_the_vendor_documents(
    response: httpx.Response, seconds: int
) -> None:
    subject = Subject(Said(refused=300.0), response)
    assert (await subject.get()).headers.get_list("retry-after") == [f"{seconds}"]


@in_virtual_time
async def test_a_body_may_say_itself_until_when() -> None:
    exhausted = Quota.of(100, 0, START.replace(minute=2), "graphql")
    subject = Subject(Said(exhausted, refused=60.0), httpx.Response(200))
    assert (await subject.get()).headers["retry-after"] == "120"
