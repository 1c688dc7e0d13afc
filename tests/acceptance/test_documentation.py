"""What the documentation shows can be asked as it stands, and is answered without errors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import Graph

ROOT = Path(__file__).parents[2]
OPERATIONS = sorted((ROOT / "docs" / "operations").glob("*.graphql"))


async def test_the_first_query_of_the_readme_is_answered_without_errors(graph: Graph) -> None:
    found = re.search(r"<!-- first query -->\n```graphql\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found, "README.md has no first query"
    data = await graph.data(found[1])
    node = data["customers"]["edges"][0]["node"]
    assert all(node[field] for field in ("name", "lifetimeValue", "payments", "developer", "profiles"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda path: path.stem)
async def test_an_example_operation_is_answered_without_errors_and_without_gaps(graph: Graph, operation: Path) -> None:
    data = await graph.data(operation.read_text(), **_variables(operation))  # noqa: ASYNC240 - nothing else waits
    assert {name: value for name, value in data.items() if not value} == {}


def _variables(operation: Path) -> dict[str, Any]:
    given = operation.with_suffix(".variables.json")
    variables: dict[str, Any] = json.loads(given.read_text()) if given.exists() else {}
    return variables
