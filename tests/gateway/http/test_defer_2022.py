"""The older format: what it says, and that it says the same as the newer one."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from graphql import (
    ExecutionResult,
    GraphQLResolveInfo,
    build_schema,
)
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway.execution import incremental
from gateway.execution.directives import allowing
from gateway.execution.documents import Document, Documents
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.operation import Part
from gateway.execution.whole import whole
from gateway.http.defer_2022 import Defer2022
from tests.gateway.http import merging
from tests.gateway.leftovers import GRAPHQL_CORE, none_left_but

FRIENDS = {"data": {"me": {"friends": ["a"]}}, "pending": [{"id": "0", "path": ["me", "friends"], "label": "f"}]}
ERROR = {"message": "masked", "path": ["me", "friends", 1]}


def translated(*parts: Part) -> list[Part]:
    translation = Defer2022()
    return [told for part in parts if (told := translation.part(part)) is not None]


def test_a_deferred_fragment_says_where_it_belongs() -> None:
    first, second, last = translated(
        {"data": {"me": {"id": 1}}, "pending": [{"id": "0", "path": ["me"], "label": "more"}], "hasNext": True},
        {
            "incremental": [
                {"id": "0", "data": {"pets": [{"id": 2}]}},
                {"id": "0", "subPath": ["pets", 0], "data": {"name": "Rex"}, "errors": [ERROR]},
            ],
            "completed": [{"id": "0"}],
            "hasNext": True,
        },
        {"hasNext": False, "extensions": {"a": 1}},
    )
    assert first == {"data": {"me": {"id": 1}}, "hasNext": True}
    assert second == {
        "incremental": [
            {"data": {"pets": [{"id": 2}]}, "path": ["me"], "label": "more"},
            {"data": {"name": "Rex"}, "path": ["me", "pets", 0], "label": "more", "errors": [ERROR]},
        ],
        "hasNext": True,
    }
    assert last == {"hasNext": False, "extensions": {"a": 1}}


def test_items_say_which_is_the_first_of_them() -> None:
    _, *later = translated(
        FRIENDS | {"hasNext": True},
        {"incremental": [{"id": "0", "items": ["b", "c"]}], "hasNext": True},
        {"incremental": [{"id": "0", "items": ["d"]}], "completed": [{"id": "0"}], "hasNext": False},
    )
    assert later == [
        {"incremental": [{"items": ["b", "c"], "path": ["me", "friends", 1], "label": "f"}], "hasNext": True},
        {"incremental": [{"items": ["d"], "path": ["me", "friends", 3], "label": "f"}], "hasNext": False},
    ]


def test_a_list_that_breaks_off_has_null_for_the_items_that_are_missing() -> None:
    _, second = translated(
        FRIENDS | {"hasNext": True},
        {
            "incremental": [{"id": "0", "items": ["b"]}],
            "completed": [{"id": "0", "errors": [ERROR]}],
            "hasNext": False,
        },
    )
    assert second["incremental"] == [
        {"items": ["b"], "path": ["me", "friends", 1], "label": "f"},
        {"items": None, "path": ["me", "friends", 2], "label": "f", "errors": [ERROR]},
    ]


def test_a_fragment_that_fails_is_null() -> None:
    _, second = translated(
        {"data": {"me": {}}, "pending": [{"id": "0", "path": ["me"]}], "hasNext": True},
        {"completed": [{"id": "0", "errors": [ERROR]}], "hasNext": False},
    )
    assert second == {"incremental": [{"data": None, "path": ["me"], "errors": [ERROR]}], "hasNext": False}


def test_what_is_only_announced_or_complete_is_not_told() -> None:
    _, last = translated(
        {"data": {"a": {}}, "pending": [{"id": "0", "path": ["a"]}], "hasNext": True},
        {"pending": [{"id": "1", "path": []}], "completed": [{"id": "0"}], "hasNext": True},
        {"completed": [{"id": "1"}], "hasNext": False},
    )
    assert last == {"hasNext": False}


def test_first_errors_and_extensions_are_told_first() -> None:
    first = {"data": None, "errors": [ERROR], "extensions": {"a": 1}, "pending": [], "hasNext": True}
    assert translated(first) == [{"data": None, "errors": [ERROR], "extensions": {"a": 1}, "hasNext": True}]


def test_the_parts_themselves_are_left_as_they_are() -> None:
    parts: list[Part] = [
        FRIENDS | {"hasNext": True},
        {"incremental": [{"id": "0", "items": [{"a": {}}]}], "hasNext": False},
    ]
    before = msgspec.json.encode(parts)
    translated(*parts)
    assert msgspec.json.encode(parts) == before


NODE = "id: Int, name: String, bad: String, must: Int!, child: Node, sure: Node!, kids: [Node], surely: [Node!]!"
SCHEMA = allowing(build_schema(f"type Query {{ {NODE} }} type Node {{ {NODE} }}"))
LEAVES = ("id", "name", "bad", "must")
OBJECTS = ("child", "sure")
LISTS = ("kids", "surely")


class Written:
    """A random operation. Only lists with an alias of their own are streamed: else their directives could conflict."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw
        self._names = 0

    def selections(self, depth: int) -> str:
        return " ".join(self._selection(depth) for _ in range(self._draw(st.integers(1, 3))))

    def _selection(self, depth: int) -> str:
        kind = self._draw(
            st.sampled_from(["leaf", "leaf", "object", "list", "stream", "defer", "defer"] if depth else ["leaf"])
        )
        if kind == "leaf":
            return str(self._draw(st.sampled_from(LEAVES)))
        inner = f"{{ {self.selections(depth - 1)} }}"
        if kind == "object":
            return f"{self._draw(st.sampled_from(OBJECTS))} {inner}"
        if kind == "list":
            return f"{self._draw(st.sampled_from(LISTS))} {inner}"
        label = f'label: "{self._name()}"' if self._draw(st.booleans()) else "if: true"
        if kind == "defer":
            return f"... @defer({label}) {inner}"
        start = self._draw(st.integers(0, 4))
        return f"{self._name()}: {self._draw(st.sampled_from(LISTS))} @stream(initialCount: {start}, {label}) {inner}"

    def _name(self) -> str:
        self._names += 1
        return f"n{self._names}"


