"""The imitation as a server: who may ask, what it makes of a body, and what its headers say."""

from datetime import datetime, timedelta

import httpx
import pytest
from graphql import DocumentNode, parse

from connectors.github import sandbox
from connectors.github.sandbox import imitate
from connectors.vendor import Handler
from tests.connectors.github.support import PEOPLE, ask, host, refused, told
from tests.connectors.support import NOW

URL = "https://api.github.com/graphql"
LOGIN = PEOPLE[2].handle


@pytest.fixture
def github() -> Handler:
    return host()


def post(
    handler: Handler, content: bytes, authorization: str | None = "Bearer ghp_x", url: str = URL, method: str = "POST"
) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return handler(httpx.Request(method, url, headers=headers, content=content))


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "This endpoint requires you to be authenticated."),
        ("", "This endpoint requires you to be authenticated."),
        ("Bearer", "This endpoint requires you to be authenticated."),
        ("Bearer ", "This endpoint requires you to be authenticated."),
        ("Basic Z2hwX3g6eA==", "This endpoint requires you to be authenticated."),
        ("Bearer something", "Bad credentials"),
        ("Bearer sk_live_1", "Bad credentials"),
    ],
)
def test_nobody_asks_without_a_token(github: Handler, authorization: str | None, message: str) -> None:
    response = post(github, b'{"query": "{ viewer { login } }"}', authorization)
    assert response.status_code == 401
    assert response.json() == {
        "message": message,
        "documentation_url": "https://docs.github.com/graphql",
        "status": "401",
    }


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token"])
@pytest.mark.parametrize("token", ["ghp_x", "gho_x", "ghs_x", "github_pat_x"])
def test_every_kind_of_token_may_ask(github: Handler, scheme: str, token: str) -> None:
    assert post(github, b'{"query": "{ viewer { login } }"}', f"{scheme} {token}").status_code == 200


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Problems parsing JSON"),
        (b"{", "Problems parsing JSON"),
        (b"\xff", "Problems parsing JSON"),
        (b'{"query": "", "variables": {"a": ' + b"[" * 100_000, "Problems parsing JSON"),
        (b"[]", "A query attribute must be specified and must be a string."),
        (b"null", "A query attribute must be specified and must be a string."),
        (b"{}", "A query attribute must be specified and must be a string."),
        (b'{"query": 7}', "A query attribute must be specified and must be a string."),
        (b'{"query": "{ viewer { login } }", "variables": []}', "A query attribute must be specified"),
    ],
)
def test_a_body_that_is_no_query_is_400(github: Handler, content: bytes, message: str) -> None:
    response = post(github, content)
    assert response.status_code == 400
    assert response.json()["message"].startswith(message)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/graphql"), ("POST", "/"), ("POST", "/graphql/x"), ("GET", "/users/ada")]
)
def test_any_other_address_is_404(github: Handler, method: str, path: str) -> None:
    response = post(github, b"{}", url=f"https://api.github.com{path}", method=method)
    assert (response.status_code, response.json()["message"]) == (404, "Not Found")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{", "Syntax Error"),
        ("", "Syntax Error"),
        ("{ viewer { username } }", "Cannot query field 'username' on type 'User'"),
        ("{ user { login } }", "'Query.user(login:)' of type 'String!' is required"),
        ("query A { viewer { login } } query A { viewer { login } }", "only one operation named 'A'"),
        ("fragment F on User { login }", "Fragment 'F' is never used"),
    ],
)
def test_a_query_that_is_not_valid_is_told_why_with_status_200(github: Handler, query: str, message: str) -> None:
    response = ask(github, query)
    assert response.status_code == 200
    assert "data" not in response.json()
    assert message in response.json()["errors"][0]["message"]


def test_the_operation_that_is_named_is_executed(github: Handler) -> None:
    both = '{"query": "query A { viewer { login } } query B { viewer { id } }"%s}'
    assert post(github, (both % ', "operationName": "B"').encode()).json()["data"]["viewer"].keys() == {"id"}
    assert post(github, (both % ', "operationName": "C"').encode()).json()["errors"]
    assert post(github, (both % "").encode()).json()["errors"]


def test_variables_that_do_not_fit_are_refused(github: Handler) -> None:
    query = "query($login: String!) { user(login: $login) { login } }"
    assert "$login" in refused(github, query)["message"]
    assert "$login" in refused(github, query, login=7)["message"]


