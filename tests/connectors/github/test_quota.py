"""GitHub's points, through the layers: heard from answers that came over the wire, and from no others."""

import json
from collections.abc import Callable, Mapping

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.errors import RateLimited
from connectors.github.client import GitHub
from connectors.github.service import GITHUB
from connectors.transport.cache_store import MemoryStore
from connectors.transport.quota import Quota
from connectors.transport.stats import Ledger, operation
from tests.connectors.github.support import PEOPLE
from tests.connectors.support import Recorder

LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit already exceeded for user ID 1."}]}


def layered(wire: httpx.AsyncBaseTransport) -> tuple[Connection, GitHub]:
    """GitHub behind all its layers."""
    access = Access(mode=Mode.LIVE, base_url=GITHUB.base_url, credentials=imitated(GITHUB))
    connection = connect(GITHUB, access, PEOPLE, wire, store=MemoryStore())
    assert isinstance(connection.connector, GitHub)
    return connection, connection.connector


def points(connection: Connection) -> Quota:
    assert connection.stack
    quota = connection.stack.budget.current()
    assert quota
    return quota


def imitated_now() -> Recorder:
    """The imitation, whose hour of points began just now."""
    return Recorder(httpx.MockTransport(GITHUB.imitate(PEOPLE)))


def without_headers() -> Recorder:
    """The same, but its answers tell of points in their bodies alone."""
    answer = GITHUB.imitate(PEOPLE)

    def bare(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        return httpx.Response(response.status_code, content=response.content)

    return Recorder(httpx.MockTransport(bare))


def saying(body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Recorder:
    return Recorder(httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps(body), headers=headers)))


@pytest.mark.parametrize("network", [imitated_now, without_headers])
async def test_the_points_left_are_known_after_every_answer(network: Callable[[], Recorder]) -> None:
    connection, github = layered(network())
    await github.developers([PEOPLE[1].handle])
    assert (points(connection).limit, points(connection).remaining) == (5000, 4999)
    await github.developers([PEOPLE[2].handle])
    assert (points(connection).remaining, points(connection).policy) == (4998, "graphql")


async def test_an_answer_that_is_shown_again_does_not_bring_old_figures_back() -> None:
    connection, github = layered(without_headers())
    for number in (1, 2, 1, 1):
        await github.developers([PEOPLE[number].handle])
    assert connection.stats.totals.cached == 2
    assert points(connection).remaining == 4998


async def test_points_that_are_spent_are_asked_for_no_more() -> None:
    spent = {"limit": 5000, "cost": 1, "remaining": 0, "resetAt": "2099-01-01T00:00:00Z"}
    wire = saying({"data": {"k0": None, "rateLimit": spent}}, {"X-RateLimit-Resource": "graphql"})
    _, github = layered(wire)
    await github.developers(["ada"])
    answers = await github.developers(["grace"])
    assert isinstance(answers["grace"], RateLimited)
    assert len(wire.requests) == 1


async def test_a_refusal_with_status_200_is_rate_limited_is_not_kept_and_pauses_github() -> None:
    wire = saying(LIMITED)
    connection, github = layered(wire)
    with operation(Ledger()) as ledger:
        first = await github.developers(["ada"])
        again = await github.developers(["ada"])
        other = await github.developers(["grace"])
    told = [first["ada"], again["ada"], other["grace"]]
    assert all(isinstance(one, RateLimited) for one in told)
    assert [one.retry_after for one in told if isinstance(one, RateLimited)] == pytest.approx([60, 60, 60], abs=1)
    assert len(wire.requests) == 1
    assert connection.stats.totals.cached == 0
    assert ledger.meter(GITHUB.service).errors == 3
