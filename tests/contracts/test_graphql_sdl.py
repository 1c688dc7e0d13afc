"""The GraphQL checker itself, on a small schema of its own: it must be able to fail."""

import httpx
import pytest

from tests.contracts.document import Json
from tests.contracts.graphql_sdl import GraphQLContract
from tests.contracts.violation import ContractViolation, Uncompilable

SDL = """
scalar DateTime
scalar URI
enum State { OPEN CLOSED }
interface Node { id: ID! }
type User implements Node { id: ID! login: String! home: URI bio: String }
type Issue implements Node { id: ID! title: String! state: State! made: DateTime! score: Float votes: Int }
union Actor = User | Issue
input Filter { states: [State!]! since: DateTime }
type Query {
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  actor: Actor
  viewer: User!
  issues(first: Int, filter: Filter): [Issue!]!
}
type Mutation { close(id: ID!): Issue }
"""
DESK = GraphQLContract("desk", SDL)
URL = "https://desk.example/graphql"
ISSUE = {"id": "1", "title": "t", "state": "OPEN", "made": "2026-11-22T00:00:00Z"}
EVERY = "{ issues { id title state made } }"


def asking(query: str, **more: Json) -> httpx.Request:
    return httpx.Request("POST", URL, json={"query": query, **more})


def refused(request: httpx.Request) -> str:
    with pytest.raises(ContractViolation) as raised:
        DESK.check_request(request)
    return str(raised.value)


def answer(query: str, data: Json, **variables: Json) -> None:
    DESK.check_response(asking(query, variables=variables), httpx.Response(200, json={"data": data}))


def mistaken(query: str, data: Json, **variables: Json) -> str:
    with pytest.raises(ContractViolation) as raised:
        answer(query, data, **variables)
    return str(raised.value)


def test_an_operation_is_named_by_its_kind_and_name() -> None:
    assert str(DESK.check_request(asking("{ viewer { login } }"))) == "query"
    assert str(DESK.check_request(asking('mutation Close { close(id: "1") { id } }'))) == "mutation Close"
    two = "query A { viewer { login } } query B { viewer { id } }"
    assert str(DESK.check_request(asking(two, operationName="B"))) == "query B"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{ viewer { logn } }", "body `$.query`: Cannot query field 'logn' on type 'User'"),
        ("{ viewer }", "must have a selection of subfields"),
        ("{ viewer { login }", "Syntax Error"),
        ("{ node { id } }", "of type 'ID!' is required"),
        ("{ issues(last: 1) { id } }", "Unknown argument 'last'"),
        ("{ issues(filter: {states: [NEW]}) { id } }", "does not exist in 'State' enum"),
        ("{ issues(filter: {states: [], since: 5}) { id } }", "DateTime cannot represent 5"),
        ("query ($unused: Int) { viewer { id } }", "'$unused' is never used"),
        ("query ($first: String) { issues(first: $first) { id } }", "used in position expecting type 'Int'"),
    ],
)
def test_a_document_that_the_schema_does_not_allow_is_a_violation(query: str, told: str) -> None:
    assert told in refused(asking(query))


FILTERED = "query Issues($first: Int!, $filter: Filter) { issues(first: $first, filter: $filter) { id } }"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (None, "'$first' has invalid value: Expected a value of non-null type"),
        ({}, "'$first' has invalid value"),
        ({"first": "ten"}, "'$first' has invalid value: Int cannot represent non-integer value: 'ten'"),
        ({"first": 1, "last": 1}, "body `$.variables.last`: not declared by the operation"),
        ({"first": 1, "filter": {}}, "'$filter' has invalid value"),
        ({"first": 1, "filter": {"states": ["NEW"]}}, "does not exist in 'State' enum"),
        ({"first": 1, "filter": {"states": [], "since": "today"}}, "DateTime cannot represent 'today'"),
        ([1], "body `$.variables`: an object is needed"),
    ],
)
def test_variables_that_do_not_fit_their_types_are_a_violation(variables: Json, told: str) -> None:
    assert told in refused(asking(FILTERED, variables=variables))


