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


def way(
    schema: GraphQLSchema, operation: Operation, now: Mapping[str, Any] | None, well: Mapping[str, Any], path: Path
) -> list[Step]:
    """What lies on a path of an answer: fields, and items of lists, each with its type.

    Of what type an object is says the answer `now`; where that has nothing, it is what it was while all was `well`.
    """
    return list(_way(schema, operation.fields, now, well, path))


def shown(steps: list[Step]) -> Path:
    """Nearest to the end of the way, the place that may be null; the whole data where nothing on it may."""
    return next((path for path, _, kind in reversed(steps) if not is_non_null_type(kind)), ())


def _way(schema: GraphQLSchema, fields: tuple[Asked, ...], now: Any, well: Any, path: Path) -> Iterator[Step]:  # noqa: ANN401 - JSON
    kind: GraphQLOutputType | None = None
    for number, step in enumerate(path, 1):
        if isinstance(step, str):
            here = well if now is None else now
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
        now, well = _at(now, step), _at(well, step)


def _at(value: Any, step: str | int) -> Any:  # noqa: ANN401 - JSON
    """What an answer has there; None where it has nothing, or fewer items."""
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and step < len(value) else None
