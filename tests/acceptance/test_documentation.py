"""What the documentation shows can be asked as it stands, and is answered without errors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.faults.fault import Kind
from connectors.faults.faults import Faults
from connectors.registry import VENDORS
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


WALK = (ROOT / "docs" / "upstream.md").read_text().partition("## Watch it happen")[2]
COMMANDS = re.findall(r"^\$ (.*)$", WALK, re.MULTILINE)


async def test_what_the_walk_through_the_upstream_stack_asks_is_answered(graph: Graph) -> None:
    asked = [found[1] for line in COMMANDS if (found := re.search(r"^ask '(.*?)' \|", line))]
    assert len(asked) >= 9
    for query in dict.fromkeys(asked):
        assert all((await graph.data(query)).values())


async def test_what_it_shows_of_each_service_is_there_to_be_shown(graph: Graph) -> None:
    shown = re.search(r"sources\[\] \| \{(.*?)\}", WALK)
    assert shown
    source = (await graph.ask("{ customers(first: 1) { totalCount } }"))["extensions"]["sources"][0]
    assert set(shown[1].split(", ")) <= source.keys()


def test_the_faults_it_plays_are_understood() -> None:
    services = [vendor.service for vendor in VENDORS]
    texts = re.findall(r'(?:--faults|-d) "([^{][^"]*)"', "\n".join(COMMANDS))
    assert len(texts) >= 3
    assert all(str(Faults(services, text)) for text in texts)
    kinds = re.search(r"Faults are (.*?), each with", WALK, re.DOTALL)
    assert kinds
    named = {re.split(r"[=\[]", kind)[0] for kind in re.findall(r"`([^`]*)`", kinds[1])}
    assert named == {*Kind, "latency"}


def test_it_speaks_to_the_ports_that_the_commands_listen_on() -> None:
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", WALK)) == {"8000", "8001"}


def test_the_tests_that_the_benchmarks_name_are_there() -> None:
    table = (ROOT / "docs" / "benchmarks.md").read_text()
    files = {path.name: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    assert not set(re.findall(r"`(?:[\w/]*/)?(test_\w+\.py)", table)) - files.keys()
    every = "".join(files.values())
    named = re.findall(r"::(test_\w+)", table)
    assert len(named) >= 20
    assert not [name for name in named if f"def {name}" not in every]
