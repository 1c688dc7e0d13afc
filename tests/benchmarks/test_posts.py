"""The graph of the benchmark, and that the servers of Python beside it answer the same."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message

from benchmarks.compare import ceiling, stock
from benchmarks.posts import GRAPHQL, Backend, build_engine, create_app
from benchmarks.posts_compare import ANSWERS, WORKLOADS
from benchmarks.posts_data import expected

POSTS = "{ posts { id userId title user { id name email } } }"


@asynccontextmanager
async def started(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """The application between the two events of its lifespan."""
    given: asyncio.Queue[Message] = asyncio.Queue()
    told: asyncio.Queue[Message] = asyncio.Queue()
    living = asyncio.ensure_future(app({"type": "lifespan", "state": {}}, given.get, told.put))
    given.put_nowait({"type": "lifespan.startup"})
    assert (await told.get())["type"] == "lifespan.startup.complete"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client
    given.put_nowait({"type": "lifespan.shutdown"})
    await living


async def answered(client: httpx.AsyncClient, workload: str) -> Any:  # noqa: ANN401 - JSON
    body = WORKLOADS[workload].replace("%d", "7")
    response = await client.post(GRAPHQL, content=body, headers={"Content-Type": "application/json"})
    return response.json()


@pytest.mark.parametrize("workload", WORKLOADS)
async def test_the_gateway_answers_every_workload(upstream: str, workload: str) -> None:
    async with started(create_app(upstream)) as client:
        assert await answered(client, workload) == {"data": ANSWERS[workload]}


@pytest.mark.parametrize("workload", WORKLOADS)
async def test_the_ceiling_answers_the_same(upstream: str, workload: str) -> None:
    async with started(ceiling.App(upstream)) as client:
        assert await answered(client, workload) == {"data": ANSWERS[workload]}


@pytest.mark.parametrize("workload", WORKLOADS)
async def test_stock_strawberry_answers_the_same(upstream: str, workload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = httpx.ASGITransport(stock.app)
    async with (
        httpx.AsyncClient(base_url=upstream) as client,
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as caller,
    ):
        monkeypatch.setattr(stock, "client", client)
        assert await answered(caller, workload) == {"data": ANSWERS[workload]}


async def test_identical_operations_under_way_are_executed_once_and_different_ones_each(upstream: str) -> None:
    engine, backend = build_engine(), Backend(upstream)
    same, differing = (
        engine.prepare(POSTS, None),
        f"query($nonce: Int!) {POSTS.replace('posts', 'posts(nonce: $nonce)')}",
    )
    each = engine.prepare(differing, None)

    async with backend.open(create_app(upstream)):
        operations = [engine.execute(same, None, backend.context()) for _ in range(3)]
        operations += [engine.execute(each, {"nonce": number}, backend.context()) for number in range(3)]
        answers = await asyncio.gather(*operations)

    assert engine.shared == 2
    assert [json.loads(answer.body) for answer in answers] == [{"data": {"posts": expected()}}] * 6


def test_nothing_is_served_before_the_start() -> None:
    with pytest.raises(RuntimeError, match="lifespan has not run"):
        Backend("http://127.0.0.1:9").context()
