"""What the upstream stack makes of a service that is slow, wrong or dead; `test_upstream_traffic.py` has the list."""

import asyncio
import socket
import time
from collections.abc import Callable

import httpx
import pytest

from connectors.api import Api
from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import ConnectorError
from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.stripe.wire import Balance
from connectors.transport import stack
from connectors.transport.cache_store import MemoryStore
from connectors.transport.retry_budget import RetryBudget
from tests.acceptance.faults import Answer, hanging, replying
from tests.acceptance.upstream import BALANCE, BROKEN, OTHERS, Environment, codes, sources, with_stripe
from tests.acceptance.upstream_faults import Upstream, imitating
from tests.acceptance.world import gateway
from tests.connectors.support import Recorder

OF_ONE = "query($email: String!) { customer(email: $email) { invoices(first: 1) { edges { node { id } } } } }"
THROTTLED = replying("429 Too Many Requests", b"{}")


def in_turn(*answers: Answer) -> Answer:
    """The n-th call gets the n-th answer, and every further one the last."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(reader, writer)

    return answer


def remembering(inner: Answer, heads: list[str]) -> Answer:
    """Keeps what was asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head.decode())
        again = asyncio.StreamReader()
        again.feed_data(head)
        again.feed_eof()
        await inner(again, writer)

    return answer


@pytest.fixture
def right(people: People) -> Answer:
    return imitating(STRIPE.imitate(people))


