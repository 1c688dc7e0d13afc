"""The operations that dashboards live on: all of them are there, and each says what it costs upstream."""

from pathlib import Path

import pytest

from gateway.cli.operation_file import Explainer, variables_beside
from gateway.execution.limits import Limits

FOLDER = Path(__file__).parents[2] / "docs" / "operations"
OPERATIONS = sorted(FOLDER.glob("*.graphql"))
STAPLES = {
    *("customer-360", "revenue-this-week", "support-queue"),
    *("engineering-pulse", "social-mentions", "morning-overview"),
}


def explained(operation: Path) -> tuple[int, str]:
    """Cost, and calls by service, of the one operation of a file with the variables beside it."""
    explainer = Explainer(Limits())
    document = explainer.document(operation.read_text())
    found = explainer.explained(document, document.operation(None), variables_beside(operation))
    assert found.errors == ()
    calls = ", ".join(f"{service} {count}" for service, count in found.measure.calls(found.variables).items())
    return found.measure.cost(found.variables), calls


def test_every_staple_of_a_dashboard_is_there() -> None:
    assert {path.stem.partition("-")[2] for path in OPERATIONS} >= STAPLES


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda path: path.stem)
def test_an_example_says_what_it_costs_as_explain_does(operation: Path) -> None:
    comment = " ".join(line[2:] for line in operation.read_text().splitlines() if line.startswith("# "))
    cost, calls = explained(operation)
    told = f"Upstream calls, at most: {calls}." if calls else "Upstream calls: none."
    assert comment.endswith(f"{told} Cost: {cost}."), "what it costs has changed; if that is meant: make generated"


def test_the_index_has_every_example_with_what_it_costs() -> None:
    lines = (FOLDER / "README.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| [")]
    assert [row[0] for row in rows] == [f"[{path.stem}]({path.name})" for path in OPERATIONS]
    costs = [explained(path) for path in OPERATIONS]
    told = [(str(cost), calls or "none") for cost, calls in costs]
    assert [(row[2], row[3]) for row in rows] == told, "costs have changed; if that is meant: make generated"