def test_variables_that_fit_pass() -> None:
    filters = {"states": ["OPEN"], "since": "2026-11-22T00:00:00Z"}
    DESK.check_request(asking(FILTERED, variables={"first": 1, "filter": filters}))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (httpx.Request("GET", URL, params={"query": "{ viewer { id } }"}), "the contract has only POST /graphql"),
        (httpx.Request("POST", "https://desk.example/", json={"query": "{ viewer { id } }"}), "only POST /graphql"),
        (httpx.Request("POST", URL, data={"query": "{ viewer { id } }"}), "application/json is needed"),
        (httpx.Request("POST", URL, json=["{ viewer { id } }"]), "a JSON object is needed"),
        (httpx.Request("POST", URL, json={"variables": {}}), "body `$.query`: a string is needed"),
        (httpx.Request("POST", URL, json={"query": "{ viewer { id } }", "id": 1}), "body `$.id`: unknown"),
        (asking("query A { viewer { id } } query B { viewer { id } }"), "it names 2 operations"),
        (asking("query A { viewer { id } }", operationName="B"), "it names 0 operations"),
        (
            httpx.Request("POST", URL, content=b"{", headers={"content-type": "application/json"}),
            "body: it is not JSON",
        ),
    ],
)
def test_a_request_that_is_not_graphql_over_http_is_a_violation(request_: httpx.Request, told: str) -> None:
    assert told in refused(request_)


def test_an_answer_in_the_shape_of_its_operation_passes() -> None:
    answer(EVERY, {"issues": [ISSUE, ISSUE | {"state": "CLOSED"}]})
    answer("{ issues { n: votes score } }", {"issues": [{"n": 5, "score": 1.5}, {"n": None, "score": 2}]})
    answer("{ node(id: 1) { id } viewer { home bio } }", {"node": None, "viewer": {"home": "https://a.b", "bio": None}})


@pytest.mark.parametrize(
    ("issue", "told"),
    [
        ({"id": 1}, "`$.data.issues[0].id`: 1 is no ID"),
        ({"title": None}, "`$.data.issues[0].title`: null, but its type is String!"),
        ({"title": ["t"]}, "`$.data.issues[0].title`: ['t'] is no String"),
        ({"state": "NEW"}, "`$.data.issues[0].state`: 'NEW' is no State"),
        ({"made": "yesterday"}, "`$.data.issues[0].made`: 'yesterday' is no DateTime"),
        ({"votes": 5}, "`$.data.issues[0].votes`: not selected of Issue"),
    ],
)
def test_a_field_that_does_not_fit_its_type_is_a_violation(issue: Json, told: str) -> None:
    assert told in mistaken(EVERY, {"issues": [ISSUE | issue]})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "`$.data.issues`: Query.issues was selected, but is missing"),
        ({"issues": None}, "`$.data.issues`: null, but its type is [Issue!]!"),
        ({"issues": {}}, "`$.data.issues`: {} is not a list of Issue!"),
        ({"issues": [None]}, "`$.data.issues[0]`: null, but its type is Issue!"),
        ({"issues": ["1"]}, "`$.data.issues[0]`: '1' is not an object of Issue"),
        ({"issues": [{}]}, "`$.data.issues[0].id`: Issue.id was selected, but is missing"),
        ([], "`$.data`: an object is needed"),
    ],
)
def test_a_shape_that_was_not_asked_for_is_a_violation(data: Json, told: str) -> None:
    assert told in mistaken(EVERY, data)


@pytest.mark.parametrize("votes", [1.5, "5", True, 2**31])
def test_an_int_is_a_whole_number_of_32_bits(votes: Json) -> None:
    assert "is no Int" in mistaken("{ issues { votes } }", {"issues": [{"votes": votes}]})


NODES = (
    "{ nodes(ids: [1, 2]) { kind: __typename id ... on User { login } ...issue } } fragment issue on Issue { title }"
)


