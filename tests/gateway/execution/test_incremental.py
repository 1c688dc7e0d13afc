"""Operations in parts: what comes when, what is told of errors, and what is left when nobody reads on."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
import strawberry
from aiodataloader import DataLoader

from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, Part
from tests.gateway.execution.people import Gates, Graph, delivered

DEFERRED = '{ me { name ...Slow @defer(label: "later") } } fragment Slow on Person { slow }'
MASKED = {"message": "masked", "extensions": {"code": "INTERNAL"}}


Read = Callable[[AsyncIterator[Part]], Awaitable[None]]


def whole(answer: Answer | object) -> Any:  # noqa: ANN401 - JSON
    assert isinstance(answer, Answer)
    return msgspec.json.decode(answer.body)


async def test_the_first_part_does_not_wait_for_what_is_deferred() -> None:
    engine, gates = Graph().engine, Gates()
    async with engine.deliver(engine.prepare(DEFERRED, None), None, gates) as parts:
        assert not isinstance(parts, Answer)
        first = await anext(parts)
        assert first == {
            "data": {"me": {"name": "Person 1"}},
            "pending": [{"id": "0", "path": ["me"], "label": "later"}],
            "hasNext": True,
            "extensions": {"reached": 0},
        }
        gates.open("slow 1")
        second = await anext(parts)
        assert second["incremental"] == [{"id": "0", "data": {"slow": "slow 1"}}]
        assert second["completed"] == [{"id": "0"}]
        assert [part async for part in parts] == [{"hasNext": False, "extensions": {"reached": 1}}]
    assert engine.paths == Counter({"graphql-core": 1})


async def test_items_come_as_they_are_ready() -> None:
    query = "{ people(first: 3) @stream(initialCount: 1) { id slow } }"
    engine, gates = Graph().engine, Gates("slow 0", "slow 1")
    async with engine.deliver(engine.prepare(query, None), None, gates) as parts:
        assert not isinstance(parts, Answer)
        first = await anext(parts)
        assert first["data"] == {"people": [{"id": 0, "slow": "slow 0"}]}
        second = await anext(parts)
        assert second["incremental"] == [{"id": "0", "items": [{"id": 1, "slow": "slow 1"}]}]
        gates.open("slow 2")
        later = [part async for part in parts]
        assert later[0]["incremental"] == [{"id": "0", "items": [{"id": 2, "slow": "slow 2"}]}]


async def test_later_errors_are_told_as_the_first_are() -> None:
    query = '{ me { lost ... @defer(label: "a") { lost2: lost } ... @defer(label: "b") { needed } } }'
    first, *later = await delivered(Graph().engine, query, Gates("lost", "needed"))
    assert first["errors"] == [MASKED | {"path": ["me", "lost"]}]
    incremental = [one for part in later for one in part.get("incremental", ())]
    assert incremental == [{"id": "0", "data": {"lost2": None}, "errors": [MASKED | {"path": ["me", "lost2"]}]}]
    completed = {one["id"]: one.get("errors") for part in later for one in part.get("completed", ())}
    assert completed == {"0": None, "1": [MASKED | {"path": ["me", "needed"]}]}
    assert "hunter2" not in str([first, *later])


async def test_a_list_that_breaks_off_keeps_the_items_that_came() -> None:
    gates = Gates("found 0", "found 1", "found 2")
    parts = await delivered(Graph().engine, "{ me { found @stream { id } } }", gates)
    items = [item for part in parts for one in part.get("incremental", ()) for item in one["items"]]
    assert items == [{"id": 10}, {"id": 11}]
    failed = [one for part in parts for one in part.get("completed", ())]
    assert failed == [{"id": "0", "errors": [MASKED | {"path": ["me", "found"]}]}]


async def test_the_last_part_has_the_extensions_and_nothing_else() -> None:
    *_, before, last = await delivered(Graph().engine, DEFERRED, Gates("slow 1"))
    assert before["hasNext"]
    assert last == {"hasNext": False, "extensions": {"reached": 1}}


async def test_without_extensions_nothing_is_added() -> None:
    schema = strawberry.Schema(_Plain)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    parts = await delivered(Engine(schema, Documents(inner, Limits())), "{ a ... @defer { b } }", Gates())
    assert parts == [
        {"data": {"a": 1}, "pending": [{"id": "0", "path": []}], "hasNext": True},
        {"incremental": [{"id": "0", "data": {"b": 2}}], "completed": [{"id": "0"}], "hasNext": False},
    ]


@strawberry.type
class _Plain:
    a: int = strawberry.field(resolver=lambda: 1)
    b: int = strawberry.field(resolver=lambda: 2)


async def test_the_hooks_are_around_the_whole_delivery() -> None:
    engine, gates = Graph().engine, Gates()
    async with engine.deliver(engine.prepare(DEFERRED, None), None, gates) as parts:
        assert not isinstance(parts, Answer)
        await anext(parts)
        assert gates.around == ["entered"]
    assert gates.around == ["entered", "left"]


async def _after_the_first(parts: AsyncIterator[Part]) -> None:
    await anext(parts)


async def _waiting_for_the_second(parts: AsyncIterator[Part]) -> None:
    await anext(parts)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await anext(parts)


async def _unread(_parts: AsyncIterator[Part]) -> None:
    """Not even the first is taken."""


@pytest.mark.parametrize("read", [_unread, _after_the_first, _waiting_for_the_second])
@pytest.mark.parametrize(
    "query", [DEFERRED, "{ people(first: 2) @stream { slow } }", "{ me { found @stream { id } } }"]
)
async def test_leaving_cancels_what_is_under_way(query: str, read: Read) -> None:
    engine, gates = Graph().engine, Gates()
    before = asyncio.all_tasks()
    async with engine.deliver(engine.prepare(query, None), None, gates) as parts:
        assert not isinstance(parts, Answer)
        await gates.reached["found 0" if "found" in query else "slow 0" if "people" in query else "slow 1"].wait()
        await read(parts)
    assert set(gates.cancelled) == set(gates.reached) != set()
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("later", ["... @defer { slower }", "friends @stream { slow }"])
async def test_a_caller_who_goes_before_the_first_part_cancels_the_later_ones_too(later: str) -> None:
    engine, gates = Graph().engine, Gates()
    prepared = engine.prepare(f"{{ me {{ slow {later} }} }}", None)

    async def run() -> None:
        async with engine.deliver(prepared, None, gates):
            raise AssertionError("there is no first part yet")

    before = asyncio.all_tasks()
    running = asyncio.create_task(run())
    await gates.reached["slow 1"].wait()
    await gates.reached["slower 1" if "slower" in later else "slow 10"].wait()
    running.cancel()
    await asyncio.wait((running,))
    assert asyncio.all_tasks() == before
    assert set(gates.cancelled) == set(gates.reached)
    assert gates.around == ["entered", "left"]


async def test_one_batch_serves_a_streamed_list_and_what_is_deferred_beside_it() -> None:
    batches: list[list[int]] = []

    async def load(keys: list[int]) -> list[int]:
        batches.append(sorted(keys))
        return keys

    schema = strawberry.Schema(_Loading)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    query = "{ one @stream(initialCount: 1) { loaded } two { ... @defer { loaded } } }"
    engine = Engine(schema, Documents(inner, Limits()))
    async with engine.deliver(engine.prepare(query, None), None, DataLoader(load)) as parts:
        assert not isinstance(parts, Answer)
        assert len([part async for part in parts]) > 1
    assert batches == [[0, 1, 2, 10, 11, 12]]


@strawberry.type
class _Loaded:
    id: int

    @strawberry.field
    async def loaded(self, info: strawberry.Info[Any, None]) -> int:
        key: int = await info.context.load(self.id)
        return key


@strawberry.type
class _Loading:
    @strawberry.field
    def one(self) -> list[_Loaded]:
        return [_Loaded(id=number) for number in range(3)]

    @strawberry.field
    def two(self) -> list[_Loaded]:
        return [_Loaded(id=number) for number in range(10, 13)]


def _ids(parts: list[Part], member: str) -> list[str]:
    return [one["id"] for part in parts for one in part.get(member, ())]


async def test_everything_that_is_announced_is_completed_once() -> None:
    query = "{ people @stream { id friends @stream { name ... @defer { slow } } } ... @defer { me { id } } }"
    gates = Gates(*(f"slow {number}" for number in range(30)))
    parts = await delivered(Graph().engine, query, gates)
    assert sorted(_ids(parts, "pending")) == sorted(_ids(parts, "completed"))
    assert len(_ids(parts, "pending")) == len(set(_ids(parts, "pending"))) == 1 + 3 + 9 + 1
