"""GitHub's whole GraphQL schema."""

import httpx
import pytest

from tests.contracts.checked import graphql_contract
from tests.contracts.document import Json
from tests.contracts.violation import ContractViolation


def github(query: str, **variables: Json) -> httpx.Request:
    return httpx.Request("POST", "https://api.github.com/graphql", json={"query": query, "variables": variables})


ISSUES = """
query Issues($ids: [ID!]!, $first: Int!) {
  nodes(ids: $ids) {
    __typename
    ... on Repository { issues(first: $first) { nodes { title state url createdAt author { login } } } }
  }
  rateLimit { cost remaining resetAt }
}
"""


def test_github_s_graphql_takes_a_batch_of_nodes() -> None:
    checker = graphql_contract("github")
    request = github(ISSUES, ids=["R_1", "U_1"], first=5)
    assert str(checker.check_request(request)) == "query Issues"
    issue = {
        "title": "It breaks",
        "state": "OPEN",
        "url": "https://github.com/ada/engine/issues/1",
        "createdAt": "2026-11-22T00:00:00Z",
        "author": None,
    }
    limit = {"cost": 1, "remaining": 4999, "resetAt": "2026-11-22T01:00:00Z"}
    nodes = [{"__typename": "Repository", "issues": {"nodes": [issue]}}, {"__typename": "User"}]
    checker.check_response(request, httpx.Response(200, json={"data": {"nodes": nodes, "rateLimit": limit}}))
    issue["state"] = "open"
    with pytest.raises(ContractViolation, match=r"nodes\[0\]\.issues\.nodes\[0\]\.state`: 'open' is no IssueState"):
        checker.check_response(request, httpx.Response(200, json={"data": {"nodes": nodes, "rateLimit": limit}}))


@pytest.mark.parametrize(
    ("query", "variables", "told"),
    [
        ("{ viewer { username } }", {}, "Cannot query field 'username' on type 'User'"),
        (ISSUES, {"ids": ["R_1"], "first": "five"}, "Int cannot represent non-integer value: 'five'"),
        (ISSUES, {"first": 5}, "'$ids' has invalid value"),
    ],
)
def test_github_s_graphql_refuses_what_its_schema_does_not_have(query: str, variables: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        graphql_contract("github").check_request(github(query, **variables))
    assert told in str(raised.value)
