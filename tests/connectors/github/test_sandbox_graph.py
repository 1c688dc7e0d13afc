"""The imitated graph: its lists, its searches, and the shapes of its nouns."""

from itertools import pairwise

import pytest

from connectors.vendor import Handler
from tests.connectors.github.imitated import OWNED, SEARCH, names, owner_of_four
from tests.connectors.github.support import PEOPLE, ask, host, refused, told
from tests.connectors.support import NOW


@pytest.fixture
def github() -> Handler:
    return host()


@pytest.fixture
def login(github: Handler) -> str:
    return owner_of_four(github)


def test_pages_forward_join_to_the_whole(github: Handler, login: str) -> None:
    whole = told(github, OWNED, login=login, first=10)["user"]["repositories"]
    assert names(whole) == sorted(names(whole))
    first = told(github, OWNED, login=login, first=3)["user"]["repositories"]
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": first["edges"][0]["cursor"],
        "endCursor": first["edges"][2]["cursor"],
    }
    second = told(github, OWNED, login=login, first=3, after=first["pageInfo"]["endCursor"])["user"]["repositories"]
    assert second["pageInfo"]["hasNextPage"] is False
    assert second["pageInfo"]["hasPreviousPage"] is True
    assert names(first) + names(second) == names(whole)
    assert first["totalCount"] == second["totalCount"] == 4


def test_pages_backward_join_to_the_whole(github: Handler, login: str) -> None:
    whole = names(told(github, OWNED, login=login, first=10)["user"]["repositories"])
    last = told(github, OWNED, login=login, last=3)["user"]["repositories"]
    assert last["pageInfo"]["hasPreviousPage"] is True
    start = last["pageInfo"]["startCursor"]
    rest = told(github, OWNED, login=login, last=3, before=start)["user"]["repositories"]
    assert names(rest) + names(last) == whole
    assert rest["pageInfo"]["hasPreviousPage"] is False
    assert rest["pageInfo"]["hasNextPage"] is True


