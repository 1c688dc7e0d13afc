import json
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import VENDORS
from tests.gateway.cli.support import ROOT
from tests.gateway.cli.test_commands import failed, run

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
EXAMPLES = str(ROOT / "docs" / "operations")
SERVICES = 1 + len(VENDORS) + 1  # the list, each vendor, and the store
PAYMENTS = "query Payments($first: Int = 10) { customers(first: $first) { edges { node { plans { id } } } } }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "queries"
    (made / "inner").mkdir(parents=True)
    (made / "inner" / "payments.graphql").write_text(PAYMENTS)
    (made / "services.graphql").write_text("{ services { state } } ")
    return made


def report(*arguments: str) -> dict[str, Any]:
    told = run("check", "--json", "--operations", *arguments)
    found: dict[str, Any] = json.loads(told.stdout)
    assert told.exit_code == (0 if found["ok"] else 1)
    return found


def test_the_examples_fit_the_graph_and_the_usual_limits() -> None:
    told = run("check", "--operations", EXAMPLES)
    assert told.exit_code == 0, told.output
    assert "01-first-look.graphql" in told.stdout
    assert "FirstLook" in told.stdout


def test_every_operation_of_every_file_is_told_with_its_cost_and_its_calls(folder: Path) -> None:
    found = report(str(folder))
    assert found["ok"]
    assert found["operations"] == [
        {
            "file": "inner/payments.graphql",
            "operation": "Payments",
            "cost": 1 + 10 + 10 * 5,
            "calls": {"STORE": 1, "STRIPE": 10},
            "problems": [],
        },
        {"file": "services.graphql", "operation": "query", "cost": SERVICES, "calls": {}, "problems": []},
    ]


def test_variables_are_those_beside_the_file(folder: Path) -> None:
    (folder / "inner" / "payments.variables.json").write_text('{"first": 30}')
    assert report(str(folder))["operations"][0]["calls"]["STRIPE"] == 30


def test_an_operation_over_the_budget_of_calls_fails(folder: Path) -> None:
    assert report(str(folder), "--max-calls", "10")["ok"]
    found = report(str(folder), "--max-calls", "9")
    assert found["operations"][0]["problems"] == [
        "1:78 This operation can take 10 calls of STRIPE, most at `customers.edges.node.plans`; 9 are allowed"
    ]
    assert found["operations"][1]["problems"] == []


def test_an_operation_over_the_budget_of_objects_fails(folder: Path) -> None:
    assert report(str(folder), "--max-cost", "61")["ok"]
    assert not report(str(folder), "--max-cost", "60")["ok"]
    assert not report(str(folder), "--max-cost", "0")["ok"]


def test_what_fails_is_told_below_the_table(folder: Path) -> None:
    told = run("check", "--operations", str(folder), "--max-calls", "9")
    assert told.exit_code == 1
    words = " ".join(told.stdout.split())
    assert "✗ inner/payments.graphql 1:78 This operation can take 10 calls of STRIPE" in words
    assert words.count(" no │") == 1
    assert words.count(" yes │") == 1


def test_a_document_that_does_not_fit_fails_without_hiding_the_others(folder: Path) -> None:
    (folder / "wrong.graphql").write_text("{ wrong }")
    (folder / "worse.graphql").write_text("{")
    found = report(str(folder))
    assert [bool(one["problems"]) for one in found["operations"]] == [False, False, True, True]
    assert [one["cost"] for one in found["operations"]] == [61, SERVICES, None, None]


def test_variables_that_do_not_fit_fail_their_operation(folder: Path) -> None:
    beside = folder / "inner" / "payments.variables.json"
    beside.write_text('{"first": "ten"}')
    assert "Int cannot represent" in report(str(folder))["operations"][0]["problems"][0]
    beside.write_text("[]")
    assert "should hold a JSON object" in report(str(folder))["operations"][0]["problems"][0]


def test_a_folder_without_operations_is_a_mistake(tmp_path: Path) -> None:
    assert "has no file whose name ends with .graphql" in failed("check", "--operations", str(tmp_path))


def test_a_budget_without_operations_is_a_mistake() -> None:
    told = run("check", "--max-calls", "5")
    assert told.exit_code == 2
    assert "--operations" in told.stderr