def test_a_user_that_there_is_not_is_null_with_an_error_of_github_s_shape(github: Handler) -> None:
    query = "query($a: String!, $b: String!) { k0: user(login: $a) { login } k1: user(login: $b) { login } }"
    body = ask(github, query, a=LOGIN, b="nobody").json()
    assert body["data"] == {"k0": {"login": LOGIN}, "k1": None}
    assert body["errors"] == [
        {
            "type": "NOT_FOUND",
            "message": "Could not resolve to a User with the login of 'nobody'.",
            "locations": [{"line": 1, "column": 65}],
            "path": ["k1"],
        }
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ repository(owner: "a", name: "b") { id } }', "Could not resolve to a Repository with the name 'a/b'."),
        ('{ node(id: "x") { id } }', "Could not resolve to a node with the global id of 'x'"),
        ('{ nodes(ids: ["x"]) { id } }', "Could not resolve to a node with the global id of 'x'"),
    ],
)
def test_what_there_is_not_is_said_in_github_s_words(github: Handler, query: str, message: str) -> None:
    error = refused(github, query)
    assert (error["type"], error["message"]) == ("NOT_FOUND", message)


def test_a_missing_node_leaves_its_neighbours(github: Handler) -> None:
    viewer = told(github, "{ viewer { id } }")["viewer"]["id"]
    body = ask(github, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x", viewer, "y"]).json()
    assert body["data"] == {"nodes": [None, {"id": viewer}, None]}
    assert [error["path"] for error in body["errors"]] == [["nodes", 0], ["nodes", 2]]


def test_more_than_a_hundred_nodes_are_refused(github: Handler) -> None:
    error = refused(github, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101)
    assert error["type"] == "ARGUMENT_LIMIT"
    assert error["message"] == "You may not provide more than 100 node ids; you provided 101."


def test_an_owner_that_there_is_not_is_null_without_an_error(github: Handler) -> None:
    assert told(github, '{ repositoryOwner(login: "nobody") { login } }') == {"repositoryOwner": None}


def test_more_than_half_a_million_nodes_are_refused(github: Handler) -> None:
    query = """{ search(type: REPOSITORY, query: "a", first: 100) { nodes { ... on Repository {
        issues(first: 100) { nodes { labels(first: 100) { nodes { name } } } } } } } }"""
    error = refused(github, query)
    assert error["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "1,010,100 possible nodes which exceeds the maximum limit of 500,000" in error["message"]


def test_headers_count_the_points_down_and_the_body_agrees(github: Handler) -> None:
    query = "{ rateLimit { limit cost remaining used resetAt nodeCount } }"
    first, second = ask(github, query), ask(github, query)
    assert [response.headers["x-ratelimit-remaining"] for response in (first, second)] == ["4999", "4998"]
    assert first.headers["x-ratelimit-limit"] == "5000"
    assert first.headers["x-ratelimit-resource"] == "graphql"
    assert int(first.headers["x-ratelimit-reset"]) == int((NOW + timedelta(hours=1)).timestamp())
    assert second.json()["data"]["rateLimit"] == {
        "limit": 5000,
        "cost": 1,
        "remaining": 4998,
        "used": 2,
        "resetAt": "2026-11-01T13:00:00Z",
        "nodeCount": 0,
    }
    assert second.headers["x-ratelimit-used"] == "2"


def test_a_query_that_is_not_executed_costs_nothing(github: Handler) -> None:
    assert ask(github, "{ nonsense }").headers["x-ratelimit-remaining"] == "5000"


def test_a_new_hour_brings_new_points() -> None:
    now = [NOW]
    github = imitate(PEOPLE, lambda: now[0])
    ask(github, "{ viewer { login } }")
    now[0] += timedelta(minutes=59)
    assert ask(github, "{ viewer { login } }").headers["x-ratelimit-remaining"] == "4998"
    now[0] += timedelta(minutes=1)
    response = ask(github, "{ viewer { login } }")
    assert response.headers["x-ratelimit-remaining"] == "4999"
    assert int(response.headers["x-ratelimit-reset"]) == int((NOW + timedelta(hours=2)).timestamp())


def test_every_imitation_counts_its_own_points() -> None:
    one, other = host(), host()
    ask(one, "{ viewer { login } }")
    assert ask(other, "{ viewer { login } }").headers["x-ratelimit-remaining"] == "4999"


def test_a_document_is_parsed_once(github: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counting(query: str) -> DocumentNode:
        parsed.append(query)
        return parse(query)

    monkeypatch.setattr(sandbox, "parse", counting)
    query = "query($login: String!) { user(login: $login) { login } }"
    for number in range(5):
        told(github, query, login=PEOPLE[number].handle)
    assert parsed == [query]


def test_a_schema_can_be_explored(github: Handler) -> None:
    assert told(github, "{ __schema { queryType { name } mutationType { name } } }")["__schema"] == {
        "queryType": {"name": "Query"},
        "mutationType": {"name": "Mutation"},
    }


def test_an_imitation_without_a_clock_keeps_the_worlds_time() -> None:
    reset = ask(imitate(PEOPLE), "{ rateLimit { resetAt } }").headers["x-ratelimit-reset"]
    assert int(reset) > datetime(2025, 1, 1, tzinfo=NOW.tzinfo).timestamp()
