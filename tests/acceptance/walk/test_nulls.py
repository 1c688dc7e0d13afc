"""Where the walk expects a null is where graphql-core puts it, for a field that fails at every depth."""

from typing import Any

import pytest
from graphql import GraphQLResolveInfo, build_schema, graphql_sync

from tests.acceptance.walk.asked import Asked, Operation, Path
from tests.acceptance.walk.nulls import shown, way

SCHEMA = build_schema("""
  type Query { may: Thing must: Thing! }
  type Thing { may: Part must: Part! some: [Part] all: [Part!] every: [Part!]! }
  type Part { may: Int must: Int! }
""")
PART = (Asked("Part", "may"), Asked("Part", "must"))
THING = tuple(Asked("Thing", name, inner=PART) for name in ("may", "must", "some", "all", "every"))
OPERATION = Operation(SCHEMA, [Asked("Query", "may", inner=THING), Asked("Query", "must", inner=THING)])
PLACES: dict[Path, Path] = {
    ("may",): ("may",),
    ("must",): (),
    ("may", "may", "may"): ("may", "may", "may"),
    ("may", "may", "must"): ("may", "may"),
    ("may", "must"): ("may",),
    ("may", "must", "must"): ("may",),
    ("may", "some", 1, "must"): ("may", "some", 1),
    ("may", "all", 1, "must"): ("may", "all"),
    ("may", "every", 0, "must"): ("may",),
    ("must", "every", 0, "must"): (),
    ("must", "must", "may"): ("must", "must", "may"),
}


def answered(failing: Path | None = None) -> Any:  # noqa: ANN401 - JSON
    """The data of an answer in which one field has failed."""

    def resolve(_: object, info: GraphQLResolveInfo[Any]) -> object:
        if tuple(info.path.as_list()) == failing:
            raise ValueError
        if info.field_name in {"some", "all", "every"}:
            return [{}, {}]
        return 7 if info.parent_type.name == "Part" else {}

    return graphql_sync(SCHEMA, OPERATION.text, field_resolver=resolve).data


@pytest.mark.parametrize("failed", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_the_null_of_a_field_that_failed_is_expected_where_it_is(failed: Path) -> None:
    now = answered(failed)
    place = shown(way(SCHEMA, OPERATION, now, answered(), failed))
    assert place == PLACES[failed]
    for step in place:
        assert now is not None
        now = now[step]
    assert now is None