def test_an_object_of_an_interface_is_what_its_typename_tells() -> None:
    user, issue = {"kind": "User", "id": "1", "login": "ada"}, {"kind": "Issue", "id": "2", "title": "t"}
    answer(NODES, {"nodes": [user, issue, None]})
    assert "`$.data.nodes[0].login`: User.login was selected" in mistaken(NODES, {"nodes": [issue | {"kind": "User"}]})
    assert "['Robot'] is no type of Node" in mistaken(NODES, {"nodes": [{"kind": "Robot", "id": "1"}]})


def test_an_object_without_a_typename_is_any_possible_type() -> None:
    query = "{ actor { ... on User { login } ... on Issue { title } } }"
    answer(query, {"actor": {"login": "ada"}})
    answer(query, {"actor": {"title": "t"}})
    assert "actor.title`: not selected" in mistaken(query, {"actor": {"login": "ada", "title": "t"}})
    assert "5 is no String" in mistaken(query, {"actor": {"login": 5}})


def test_a_typename_of_a_concrete_type_is_its_name() -> None:
    answer("{ viewer { __typename } }", {"viewer": {"__typename": "User"}})
    assert "'Issue' is not User" in mistaken("{ viewer { __typename } }", {"viewer": {"__typename": "Issue"}})


def test_fields_of_several_selections_of_one_object_are_merged() -> None:
    query = "{ viewer { id } ...more } fragment more on Query { viewer { login ... on Node { id } } }"
    answer(query, {"viewer": {"id": "1", "login": "ada"}})
    assert "viewer.login`: User.login was selected" in mistaken(query, {"viewer": {"id": "1"}})


def test_skipped_fields_are_not_expected() -> None:
    query = "query ($bio: Boolean!) { viewer { id bio @include(if: $bio) ... @skip(if: $bio) { login } } }"
    answer(query, {"viewer": {"id": "1", "bio": "b"}}, bio=True)
    answer(query, {"viewer": {"id": "1", "login": "ada"}}, bio=False)
    assert "viewer.bio`: not selected" in mistaken(query, {"viewer": {"id": "1", "bio": "b", "login": "a"}}, bio=False)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, {}, "`$.data`: missing, though there are no errors"),
        (200, {"data": None}, "`$.data`: missing, though there are no errors"),
        (200, {"errors": []}, "`$.errors`: a list that is not empty"),
        (200, {"errors": [{"text": "no"}]}, "`$.errors[0]`: an object with a `message`"),
        (200, {"errors": [{"message": "no"}], "data": {"viewer": None}}, "`$.data.viewer`: null"),
        (200, {"data": {"viewer": {"id": "1"}}, "meta": 1}, "`$.meta`: unknown"),
        (401, {"error": "who?"}, "an object with a `message`"),
        (403, [], "a JSON object is needed"),
    ],
)
def test_an_answer_that_is_no_result_is_a_violation(status: int, body: Json, told: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        DESK.check_response(asking("{ viewer { id } }"), httpx.Response(status, json=body))
    assert told in str(raised.value)


def test_an_answer_that_is_not_json_is_a_violation_unless_the_server_failed() -> None:
    request = asking("{ viewer { id } }")
    DESK.check_response(request, httpx.Response(502, html="<p>"))
    for status in (200, 401):
        with pytest.raises(ContractViolation, match="JSON is needed"):
            DESK.check_response(request, httpx.Response(status, html="<p>"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"data": None, "errors": [{"message": "no", "type": "NOT_FOUND", "path": ["viewer"]}]}),
        (200, {"errors": [{"message": "no"}]}),
        (401, {"message": "Bad credentials", "documentation_url": "https://docs.example"}),
    ],
)
def test_a_failure_with_its_message_passes(status: int, body: Json) -> None:
    DESK.check_response(asking("{ viewer { id } }"), httpx.Response(status, json=body))


def test_a_scalar_that_has_no_check_is_loud() -> None:
    with pytest.raises(Uncompilable, match="desk scalar Mystery"):
        GraphQLContract("desk", "scalar Mystery type Query { a: Mystery }")