def test_a_page_of_nothing_has_no_cursors(github: Handler, login: str) -> None:
    end = told(github, OWNED, login=login, first=10)["user"]["repositories"]["pageInfo"]["endCursor"]
    page = told(github, OWNED, login=login, first=10, after=end)["user"]["repositories"]
    assert page["edges"] == []
    assert page["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize("cursor", ["nonsense", "", "====", "bm90aGluZw==", "Y3Vyc29yOnYyOjk5OTk5OQ==", "é"])
def test_a_cursor_that_github_did_not_give_is_refused(github: Handler, login: str, name: str, cursor: str) -> None:
    error = refused(github, OWNED, login=login, first=3, **{name: cursor})
    assert error["type"] == "INVALID_CURSOR_ARGUMENTS"
    assert error["message"] == f"`{cursor}` does not appear to be a valid cursor."
    assert error["path"] == ["user", "repositories"]


@pytest.mark.parametrize("name", ["first", "last"])
def test_a_hundred_is_the_most_that_a_page_holds(github: Handler, login: str, name: str) -> None:
    assert told(github, OWNED, login=login, **{name: 100})
    error = refused(github, OWNED, login=login, **{name: 101})
    assert error["type"] == "EXCESSIVE_PAGINATION"
    wanted = f"Requesting 101 records on the `repositories` connection exceeds the `{name}` limit of 100 records."
    assert error["message"] == wanted


def test_items_are_not_listed_unless_it_is_said_how_many(github: Handler, login: str) -> None:
    errors = ask(github, OWNED, login=login).json()["errors"]
    assert {error["type"] for error in errors} == {"MISSING_PAGINATION_BOUNDARIES"}
    query = "query($login: String!) { user(login: $login) { repositories { totalCount } } }"
    assert told(github, query, login=login)["user"]["repositories"] == {"totalCount": 4}


ORDERS = [
    "CREATED_AT createdAt",
    "NAME name",
    "PUSHED_AT pushedAt",
    "STARGAZERS stargazerCount",
    "UPDATED_AT updatedAt",
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_repositories_come_in_the_order_asked(github: Handler, login: str, order: str, direction: str) -> None:
    field, name = order.split()
    query = f"""query($login: String!) {{ user(login: $login) {{ repositories(first: 9,
        orderBy: {{field: {field}, direction: {direction}}}) {{ nodes {{ value: {name} }} }} }} }}"""
    nodes = told(github, query, login=login)["user"]["repositories"]["nodes"]
    values = [node["value"] for node in nodes if node["value"] is not None]
    assert values == sorted(values, reverse=direction == "DESC")


@pytest.mark.parametrize("field", ["CREATED_AT createdAt", "UPDATED_AT updatedAt", "COMMENTS number"])
@pytest.mark.parametrize("kind", ["issues", "pullRequests"])
def test_issues_come_in_the_order_asked_and_by_age_otherwise(
    github: Handler, login: str, field: str, kind: str
) -> None:
    order, name = field.split()
    query = f"""query($login: String!) {{ user(login: $login) {{ repositories(first: 9) {{ nodes {{
        plain: {kind}(first: 50) {{ nodes {{ value: createdAt }} }}
        up: {kind}(first: 50, orderBy: {{field: {order}, direction: ASC}}) {{ nodes {{ value: {name} }} }}
        down: {kind}(first: 50, orderBy: {{field: {order}, direction: DESC}}) {{ nodes {{ value: {name} }} }}
        }} }} }} }}"""
    for repository in told(github, query, login=login)["user"]["repositories"]["nodes"]:
        plain, up, down = ([node["value"] for node in repository[each]["nodes"]] for each in ("plain", "up", "down"))
        assert plain == sorted(plain)
        assert up == sorted(up)
        assert down == up[::-1]


@pytest.mark.parametrize(("affiliation", "count"), [("OWNER", 4), ("COLLABORATOR", 0), ("ORGANIZATION_MEMBER", 0)])
def test_only_what_somebody_owns_is_theirs(github: Handler, login: str, affiliation: str, count: int) -> None:
    query = f"""query($login: String!) {{ user(login: $login) {{
        repositories(ownerAffiliations: [{affiliation}]) {{ totalCount }} }} }}"""
    assert told(github, query, login=login)["user"]["repositories"]["totalCount"] == count


@pytest.mark.parametrize("field", ["CREATED_AT", "NAME"])
def test_releases_come_in_the_order_asked(github: Handler, login: str, field: str) -> None:
    query = f"""query($login: String!) {{ user(login: $login) {{ repositories(first: 9) {{ nodes {{
        up: releases(first: 50, orderBy: {{field: {field}, direction: ASC}}) {{ nodes {{ tagName }} }}
        down: releases(first: 50, orderBy: {{field: {field}, direction: DESC}}) {{ nodes {{ tagName }} }} }} }} }} }}"""
    nodes = told(github, query, login=login)["user"]["repositories"]["nodes"]
    assert any(node["up"]["nodes"] for node in nodes)
    for node in nodes:
        assert node["down"]["nodes"] == node["up"]["nodes"][::-1]


def test_ids_lead_back_to_what_they_are_of(github: Handler, login: str) -> None:
    query = """query($login: String!) { user(login: $login) { __typename id
        repositories(first: 2) { nodes { __typename id
        issues(first: 1) { nodes { __typename id } } pullRequests(first: 1) { nodes { __typename id } }
        releases(first: 1) { nodes { __typename id } } } } } }"""
    user = told(github, query, login=login)["user"]
    seen = [{"__typename": "User", "id": user["id"]}]
    for repository in user["repositories"]["nodes"]:
        seen.append({"__typename": "Repository", "id": repository["id"]})
        seen += [node for kind in ("issues", "pullRequests", "releases") for node in repository[kind]["nodes"]]
    found = told(
        github, "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=[each["id"] for each in seen]
    )
    assert found["nodes"] == seen
    assert {each["__typename"] for each in seen} == {"User", "Repository", "Issue", "PullRequest", "Release"}
    prefixes = {
        "User": "U_kgDO",
        "Repository": "R_kgDO",
        "Issue": "I_kwDO",
        "PullRequest": "PR_kwDO",
        "Release": "RE_kwDO",
    }
    assert all(each["id"].startswith(prefixes[each["__typename"]]) for each in seen)


def test_pages_of_a_search_join_to_the_whole(github: Handler) -> None:
    whole = told(github, SEARCH, query="is:issue", first=100)["search"]
    assert whole["issueCount"] > 200
    assert whole["pageInfo"]["hasNextPage"] is True
    joined: list[object] = []
    after = None
    for _ in range(4):
        page = told(github, SEARCH, query="is:issue", first=25, after=after)["search"]
        joined += page["edges"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["pageInfo"]["endCursor"]
    assert joined == whole["edges"]


def test_a_search_shows_a_thousand_results_and_no_more() -> None:
    github = host(type(PEOPLE)(400, NOW))
    ends = []
    after = None
    for _ in range(10):
        page = told(github, SEARCH, query="is:issue", first=100, after=after)["search"]
        assert len(page["edges"]) == 100
        ends.append(page["pageInfo"]["hasNextPage"])
        after = page["pageInfo"]["endCursor"]
    assert ends == [True] * 9 + [False]
    assert told(github, SEARCH, query="is:issue", first=100, after=after)["search"]["edges"] == []


@pytest.mark.parametrize("kind", ["ISSUE", "REPOSITORY"])
def test_a_search_refuses_as_lists_do(github: Handler, kind: str) -> None:
    assert refused(github, SEARCH, query="docs", type=kind)["type"] == "MISSING_PAGINATION_BOUNDARIES"
    assert refused(github, SEARCH, query="docs", type=kind, first=101)["type"] == "EXCESSIVE_PAGINATION"
    error = refused(github, SEARCH, query="docs", type=kind, first=1, after="nonsense")
    assert error["message"] == "`nonsense` does not appear to be a valid cursor."


@pytest.mark.parametrize(("kind", "text"), [("USER", "ada"), ("DISCUSSION", "ada"), ("REPOSITORY", " ")])
def test_what_the_imitation_does_not_search_for_is_not_found(github: Handler, kind: str, text: str) -> None:
    found = told(github, SEARCH, query=text, first=5, type=kind)["search"]
    assert (found["edges"], found["repositoryCount"]) == ([], 0)


def test_a_search_for_repositories_counts_them(github: Handler) -> None:
    found = told(github, SEARCH, query="dashboard", first=2, type="REPOSITORY")["search"]
    assert found["repositoryCount"] > 2
    assert {edge["node"]["__typename"] for edge in found["edges"]} == {"Repository"}
    assert found["issueCount"] == 0


def test_people_are_as_different_as_people_are(github: Handler) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) {
        ... on User { login name avatarUrl(size: 40) followers { totalCount } } } }"""
    logins = "query($login: String!) { user(login: $login) { id } }"
    ids = [told(github, logins, login=PEOPLE[number].handle)["user"]["id"] for number in range(40)]
    users = told(github, query, ids=ids)["nodes"]
    assert [user["login"] for user in users] == [PEOPLE[number].handle for number in range(40)]
    assert None in {user["name"] for user in users}
    assert any("ö" in (user["name"] or "") or "é" in (user["name"] or "") for user in users)
    assert len({user["followers"]["totalCount"] for user in users}) > 10
    assert all(one["avatarUrl"] != other["avatarUrl"] for one, other in pairwise(users))
    assert "s=40" in users[0]["avatarUrl"]