@st.composite
def operations(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    return f"{{ {Written(draw).selections(4)} }}"


class World:
    """Answers every field after some rounds of the loop; which ones fail is drawn beforehand."""

    def __init__(self, rounds: list[int], failing: frozenset[str]) -> None:
        self._rounds = rounds
        self._failing = failing
        self._asked = 0

    async def resolve(self, _source: object, info: GraphQLResolveInfo[Any]) -> object:
        self._asked += 1
        for _ in range(self._rounds[self._asked % len(self._rounds)]):
            await asyncio.sleep(0)
        if info.field_name in self._failing:
            raise ValueError(info.field_name)
        if info.field_name in LISTS:
            return [{}] * 3
        return {} if info.field_name in OBJECTS else len(info.path.as_list())


def document_of(text: str) -> Document:
    limits = Limits(aliases=1000, fields=10_000, cost=10**9)
    return Documents(SCHEMA, limits).get(text)


async def parts_of(document: Document, world: World) -> list[Part]:
    async with incremental.executed(SCHEMA, document, None, {}, world) as result:
        if not isinstance(result, ExecutionResult):
            return [part async for part in incremental.parts(result, NoHooks(), None)]
        errors = {"errors": [error.formatted for error in result.errors]} if result.errors else {}
        return [{"data": result.data, **errors, "hasNext": False}]


def _by_world() -> None:
    for name in ("Query", "Node"):
        for field in SCHEMA.type_map[name].fields.values():  # type: ignore[attr-defined]  # both are objects
            field.resolve = lambda source, info: info.context.resolve(source, info)


_by_world()


@pytest.fixture(autouse=True, scope="module")
def _nothing_else_is_left() -> Iterator[None]:
    """graphql-core drops what it had begun below a field that failed, and does not close it."""
    with none_left_but(*GRAPHQL_CORE, "World."):
        yield


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    operations(),
    st.lists(st.integers(0, 4), min_size=1, max_size=7),
    st.sets(st.sampled_from([*LEAVES, *OBJECTS, *LISTS]), max_size=2),
)
def test_both_formats_amount_to_the_same(text: str, rounds: list[int], failing: set[str]) -> None:
    document = document_of(text)

    async def run() -> None:
        parts = await parts_of(document, World(rounds, frozenset(failing)))
        event(f"{min(len(parts), 5)} parts")
        data, errors = merging.newer(parts)
        same, told = merging.older(translated(*parts))
        assert same == data
        assert sorted(map(str, told)) == sorted(map(str, errors))
        if not errors:
            assert data == await plainly(document)

    asyncio.run(run())


async def plainly(document: Document) -> Any:  # noqa: ANN401 - JSON
    """What the operation answers with nothing put off."""
    world = World([0], frozenset())
    plain = whole(document, document.operation(None))
    parts = await parts_of(plain, world)
    assert len(parts) == 1
    return parts[0]["data"]
