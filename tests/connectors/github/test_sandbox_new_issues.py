"""What becomes of an issue that is opened at the imitation."""

import pytest

from connectors.github.sandbox import imitate
from connectors.vendor import Handler
from tests.connectors.github.imitated import CREATE, OPEN, OWNED, SEARCH, names, owner_of_four
from tests.connectors.github.support import PEOPLE, host, refused, told
from tests.connectors.support import NOW


@pytest.fixture
def github() -> Handler:
    return host()


@pytest.fixture
def login(github: Handler) -> str:
    return owner_of_four(github)


def test_a_new_issue_is_there_afterwards(github: Handler, login: str) -> None:
    whole = told(github, OWNED, login=login, first=1)["user"]["repositories"]
    where = {"owner": login, "name": names(whole)[0]}
    before = told(github, OPEN, **where)["repository"]
    wanted = {"repositoryId": before["id"], "title": "Größe fehlt", "body": "Sehr.", "clientMutationId": "m-1"}
    created = told(github, CREATE, input=wanted)["createIssue"]
    issue = created["issue"]
    assert created["clientMutationId"] == "m-1"
    assert (issue["title"], issue["body"], issue["state"]) == ("Größe fehlt", "Sehr.", "OPEN")
    assert issue["createdAt"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert issue["url"] == f"https://github.com/{login}/{where['name']}/issues/{issue['number']}"
    assert issue["author"] == told(github, "{ viewer { login } }")["viewer"]
    after = told(github, OPEN, **where)["repository"]["issues"]
    assert after["totalCount"] == before["issues"]["totalCount"] + 1
    assert after["nodes"] == [{"id": issue["id"], "title": "Größe fehlt"}]
    assert told(github, "query($id: ID!) { node(id: $id) { id } }", id=issue["id"]) == {"node": {"id": issue["id"]}}
    search = told(github, SEARCH, query=f"is:issue author:{issue['author']['login']} größe", first=5)["search"]
    assert [edge["node"]["id"] for edge in search["edges"]] == [issue["id"]]
    assert search["issueCount"] == 1


def test_two_new_issues_differ_though_they_say_the_same(github: Handler, login: str) -> None:
    repository = told(
        github, OPEN, owner=login, name=names(told(github, OWNED, login=login, first=1)["user"]["repositories"])[0]
    )
    wanted = {"repositoryId": repository["repository"]["id"], "title": "Twice"}
    one, other = (told(github, CREATE, input=wanted)["createIssue"]["issue"] for _ in range(2))
    assert one["id"] != other["id"]
    assert one["number"] + 1 == other["number"]


def test_another_imitation_knows_nothing_of_a_new_issue(github: Handler, login: str) -> None:
    id = told(github, "query($l: String!) { user(login: $l) { repositories(first: 1) { nodes { id } } } }", l=login)
    wanted = {"repositoryId": id["user"]["repositories"]["nodes"][0]["id"], "title": "Here"}
    issue = told(github, CREATE, input=wanted)["createIssue"]["issue"]
    assert refused(imitate(PEOPLE), "query($id: ID!) { node(id: $id) { id } }", id=issue["id"])["type"] == "NOT_FOUND"


@pytest.mark.parametrize("title", ["", "  \n"])
def test_a_new_issue_needs_a_title(github: Handler, login: str, title: str) -> None:
    id = told(github, "query($l: String!) { user(login: $l) { repositories(first: 1) { nodes { id } } } }", l=login)
    wanted = {"repositoryId": id["user"]["repositories"]["nodes"][0]["id"], "title": title}
    error = refused(github, CREATE, input=wanted)
    assert (error["type"], error["message"], error["path"]) == (
        "UNPROCESSABLE",
        "Title can't be blank",
        ["createIssue"],
    )


def test_a_new_issue_needs_a_repository(github: Handler) -> None:
    error = refused(github, CREATE, input={"repositoryId": "R_nope", "title": "x"})
    assert error["type"] == "NOT_FOUND"
    assert "R_nope" in error["message"]


def test_the_viewer_is_an_account_like_any_other(github: Handler) -> None:
    viewer = told(github, "{ viewer { id login name repositories { totalCount } } }")["viewer"]
    assert viewer["repositories"]["totalCount"] == 0
    query = "query($login: String!, $id: ID!) { user(login: $login) { id } node(id: $id) { id } }"
    found = told(github, query, login=viewer["login"].upper(), id=viewer["id"])
    assert found == {"user": {"id": viewer["id"]}, "node": {"id": viewer["id"]}}
