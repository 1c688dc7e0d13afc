"""What an operation has read is gone when it is over, and does not wait for the garbage collector.

A process that serves looks for cycles seldom (`gateway/collection.py`): what is part of one stays in memory meanwhile.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from gateway.execution.column_loader import ColumnLoader
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.execution.loading import loaded
from tests.acceptance.world import Graph

DASHBOARD = """query($first: Int!) { customers(first: $first) { edges { node {
  name
  payments(first: 3) { edges { node { status amount { amount currency } } } }
  tickets(first: 3) { edges { node { subject } } }
  lifetimeValue(currency: "EUR") { amount }
} } } }"""
OURS = ("connectors.domain.", "schema.", "gateway.", "tests.")


async def garbage(ask: Callable[[int], Awaitable[object]]) -> Counter[str]:
    """What of ours the second of two operations, which differ, leaves in cycles: how many of each class."""
    await ask(1)
    await _calm()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        await ask(2)
        await _calm()
        gc.collect()
        classes = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    return Counter({name: count for name, count in classes.items() if name.startswith(OURS)})


async def _calm() -> None:
    """The tasks that an operation has begun, and those which they begin, come to their end."""
    async with asyncio.timeout(10):
        while True:
            before = asyncio.all_tasks()
            await asyncio.sleep(0.05)
            if asyncio.all_tasks() == before:
                return


async def test_an_operation_over_services_leaves_nothing(graph: Graph) -> None:
    assert await garbage(lambda first: graph.data(DASHBOARD, first=first)) == Counter()


@strawberry.type
class Author:
    name: str


@strawberry.type
class Book:
    id: int
    author: Author | None = loaded("id", lambda context: context.authors, graphql_type=Author | None)


class Context:
    def __init__(self) -> None:
        self.authors = ColumnLoader[int, Any](load)


async def load(keys: list[int]) -> list[Any]:
    await asyncio.sleep(0)
    return [Author(name=f"{key}") for key in keys]


@strawberry.type
class Query:
    @strawberry.field
    async def books(self, first: int) -> list[Book]:
        await asyncio.sleep(0)
        return [Book(id=number) for number in range(first)]


async def test_neither_does_the_execution_over_any_schema() -> None:
    schema = strawberry.Schema(Query)
    engine = Engine(schema, Documents(schema._schema, Limits()))  # noqa: SLF001 - as the engine
    prepared = engine.prepare("query($first: Int!) { books(first: $first) { id author { name } } }", None)

    async def ask(first: int) -> None:
        answer = await engine.execute(prepared, {"first": first}, Context())
        assert b"errors" not in answer.body

    assert await garbage(ask) == Counter()


async def test_a_cycle_would_be_found() -> None:
    class Knot:
        def __init__(self) -> None:
            self.itself = self

    async def ask(_: int) -> None:
        Knot()

    assert sum((await garbage(ask)).values()) == 1
