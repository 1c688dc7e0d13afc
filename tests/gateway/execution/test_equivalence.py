"""Random schemas, random data, random operations: what graphql-core answers is what we answer."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Iterator
from random import Random
from typing import Any

import pytest
from graphql import ExecutionResult, execute, parse
from graphql.execution.incremental.incremental_executor import IncrementalExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.execution.documents import Documents
from gateway.execution.encoding import as_json
from gateway.execution.engine import Engine
from gateway.execution.executor import CompiledExecutor
from gateway.execution.limits import Limits
from tests.gateway.execution import plain, typed
from tests.gateway.execution.asking import Asked, asked
from tests.gateway.execution.graphs import Graph, graph
from tests.gateway.execution.telling import Rules, told
from tests.gateway.execution.world import World
from tests.gateway.leftovers import GRAPHQL_CORE, none_left_but

OPERATIONS = 30  # of each schema
SCHEMAS = settings(
    max_examples=170, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
LIMITS = Limits(
    characters=10**6, tokens=10**5, nesting=200, depth=50, aliases=1000, directives=1000, fields=10**6, cost=10**9
)


async def executed(
    schema: Any, text: str, variables: dict[str, Any], world: World, executor: type[IncrementalExecutor], root: Any
) -> ExecutionResult:
    result = execute(
        schema,
        parse(text),
        root_value=root,
        context_value=world,
        variable_values=variables,
        executor_class=executor,
    )
    if isinstance(result, Awaitable):
        result = await result
    assert isinstance(result, ExecutionResult)
    return result


async def settled() -> None:
    """Everything that goes on in the background is over."""
    for _ in range(40):
        if asyncio.all_tasks() == {asyncio.current_task()}:
            return
        await asyncio.sleep(0)
    raise AssertionError([one for one in asyncio.all_tasks() if one is not asyncio.current_task()])


def same(graph_: Graph, stock: ExecutionResult, ours: ExecutionResult, everything: list[Any]) -> None:
    assert repr(ours.data) == repr(stock.data)  # with the order of fields; and NaN is equal to NaN
    rules = Rules(graph_, everything)
    assert not rules.breaches(told(stock)), "graphql-core itself"
    assert not rules.breaches(told(ours))


async def compare(graph_: Graph, schema: Any, world: World, one: Asked) -> tuple[ExecutionResult, ExecutionResult]:
    root = world.at(one.kind.title(), 0)
    stock = await executed(schema, one.plain, one.variables, world, IncrementalExecutor, root)
    await settled()
    world.left()
    calls = list(world.log)
    world.log.clear()
    ours = await executed(schema, one.plain, one.variables, world, CompiledExecutor, root)
    await settled()
    assert world.left() == 0
    assert one.kind == "query" or world.log == calls
    everything = []
    if stock.errors or ours.errors:
        everything = told(await executed(schema, one.undivided(), one.variables, world, IncrementalExecutor, root))
        await settled()
        world.left()
    same(graph_, stock, ours, everything)
    world.log.clear()
    return stock, ours


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_left() -> Iterator[None]:
    """graphql-core leaves some of its coroutines where a sibling failed, and Strawberry's with them; we do not."""
    with none_left_but(*GRAPHQL_CORE):
        yield


@SCHEMAS
@given(st.integers(0, 2**32))
def test_a_schema_of_graphql_core_is_answered_as_graphql_core_answers(seed: int) -> None:
    rng = Random(seed)
    graph_ = graph(rng, hasty=rng.random() < 0.2)
    schema = plain.schema(graph_, rng)

    async def all_of_them() -> None:
        for at in range(OPERATIONS):
            world = plain.world(graph_, seed + at // 5)
            await compare(graph_, schema, world, asked(rng, graph_))

    asyncio.run(all_of_them())


@SCHEMAS
@given(st.integers(0, 2**32))
def test_a_schema_of_strawberry_is_answered_as_graphql_core_answers(seed: int) -> None:
    rng = Random(seed)
    graph_ = graph(rng, hasty=rng.random() < 0.2)
    name = f"made_{seed}"
    schema, module = typed.schema(graph_, name)

    async def all_of_them() -> None:
        engine = Engine(schema, Documents(schema._schema, LIMITS), limits=LIMITS)  # noqa: SLF001 - as the engine
        for at in range(OPERATIONS):
            world = typed.world(graph_, seed + at // 5, module)
            one = asked(rng, graph_)
            stock, _ = await compare(graph_, schema._schema, world, one)  # noqa: SLF001 - likewise
            if at % 3 == 0 and not stock.errors:
                answer = await engine.execute(engine.prepare(one.plain, None), one.variables, world)
                assert json.loads(answer.body) == json.loads(as_json({"data": stock.data}))
        assert not engine.paths["graphql-core"]

    try:
        asyncio.run(all_of_them())
    finally:
        del sys.modules[name]
