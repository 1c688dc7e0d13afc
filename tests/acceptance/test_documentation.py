"""What the documentation shows can be asked as it stands, and is answered without errors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.operation_file import Explainer, variables_beside
from gateway.execution.limits import Limits
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


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda path: path.stem)
def test_an_example_says_what_it_costs_as_explain_does(operation: Path) -> None:
    comment = " ".join(line[2:] for line in operation.read_text().splitlines() if line.startswith("# "))
    cost, calls = _explained(operation)
    told = f"Upstream calls, at most: {calls}." if calls else "Upstream calls: none."
    assert comment.endswith(f"{told} Cost: {cost}.")


def test_the_index_has_every_example_with_what_it_costs() -> None:
    lines = (ROOT / "docs" / "operations" / "README.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| [")]
    assert [row[0] for row in rows] == [f"[{path.stem}]({path.name})" for path in OPERATIONS]
    assert [(row[2], row[3]) for row in rows] == [
        (str(cost), calls or "none") for cost, calls in map(_explained, OPERATIONS)
    ]


def test_the_examples_are_the_staples_of_dashboards() -> None:
    names = {path.stem.partition("-")[2] for path in OPERATIONS}
    assert names >= {"customer-360", "revenue-this-week", "support-queue", "engineering-pulse", "social-mentions"}
    assert "morning-overview" in names


def _explained(operation: Path) -> tuple[int, str]:
    """Cost, and calls by service, of the one operation of a file with the variables beside it."""
    explainer = Explainer(Limits())
    document = explainer.document(operation.read_text())
    found = explainer.explained(document, document.operation(None), variables_beside(operation))
    assert found.errors == ()
    calls = ", ".join(f"{service} {count}" for service, count in found.measure.calls(found.variables).items())
    return found.measure.cost(found.variables), calls
