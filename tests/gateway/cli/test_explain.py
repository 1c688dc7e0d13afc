import json
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.cli.support import ROOT
from tests.gateway.cli.test_commands import failed, run

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
EXAMPLES = ROOT / "docs" / "operations"
DASHBOARD = """query Dashboard($first: Int = 5, $mail: Boolean = true) {
  customers(first: $first) { edges { node {
    name who: company email @include(if: $mail)
    payments(first: 3) { edges { node { id } } }
    lifetimeValue { amount }
    tickets { edges { node { subject } } }
  } } }
}"""


@pytest.fixture
def dashboard(tmp_path: Path) -> str:
    file = tmp_path / "dashboard.graphql"
    file.write_text(DASHBOARD)
    return str(file)


def as_json(*arguments: str) -> dict[str, Any]:
    told = run("explain", *arguments, "--json")
    found: dict[str, Any] = json.loads(told.stdout)
    assert (told.exit_code == 1) is bool(found["errors"])
    return found


def test_the_plan_is_a_tree_with_the_reads_on_the_fields_that_cause_them(dashboard: str) -> None:
    told = run("explain", dashboard)
    assert told.exit_code == 0
    lines = [line.rstrip() for line in told.stdout.splitlines()]
    assert lines[:5] == [
        "query Dashboard",
        "└── customers  STORE 1",
        "    └── edges [5]",
        "        └── node",
        "            ├── name who email",
    ]
    assert lines[5].startswith("            ├── payments  STRIPE 1 per customer, ≤ 5, shared  ")
    assert "PAYPAL 16 for all" in " ".join(" ".join(lines[5:8]).split())
    assert any("lifetimeValue  STRIPE 1 per customer, ≤ 5, shared  " in line for line in lines)
    assert any("tickets  ZENDESK 1 per 20 customers, ≤ 1  INTERCOM 1 per 15" in line for line in lines)


def test_cost_and_calls_stand_beside_what_is_allowed(dashboard: str) -> None:
    rows = [
        [cell.strip() for cell in line.split("│")[1:4]]
        for line in run("explain", dashboard).stdout.splitlines()
        if line.startswith("│")
    ]
    assert ["cost", "121", "5,000"] in rows
    assert ["STRIPE", "5", "500"] in rows
    assert ["STORE", "1", "500"] in rows


def test_variables_are_given_as_json_or_in_a_file(dashboard: str, tmp_path: Path) -> None:
    assert as_json(dashboard)["calls"]["STRIPE"]["found"] == 5
    assert as_json(dashboard, "--variables", '{"first": 50}')["calls"]["STRIPE"]["found"] == 50
    (tmp_path / "many.json").write_text('{"first": 90}')
    assert as_json(dashboard, "--variables", f"@{tmp_path}/many.json")["calls"]["STRIPE"]["found"] == 90


def test_variables_beside_the_file_are_used_unless_others_are_given(dashboard: str, tmp_path: Path) -> None:
    (tmp_path / "dashboard.variables.json").write_text('{"first": 7}')
    assert as_json(dashboard)["calls"]["STRIPE"]["found"] == 7
    assert as_json(dashboard, "--variables", "{}")["calls"]["STRIPE"]["found"] == 5


def test_what_the_variables_leave_out_is_not_in_the_tree(dashboard: str) -> None:
    assert "name who\n" in run("explain", dashboard, "--variables", '{"mail": false}').stdout


def test_json_has_all_that_is_known(dashboard: str) -> None:
    found = as_json(dashboard)
    assert (found["operation"], found["kind"], found["errors"]) == ("Dashboard", "query", [])
    assert found["cost"] == {"found": 121, "allowed": 5000}
    assert found["calls"]["STORE"] == {"found": 1, "allowed": 500, "exact": True, "how": "customers: 1"}
    assert found["calls"]["STRIPE"]["how"] == "payments, lifetimeValue: 1 per customer, ≤ 5"
    assert {"path": "customers.edges.node.tickets", "service": "ZENDESK", "how": "1 per 20 customers, ≤ 1"} in found[
        "reads"
    ]


def test_one_of_several_operations_is_named(tmp_path: Path) -> None:
    file = tmp_path / "two.graphql"
    file.write_text("query A { services { state } } query B { balance { amount } }")
    assert run("explain", str(file), "--operation", "B").stdout.startswith("query B\n")
    assert as_json(str(file), "--operation", "B")["calls"]["STRIPE"]["found"] == 1
    assert "has 2 operations: name the one" in failed("explain", str(file))


def test_an_operation_that_does_not_fit_the_graph_is_told_with_its_places(tmp_path: Path) -> None:
    file = tmp_path / "wrong.graphql"
    file.write_text("{ customers {\n wrong } }")
    told = failed("explain", str(file))
    assert "wrong.graphql cannot be executed:" in told
    assert "  2:2 Cannot query field 'wrong' on type 'CustomerConnection'." in told
    assert as_json(str(file))["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_an_operation_beyond_the_limits_is_explained_and_refused(tmp_path: Path) -> None:
    file = tmp_path / "dear.graphql"
    file.write_text(
        "{ payments(first: 100) { edges { node { customer { payments(first: 100) { edges { node { id } } } } } } } }"
    )
    told = run("explain", str(file))
    assert told.exit_code == 1
    assert "STRIPE 1 per customer, ≤ 200" in told.stdout
    assert "This operation costs 10,201" in " ".join(told.stdout.split())


def test_variables_that_do_not_fit_are_told(dashboard: str) -> None:
    assert "Int cannot represent" in failed("explain", dashboard, "--variables", '{"first": "five"}')
    assert "--variables should hold a JSON object" in failed("explain", dashboard, "--variables", "first=5")


def test_a_file_that_is_not_there_is_told() -> None:
    told = run("explain", "nowhere.graphql")
    assert told.exit_code == 2
    assert "nowhere.graphql" in told.stderr


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.graphql")), ids=lambda path: path.stem)
def test_every_example_can_be_explained(path: Path) -> None:
    assert run("explain", str(path)).exit_code == 0
