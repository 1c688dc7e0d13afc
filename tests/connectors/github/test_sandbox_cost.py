from datetime import timedelta

import pytest
from graphql import OperationDefinitionNode, parse

from connectors.github import selections
from connectors.github.query import Selection, query
from connectors.github.sandbox_cost import MOST_NODES, POINTS, Budget, Weight, weigh
from tests.connectors.support import NOW


def weight(text: str, **variables: object) -> Weight:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return weigh(document, operation, variables)


def test_lists_in_lists_multiply_as_github_s_documentation_has_it() -> None:
    simple = (
        "{ viewer { repositories(first: 50) { edges { repository: node { issues(first: 10) { totalCount } } } } } }"
    )
    assert weight(simple).nodes == 550
    documented = """{ viewer {
      repositories(first: 50) { edges { node {
        pullRequests(first: 20) { edges { node { comments(first: 10) { edges { node { bodyHTML } } } } } }
        issues(first: 20) { edges { node { comments(first: 10) { edges { node { bodyHTML } } } } } }
      } } }
      followers(first: 10) { edges { node { login } } }
    } }"""
    assert weight(documented).nodes == 22_060


def test_requests_are_one_for_each_list_and_points_a_hundredth_of_them() -> None:
    documented = """{ viewer { repositories(first: 100) { edges { node {
      issues(first: 50) { edges { node { labels(first: 60) { edges { node { name } } } } } }
    } } } } }"""
    assert weight(documented).requests == 5101
    assert weight(documented).points == 51


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("{ viewer { login } }", 0),
        ("{ viewer { followers { totalCount } } }", 0),
        ("{ viewer { repositories(last: 7) { totalCount } } }", 7),
        ("query($n: Int) { viewer { repositories(first: $n) { totalCount } } }", 9),
        ("query($m: Int) { viewer { repositories(first: $m) { totalCount } } }", 0),
        ("{ viewer { ...F } } fragment F on User { repositories(first: 3) { totalCount } }", 3),
        ("{ viewer { ... on User { repositories(first: 4) { totalCount } } } }", 4),
        ('{ a: x(first: 2) b: x(first: 2) x(query: "first: 9") }', 4),
    ],
)
def test_what_counts_is_what_is_asked_for(text: str, nodes: int) -> None:
    assert weight(text, n=9, other=70).nodes == nodes


def test_no_query_is_free() -> None:
    assert Weight().points == Weight(requests=49).points == Weight(requests=149).points == 1


@pytest.mark.parametrize(
    "selection",
    [one for one in vars(selections).values() if isinstance(one, Selection)],
    ids=lambda selection: selection.name,
)
def test_the_largest_batch_of_everything_stays_within_github_s_limit(selection: Selection) -> None:
    made = query(selection, [{"first": 100} for _ in range(100)])
    assert weight(made.query, **made.variables).nodes <= MOST_NODES


def test_a_hundred_accounts_cost_a_single_point() -> None:
    made = query(selections.DEVELOPERS, [{"login": str(each)} for each in range(100)])
    assert weight(made.query, **made.variables).points == 1


def test_a_window_that_is_used_up_is_followed_by_the_next_at_once() -> None:
    now = [NOW]
    budget = Budget(lambda: now[0])
    budget.charge(POINTS - 1)
    now[0] += timedelta(minutes=10)
    budget.charge(1)
    assert budget.headers()["X-RateLimit-Remaining"] == "0"
    budget.charge(2)
    assert budget.headers()["X-RateLimit-Remaining"] == str(POINTS - 2)
    assert budget.body(Weight())["resetAt"] == "2026-11-01T13:10:00Z"
