"""Several operations in one request."""

import asyncio

import pytest

from gateway.http.graphql import BATCH
from tests.gateway.http.support import URL, CoreEngine, Sender, client, codes, endpoint, http_scope

GREETING = {"query": "{ greeting }"}


async def test_batches_are_refused_where_they_are_not_asked_for() -> None:
    answer = await client().post(URL, json=[GREETING])
    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])
    assert "one operation" in answer.json()["errors"][0]["message"]


async def test_a_batch_is_answered_in_its_order_and_what_fails_in_its_place() -> None:
    batch = [{"query": "{ echo(a: 1) }"}, {"query": "{"}, {"variables": {}}, {"query": "{ echo(a: 4) }"}]
    answer = await client(batch=BATCH).post(URL, json=batch)
    first, second, third, fourth = answer.json()
    assert answer.status_code == 200
    assert (first["data"], fourth["data"]) == ({"echo": 1}, {"echo": 4})
    assert [failed["errors"][0]["extensions"]["code"] for failed in (second, third)] == [
        "GRAPHQL_PARSE_FAILED",
        "BAD_REQUEST",
    ]
    assert answer.headers["cache-control"] == "no-store"


async def test_the_operations_of_a_batch_run_side_by_side() -> None:
    async with asyncio.timeout(10):
        answer = await client(batch=2).post(URL, json=[{"query": "{ met }"}, {"query": "{ met }"}])
    assert sorted(one["data"]["met"] for one in answer.json()) == [0, 1]


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (3, 200), (4, 400)])
async def test_a_batch_is_bounded(count: int, status: int) -> None:
    engine = CoreEngine()
    answer = await client(engine=engine, batch=3).post(URL, json=[GREETING] * count)
    assert answer.status_code == status
    assert len(engine.executed) == (count if status == 200 else 0)


async def test_a_batch_of_what_is_no_request_is_a_400() -> None:
    answer = await client(batch=3).post(URL, json=[GREETING, 5])
    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


async def test_the_log_is_told_every_operation_of_a_batch() -> None:
    scope, sender = http_scope(), Sender(b'[{"query": "query A { greeting }"}, {"query": "mutation B { shout }"}]')
    await endpoint(batch=2)(scope, sender.receive, sender.send)
    assert scope["state"]["operation"] == "query A, mutation B"


async def test_each_operation_of_a_batch_has_a_context_of_its_own() -> None:
    made: list[float | None] = []

    def make_context(seconds: float | None) -> list[float | None]:
        made.append(seconds)
        return made

    caller = client(batch=2, make_context=make_context)
    await caller.post(URL, json=[GREETING, GREETING], headers={"X-Request-Timeout": "3"})
    assert made == [3.0, 3.0]
