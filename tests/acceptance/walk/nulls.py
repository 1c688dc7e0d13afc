"""Where the null of a field that failed is to be seen: https://spec.graphql.org/draft/#sec-Handling-Execution-Errors."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from tests.acceptance.walk.asked import Asked, Operation, Path

Step = tuple[Path, Asked, GraphQLOutputType]


def way(schema: GraphQLSchema, operation: Operation, data: Mapping[str, Any], path: Path) -> list[Step]:
    """What lies on a path of an answer: fields, and items of lists, each with its type. `data` tells of what type."""
    return list(_way(schema, operation.fields, data, path))


def shown(steps: list[Step]) -> Path:
    """Nearest to the end of the way, the place that may be null; the whole data where nothing on it may."""
    return next((path for path, _, kind in reversed(steps) if not is_non_null_type(kind)), ())


def _way(schema: GraphQLSchema, fields: tuple[Asked, ...], here: Any, path: Path) -> Iterator[Step]:  # noqa: ANN401 - JSON
    kind: GraphQLOutputType | None = None
    for number, step in enumerate(path, 1):
        if isinstance(step, str):
            asked = next(one for one in fields if one.key == step and one.kind == here["__typename"])
            owner = schema.type_map[asked.kind]
            assert isinstance(owner, GraphQLObjectType)
            kind, fields = owner.fields[asked.name].type, asked.inner
        else:
            items = get_nullable_type(kind)
            assert is_list_type(items)
            kind = items.of_type
        assert kind
        yield path[:number], asked, kind
        here = here[step]
