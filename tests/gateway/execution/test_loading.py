"""Fields that are declared as loads: what they answer, and how often the loader is asked."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader
from strawberry.types.field import StrawberryField

from gateway.execution.column_loader import ColumnLoader
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.limits import Limits
from gateway.execution.loading import loaded, loading_of

BOOKS = [(1, "a"), (2, "b"), (3, None), (4, "a"), (5, "lost"), (6, "nobody")]


class Columns(ColumnLoader[str, Any]):
    """Remembers what it is asked, and is never asked for a single key unless a column cannot be had."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.single: list[str] = []
        super().__init__(self.answer)

    def load(self, key: str) -> Any:  # noqa: ANN401 - a future
        self.single.append(key)
        return super().load(key)

    async def answer(self, keys: list[str]) -> list[Any]:
        self.batches.append(keys)
        return [_author(key) for key in keys]


class Authors(DataLoader[str, Any]):
    """Counts what it is asked, `load` and batches apart."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.batches: list[list[str]] = []

    def load(self, key: str) -> Any:  # noqa: ANN401 - a future
        self.asked[key] += 1
        if key == "broken":
            raise RuntimeError("no loader")
        return super().load(key)

    async def batch_load_fn(self, keys: Sequence[str]) -> list[Any]:
        self.batches.append(list(keys))
        return [_author(key) for key in keys]


def _author(key: str) -> "Author | Exception | None":
    if key == "lost":
        return LookupError("lost")
    if key == "unnamed":
        return Author(name=None)  # type: ignore[arg-type]  # what its type forbids
    return None if key == "nobody" else Author(name=f"Author {key}")


@strawberry.type
class Author:
    name: str

    @strawberry.field
    def peer(self) -> "Author | None":
        return self


@strawberry.type
class Code:
    code: str | None


@strawberry.type
class Book:
    id: int
    by: strawberry.Private[Code]
    writer: Author | None = loaded(
        "by.code", lambda context: context, graphql_type=Author | None, name="writtenBy", description="Who wrote it."
    )
    sure: Author = loaded("by.code", lambda context: context, graphql_type=Author)
    odd: Author | None = loaded("missing", lambda context: context, graphql_type=Author | None)
    unloaded: Author | None = loaded("id", lambda context: context.nowhere, graphql_type=Author | None)
    unhashable: Author | None = loaded("keys", lambda context: context, graphql_type=Author | None)

    @property
    def keys(self) -> list[int]:
        """No key of anything."""
        return [self.id]


@strawberry.type
class Query:
    @strawberry.field
    def books(self, code: str | None = None) -> list[Book]:
        return [Book(id=id, by=Code(code=code or key)) for id, key in BOOKS]


SCHEMA = strawberry.Schema(Query)


async def answers(query: str, authors: Authors | Columns) -> tuple[Any, Any]:
    """Ours, and graphql-core's."""
    engine = Engine(SCHEMA, Documents(SCHEMA._schema, Limits()))  # noqa: SLF001 - as the engine
    ours = json.loads((await engine.execute(engine.prepare(query, None), None, authors)).body)
    assert engine.paths == Counter(compiled=1)
    theirs = await SCHEMA.execute(query, context_value=Authors())
    told = {"data": theirs.data}
    errors = [{"message": one.message, "path": one.path} for one in theirs.errors or ()]
    return ours, told | ({"errors": errors} if errors else {})


def same(ours: Any, theirs: Any) -> None:  # noqa: ANN401 - JSON
    assert ours["data"] == theirs["data"]
    told = [{"message": one["message"], "path": one["path"]} for one in ours.get("errors", ())]
    assert sorted(map(str, told)) == sorted(map(str, theirs.get("errors", ())))


async def test_a_loader_is_asked_once_for_each_key_and_the_order_is_that_of_the_objects() -> None:
    authors = Authors()
    ours, theirs = await answers("{ books { id writtenBy { name } } }", authors)
    same(ours, theirs)
    assert [book["writtenBy"] for book in ours["data"]["books"]] == [
        {"name": "Author a"},
        {"name": "Author b"},
        None,
        {"name": "Author a"},
        None,
        None,
    ]
    assert authors.asked == Counter(["a", "b", "lost", "nobody"])
    assert authors.batches == [["a", "b", "lost", "nobody"]]


async def test_what_a_loader_raises_is_told_where_its_object_stands() -> None:
    ours, theirs = await answers('{ books(code: "broken") { writtenBy { name } } }', Authors())
    same(ours, theirs)
    assert [error["path"] for error in ours["errors"]] == [["books", at, "writtenBy"] for at in range(len(BOOKS))]


@pytest.mark.parametrize(
    "query",
    [
        "{ books { id writtenBy { name } } }",
        "{ books { writtenBy { name peer { name } } again: writtenBy { name } } }",
        "{ books { sure { name } } }",
        '{ books(code: "a") { id sure { name } } }',
        '{ books(code: "nobody") { writtenBy { name } } }',
        '{ books(code: "nobody") { sure { name } } }',
        '{ books(code: "lost") { writtenBy { name } } }',
        '{ books(code: "unnamed") { id writtenBy { name } } }',
        '{ none: books(code: "unnamed") { sure { name } } books(code: "a") { sure { __typename } } }',
    ],
)
async def test_a_column_of_keys_is_answered_as_single_keys_are(query: str) -> None:
    columns = Columns()
    ours, theirs = await answers(query, columns)
    same(ours, theirs)
    same((await answers(query, Authors()))[0], theirs)
    assert len(columns.batches) == 1
    assert columns.single == []


async def test_objects_without_a_key_ask_for_nothing() -> None:
    columns = Columns()
    await answers('{ books(code: "a") { id } }', columns)
    assert columns.batches == []
    column = loading_of(Book.__strawberry_definition__.get_field("writer"))  # type: ignore[attr-defined]  # Strawberry's
    assert column is not None
    assert column.column([Book(id=1, by=Code(code=None))], columns) == [None]
    assert columns.batches == []


@pytest.mark.parametrize("field", ["odd", "unloaded", "unhashable"])
async def test_what_cannot_be_had_in_one_go_fails_object_by_object(field: str) -> None:
    ours, theirs = await answers(f"{{ books {{ id {field} {{ name }} }} }}", Authors())
    same(ours, theirs)
    assert len(ours["errors"]) == len(BOOKS)
    assert [book["id"] for book in ours["data"]["books"]] == [id for id, _ in BOOKS]


def test_the_field_is_described_as_any_other() -> None:
    field = SCHEMA._schema.type_map["Book"].fields["writtenBy"]  # type: ignore[attr-defined]  # noqa: SLF001 - an object type
    assert (field.description, str(field.type), dict(field.args)) == ("Who wrote it.", "Author", {})


def test_another_field_is_no_load() -> None:
    assert loading_of(StrawberryField(metadata={"other": 1})) is None
    assert loading_of(StrawberryField()) is None
