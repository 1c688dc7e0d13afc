"""What is estimated of an operation before it runs, against what it did: never less, and the same where it is sure."""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql.execution.values import VariableValues, get_variable_values

from connectors.domain.search import SearchKind
from connectors.domain.service import Service
from gateway.execution.documents import Documents
from gateway.execution.limits import Limits
from gateway.execution.measure import Estimate
from gateway.tariff import public_tariff
from schema.build import build_schema
from tests.acceptance.test_dashboard import CALLS, DASHBOARD, DASHBOARD_ASKS, FOR_EACH
from tests.acceptance.world import Graph
from tests.connectors.support import searching

OPERATIONS = sorted((Path(__file__).parents[2] / "docs" / "operations").glob("*.graphql"))
SCHEMA = build_schema()._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
DEEP = 12  # pages
FIRST_100 = {"first": 100}
SEARCH = """query($text: String!, $kinds: [SearchKind!], $first: Int = 20, $after: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after) {
    edges { cursor node { __typename } }
    pageInfo { endCursor hasNextPage }
  }
}"""
SEARCHED = {kind: {*searching(kind)} for kind in SearchKind} | {SearchKind.CUSTOMER: {Service.STORE}}


def estimated(text: str, variables: dict[str, object]) -> dict[str, Estimate]:
    """By service; within the limits, or else it raises."""
    document = Documents(SCHEMA, Limits(), tariff=public_tariff(SCHEMA)).get(text)
    operation = document.operation(None)
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues)
    measure = document.measure(operation)
    measure.check(values.coerced, Limits())
    return measure.estimates(values.coerced)


async def measured(graph: Graph, text: str, variables: dict[str, object]) -> dict[str, int]:
    """By service: calls, and those that a cache or another call under way answered in their place."""
    return called(await graph.ask(text, **variables))


def called(answer: dict[str, Any]) -> dict[str, int]:
    """The same of an answer."""
    sources = answer["extensions"]["sources"]
    return {source["service"]: source["calls"] + source["cached"] + source["coalesced"] for source in sources}


def against(estimate: dict[str, Estimate], measure: dict[str, int]) -> None:
    assert set(measure) <= set(estimate)
    for service, one in estimate.items():
        calls = measure.get(service, 0)
        assert calls == one.calls if one.exact else calls <= one.calls, service


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
async def test_an_example_makes_no_more_calls_than_were_estimated(graph: Graph, path: Path) -> None:
    text, beside = path.read_text(), path.with_suffix(".variables.json")  # noqa: ASYNC240 - nothing else waits
    variables = json.loads(beside.read_text()) if beside.exists() else {}
    against(estimated(text, variables), await measured(graph, text, variables))


async def test_a_dashboard_makes_no_more_calls_than_were_estimated(graph: Graph) -> None:
    estimate = estimated(DASHBOARD, {**FIRST_100})
    against(estimate, await measured(graph, DASHBOARD, {**FIRST_100}))
    assert estimate["STORE"].exact


@pytest.mark.parametrize("kind", SearchKind.__members__)
async def test_a_search_for_one_kind_asks_no_other_service_than_was_estimated(graph: Graph, kind: str) -> None:
    for text, first in (("export", 20), ("maria", 100)):
        variables: dict[str, object] = {"text": text, "kinds": [kind], "first": first}
        estimate = estimated(SEARCH, variables)
        assert set(estimate) <= {service.name for service in SEARCHED[SearchKind[kind]]}
        against(estimate, await measured(graph, SEARCH, variables))


@pytest.mark.parametrize("first", [1, 37, 98, 100])
@pytest.mark.parametrize("text", ["export", "coffee", "a"])
async def test_a_search_for_everything_makes_no_more_calls_than_were_estimated(
    graph: Graph, text: str, first: int
) -> None:
    variables: dict[str, object] = {"text": text, "first": first}
    estimate = estimated(SEARCH, variables)
    assert set(estimate) == {service.name for some in SEARCHED.values() for service in some}
    against(estimate, await measured(graph, SEARCH, variables))


@pytest.mark.parametrize("first", [20, 100])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("CUSTOMER", "a"), ("PAYMENT", "example"), ("TICKET", "export"), ("CONTACT", "a"), ("DEAL", "renewal")),
        *(("REPOSITORY", "a"), ("ISSUE", "export"), ("POST", "coffee"), (None, "a")),
    ],
)
async def test_no_page_of_a_search_makes_more_calls_than_were_estimated_however_deep(
    graph: Graph, kind: str | None, text: str, first: int
) -> None:
    """What a cache answers is a call here, so that it is as if there were none."""
    after, pages = None, 0
    while pages < DEEP:
        variables: dict[str, object] = {"text": text, "kinds": [kind] if kind else None, "first": first, "after": after}
        answer = await graph.ask(SEARCH, **variables)
        assert "errors" not in answer
        against(estimated(SEARCH, variables), called(answer))
        info, pages = answer["data"]["search"]["pageInfo"], pages + 1
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert pages >= 2 or first == 100, "there is a later page to be estimated"


def test_the_estimate_of_a_dashboard_is_within_what_vendors_make_necessary() -> None:
    estimate = estimated(DASHBOARD, {**FIRST_100})
    assert set(estimate) == DASHBOARD_ASKS
    assert {one: found.calls for one, found in estimate.items() if found.calls > CALLS.get(one, FOR_EACH)} == {}
    assert estimate["STRIPE"].calls == 100, "payments and lifetimeValue read the same charges"