async def test_connect_timeout_a_service_that_takes_no_connection_is_given_up_on_its_own_time(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.create_connection(deaf.getsockname()):
        own = {
            "STRIPE_BASE_URL": f"http://127.0.0.1:{deaf.getsockname()[1]}",
            "STRIPE_CONNECT_TIMEOUT": "0.2",
            "STRIPE_ATTEMPTS": "1",
        }
        async with gateway(monkeypatch, environment | own) as graph:
            began = time.monotonic()
            answer = await graph.ask(BALANCE)
            assert time.monotonic() - began <= 1
    assert codes(answer) == {"UPSTREAM_TIMEOUT"}
    assert "within 0.2 s" in answer["errors"][0]["message"]


async def test_whole_call_timeout_a_service_that_never_answers_is_given_up_retries_included(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    async with with_stripe(monkeypatch, environment, Upstream(hanging), seconds=0.5) as graph:
        await graph.data(OTHERS)
        began = time.monotonic()
        answer = await graph.ask(BALANCE[:-1] + OTHERS[1:])
        assert 0.4 <= time.monotonic() - began <= 1
    assert codes(answer) == {"UPSTREAM_TIMEOUT"}
    assert answer["data"]["tickets"]["edges"]


async def test_upstream_body_one_that_is_longer_than_allowed_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    stripe = Upstream(replying("200 OK", b" " * 2**18))
    async with with_stripe(monkeypatch, environment | {"STRIPE_MAX_BODY": "0.2"}, stripe) as graph:
        answer = await graph.ask(BALANCE)
    assert codes(answer) == {"UPSTREAM_MALFORMED"}
    assert "larger than 0.2 MiB" in answer["errors"][0]["message"]


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Unavailable", "504 Gateway Timeout"])
async def test_retry_a_call_is_sent_up_to_three_times_until_it_is_answered(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, right: Answer, status: str
) -> None:
    failing = replying(status, b"")
    stripe = Upstream(in_turn(failing, failing, right))
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        answer = await graph.ask(BALANCE)
    assert answer["data"]["balance"]
    cost = sources(answer)["STRIPE"]
    assert (stripe.calls, cost["calls"], cost["retries"], cost["errors"]) == (3, 3, 2, 0)


async def test_retry_a_429_that_does_not_say_for_how_long_is_waited_out_by_all_and_then_answered(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, right: Answer, people: People
) -> None:
    stripe = Upstream(in_turn(THROTTLED, right))
    async with with_stripe(monkeypatch, environment, stripe, seconds=5) as graph:
        first = asyncio.create_task(graph.ask(BALANCE))
        await stripe.until(lambda it: it.calls == 1 and not it.open)
        began = time.monotonic()
        later = await graph.ask(OF_ONE, email=people[0].email)
        waited = time.monotonic() - began
        assert not codes(await first)
    assert not codes(later)
    assert sources(await first)["STRIPE"]["retries"] == 1
    assert sources(later)["STRIPE"]["retries"] == 0, "it was kept back, not sent twice"
    assert 0.5 <= waited <= 2.5


async def test_retry_budget_under_total_failure_upstream_traffic_is_at_most_a_fifth_above_what_is_offered(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    offered = 300
    # Without the breaker, which would stop nearly all of it, and with a floor in proportion: 30 of 300 calls.
    own = {"STRIPE_BREAKER_CALLS": "100000", "STRIPE_RETRY_FLOOR": "6", "STRIPE_RETRY_DELAY": "0"}
    stripe = Upstream(BROKEN)
    async with with_stripe(monkeypatch, environment | own, stripe, seconds=10) as graph:
        for start in range(0, offered, 30):
            numbers = range(start, start + 30)
            answers = await asyncio.gather(*(graph.ask(OF_ONE, email=people[n].email) for n in numbers))
            assert all(codes(answer) == {"UPSTREAM_UNAVAILABLE"} for answer in answers)
    assert offered < stripe.calls <= 1.2 * offered


async def test_retry_budget_what_fails_is_a_fifth_of_what_succeeds_at_most(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, right: Answer, people: People
) -> None:
    monkeypatch.setattr(stack, "RetryBudget", lambda **given: RetryBudget(**{**given, "floor": 0.0}))
    stripe = Upstream(right)
    async with with_stripe(monkeypatch, environment, stripe) as graph:
        for number in range(20):
            await graph.data(OF_ONE, email=people[number].email)
        stripe.manner, before = BROKEN, stripe.calls
        answers = [await graph.ask(OF_ONE, email=people[number].email) for number in range(100, 110)]
    retries = sum(sources(answer)["STRIPE"]["retries"] for answer in answers)
    assert 1 <= retries <= before / 5


def reached(wire: httpx.AsyncBaseTransport) -> tuple[Connection, Api]:
    """Stripe behind all its layers, over a network of a test's choice."""
    access = Access(mode=Mode.LIVE, base_url="https://vendor.example", credentials=imitated(STRIPE))
    connection = connect(STRIPE, access, People(1), wire, store=MemoryStore())
    api = connection.connector._api  # type: ignore[attr-defined]  # noqa: SLF001 - connectors keep it to themselves
    assert isinstance(api, Api)
    return connection, api


KEYED = {"Idempotency-Key": "k-1"}


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        (lambda api: api.get("/v1/balance", into=Balance), 3),
        (lambda api: api.query("/v1/search", {}, into=Balance), 3),
        (lambda api: api.post("/v1/refunds", form={}, headers=KEYED, into=Balance), 3),
        (lambda api: api.post("/v1/refunds", form={}, into=Balance), 1),
        (lambda api: api.post("/v1/refunds", json={}, into=Balance), 1),
    ],
    ids=["GET", "a question by POST", "a write with a key", "a form", "a write"],
)
async def test_what_is_retried_are_reads_and_writes_with_an_idempotency_key_and_nothing_else(
    call: Callable[[Api], object], sent: int
) -> None:
    wire = Recorder(httpx.MockTransport(lambda _: httpx.Response(503)))
    _, api = reached(wire)
    awaitable = call(api)
    assert asyncio.iscoroutine(awaitable)
    with pytest.raises(ConnectorError):
        await awaitable
    assert len(wire.requests) == sent
    assert len({request.content for request in wire.requests}) == 1, "each time the same"


@pytest.mark.parametrize("status", [400, 401, 402, 404, 409, 422])
async def test_what_is_retried_is_no_refusal(status: int) -> None:
    wire = Recorder(httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(ConnectorError):
        await reached(wire)[1].get("/v1/balance", into=Balance)
    assert len(wire.requests) == 1


async def test_concurrency_what_comes_beyond_the_queue_is_shed_at_once(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, people: People
) -> None:
    stripe, own = Upstream(hanging), {"STRIPE_CONCURRENCY": "2", "STRIPE_QUEUE": "3"}
    async with with_stripe(monkeypatch, environment | own, stripe) as graph:
        asking = [asyncio.create_task(graph.ask(OF_ONE, email=people[n].email)) for n in range(12)]
        began = time.monotonic()
        await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        assert time.monotonic() - began <= 1
        found = [codes(answer) for answer in await asyncio.gather(*asking)]
    assert stripe.calls <= 2 + 3
    assert found.count({"OVERLOADED"}) == 12 - 5
    assert found.count({"UPSTREAM_TIMEOUT"}) == 5


async def test_headers_upstream_none_of_the_callers_is_forwarded(
    monkeypatch: pytest.MonkeyPatch, environment: Environment, right: Answer
) -> None:
    heads: list[str] = []
    own = {"Authorization": "Bearer callers-own", "Cookie": "session=callers", "X-Tenant": "callers", "Accept": "a/b"}
    async with with_stripe(monkeypatch, environment, Upstream(remembering(right, heads))) as graph:
        response = await graph.http.post("/graphql", json={"query": BALANCE}, headers=own | {"Accept": "*/*"})
        assert response.json()["data"]["balance"]
    names = {line.partition(":")[0].lower() for line in heads[0].splitlines()[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent", "authorization", "stripe-version"}
    assert "callers" not in heads[0]


async def test_cookies_of_a_service_are_not_kept(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    heads: list[str] = []
    baking = replying("200 OK", b'{"available": []}', "Set-Cookie: session=of-somebody; Path=/")
    async with with_stripe(
        monkeypatch, environment | {"STRIPE_CACHE": "0"}, Upstream(remembering(baking, heads))
    ) as graph:
        for _ in range(2):
            await graph.data(BALANCE)
    assert len(heads) == 2
    assert not any("of-somebody" in head or "cookie:" in head.lower() for head in heads)


async def test_redirects_are_not_followed(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    other = Upstream(hanging)
    async with other.listening() as elsewhere:
        stripe = Upstream(replying("307 Temporary Redirect", b"", f"Location: {elsewhere}/v1/balance"))
        async with with_stripe(monkeypatch, environment, stripe) as graph:
            answer = await graph.ask(BALANCE)
    assert codes(answer) == {"UPSTREAM_UNAVAILABLE"}
    assert (stripe.calls, other.calls) == (1, 0)
