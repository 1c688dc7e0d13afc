"""`X-Tributary-Plan`, over real engines: who asks is told of the plan, and nobody else."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from gateway.execution.engine import Engine
from gateway.execution.operation import Answer, Prepared
from gateway.http.graphql import GraphQLEndpoint
from tests.gateway.execution.people import Gates, Graph
from tests.gateway.execution.test_engine_kept import Lasting, Records
from tests.gateway.execution.test_engine_kept import engine as lasting
from tests.gateway.http.support import URL
from tests.gateway.http.test_incremental import DEFERRED, EVENTS, NEWER, OLDER, PLAIN, read

ASKED = {"X-Tributary-Plan": "1"}
ALONE = {"X-Tributary-Plan": "only"}
PEOPLE = (
    "query People($first: Int! = 3, $with: Boolean = true) { people(first: $first) { id name @include(if: $with) } }"
)


def client(engine: Engine, context: object, **options: Any) -> httpx.AsyncClient:  # noqa: ANN401 - of an endpoint
    def planner(prepared: Any, variables: Mapping[str, Any] | None) -> Mapping[str, Any]:  # noqa: ANN401 - a `Ready`
        return engine.explained(prepared, variables).as_json()

    return of(GraphQLEndpoint(engine, lambda _: context, planner=planner, **options))


def of(app: GraphQLEndpoint) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)


def people() -> httpx.AsyncClient:
    return client(Graph().engine, Gates("slow 1", "lost"), batch=5)


async def test_who_asks_is_told_of_the_plan_beside_the_answer() -> None:
    async with people() as asking:
        answer = (await asking.post("", json={"query": PEOPLE}, headers=ASKED)).json()
    assert len(answer["data"]["people"]) == 3
    assert answer["extensions"]["reached"] == 0
    plan = answer["extensions"]["plan"]
    assert (plan["operation"], plan["kind"], plan["errors"]) == ("People", "query", [])
    assert plan["fields"] == [{"field": "people", "items": 3, "fields": [{"field": "id"}, {"field": "name"}]}]


async def test_the_plan_is_that_of_the_variables() -> None:
    async with people() as asking:
        asked = {"query": PEOPLE, "variables": {"with": False}}
        plan = (await asking.post("", json=asked, headers=ALONE)).json()["extensions"]["plan"]
    assert plan["fields"][0]["fields"] == [{"field": "id"}]


@pytest.mark.parametrize("headers", [{}, {"X-Tributary-Plan": "0"}, {"X-Tributary-Plan": ""}])
async def test_who_does_not_ask_is_told_nothing(headers: dict[str, str]) -> None:
    async with people() as asking:
        answer = await asking.post("", json={"query": PEOPLE}, headers=headers)
    assert answer.json()["extensions"] == {"reached": 0}


async def test_without_a_planner_the_header_does_nothing() -> None:
    async with of(GraphQLEndpoint(Graph().engine, lambda _: Gates())) as asking:
        answer = await asking.post("", json={"query": PLAIN}, headers=ALONE)
    assert answer.json() == {"data": {"me": {"name": "Person 1"}}, "extensions": {"reached": 0}}


async def test_a_plan_alone_executes_nothing() -> None:
    records = Records()
    async with client(lasting(Lasting()), records) as asking:
        answer = (await asking.post("", json={"query": "{ asked }"}, headers=ALONE)).json()
    assert (answer["data"], answer["extensions"].keys(), records.asked) == (None, {"plan"}, 0)


async def test_an_answer_that_is_kept_is_kept_without_the_plan() -> None:
    records = Records()
    async with client(lasting(Lasting()), records) as asking:
        first, second, third = [
            await asking.get("", params={"query": "{ asked }"}, headers=headers) for headers in (ASKED, {}, ASKED)
        ]
    assert records.asked == 1
    assert first.json()["extensions"].keys() == {"asked", "plan"}
    assert second.json()["extensions"].keys() == {"again"}
    assert third.json()["extensions"].keys() == {"again", "plan"}
    assert (first.headers["cache-control"], third.headers["cache-control"]) == ("no-store", "no-store")


async def test_an_answer_that_is_shared_is_shared_without_the_plan() -> None:
    over, barrier = Shared(Graph().engine), asyncio.Barrier(2)
    async with of(GraphQLEndpoint(over, lambda _: barrier, planner=lambda *_: {"errors": []})) as asking:
        told, untold = await asyncio.gather(
            *(asking.post("", json={"query": PLAIN}, headers=headers) for headers in (ASKED, {}))
        )
    assert told.json() == {"data": 1, "extensions": {"plan": {"errors": []}}}
    assert untold.json() == {"data": 1}


class Shared:
    """An engine that answers two at once, with one and the same answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._answer = Answer(b'{"data":1}')
        self.deliver, self.subscribe = engine.deliver, engine.subscribe

    def prepare(self, query: str, name: str | None) -> Prepared:
        return self._engine.prepare(query, name)

    async def execute(self, _prepared: object, _variables: object, context: object) -> Answer:
        assert isinstance(context, asyncio.Barrier)
        await context.wait()
        return self._answer


async def test_every_operation_of_a_batch_has_its_own_plan() -> None:
    async with people() as asking:
        answer = await asking.post(
            "", json=[{"query": PLAIN}, {"query": "{ nothing }"}, {"query": PEOPLE}], headers=ASKED
        )
    first, second, third = answer.json()
    assert first["extensions"]["plan"]["fields"][0]["field"] == "me"
    assert second.keys() == {"errors"}
    assert third["extensions"]["plan"]["fields"][0]["field"] == "people"


@pytest.mark.parametrize("accept", [NEWER, OLDER])
async def test_the_first_part_has_the_plan_and_no_other(accept: str) -> None:
    async with people() as asking:
        first, *more = read(await asking.post("", json={"query": DEFERRED}, headers=ASKED | {"Accept": accept}))
    assert [step["field"] for step in first["extensions"]["plan"]["fields"][0]["fields"]] == ["name", "slow", "lost"]
    assert "plan" not in str(more)
    assert more[-1]["extensions"] == {"reached": 2}


@pytest.mark.parametrize("accept", [NEWER, EVENTS])
async def test_a_plan_alone_is_one_part(accept: str) -> None:
    async with people() as asking:
        answer = await asking.post("", json={"query": DEFERRED}, headers=ALONE | {"Accept": accept})
    (only,) = [answer.json()] if answer.headers["content-type"].startswith("application") else read(answer)
    assert only["data"] is None
    assert only["extensions"].keys() == {"plan"}


async def test_variables_that_do_not_fit_have_no_plan() -> None:
    asked = {"query": PEOPLE, "variables": {"first": "three"}}
    async with people() as asking:
        for headers in (ASKED, ALONE):
            answer = (await asking.post("", json=asked, headers=headers)).json()
            assert answer.keys() == {"errors"}
            assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
