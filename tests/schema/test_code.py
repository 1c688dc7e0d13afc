from dataclasses import replace

import pytest

from connectors.domain.code import IssueState
from connectors.domain.errors import NotConfigured, Unavailable
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.sources import Sources
from schema.relay import GlobalId, seal
from tests.schema.fake_host import Host
from tests.schema.fakes import Book, Tracker
from tests.schema.harness import hub, run
from tests.schema.nouns import ago, customer, developer, issue, pull_request, release, repository

LINKED = Book(
    [customer(name, ServiceLink(Service.GITHUB, name), number=number) for number, name in enumerate(["ada", "bob"], 1)]
)
ACCOUNTS = {"ada": developer("ada"), "bob": developer("bob")}
SHELVES = [repository(str(number), name=f"engine-{number}") for number in range(5)]


def host(**more: object) -> Host:
    return Host(accounts=ACCOUNTS, shelves=SHELVES, **more)  # type: ignore[arg-type]  # fields of the fake


async def test_the_accounts_of_many_customers_are_one_batch() -> None:
    github = host()
    query = "{ customers { edges { node { developer { login followers repositories(first: 2) { totalCount } } } } } }"
    edges = (await run(hub(github, customers=LINKED), query)).whole["customers"]["edges"]
    assert [edge["node"]["developer"] for edge in edges] == [
        {"login": "ada", "followers": 5, "repositories": {"totalCount": 5}},
        {"login": "bob", "followers": 5, "repositories": {"totalCount": 0}},
    ]
    assert [(name, len(keys)) for name, keys in github.batches] == [("developers", 2), ("repositories_by_owner", 2)]


async def test_somebody_without_an_account_has_no_developer_and_costs_no_call() -> None:
    github = host()
    query = "{ customers { edges { node { developer { login } } } } }"
    unlinked = hub(github, customers=Book([customer("Eve")]))
    assert (await run(unlinked, query)).whole["customers"]["edges"] == [{"node": {"developer": None}}]
    assert github.batches == []
    gone = hub(github, customers=Book([customer("Eve", ServiceLink(Service.GITHUB, "eve"))]))
    assert (await run(gone, query)).whole["customers"]["edges"] == [{"node": {"developer": None}}]


async def test_the_hosts_own_cursors_lead_through_its_lists() -> None:
    query = """query($after: String) { repositories(search: "engine", first: 2, after: $after) {
      totalCount edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }"""
    names, after = [], None
    for more in (True, True, False):
        found = (await run(hub(host()), query, after=after)).whole["repositories"]
        info = found["pageInfo"]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (more, after is not None)
        assert info["startCursor"] == found["edges"][0]["cursor"]
        assert found["totalCount"] == 5
        names += [edge["node"]["name"] for edge in found["edges"]]
        after = info["endCursor"]
    assert names == [shelf.name for shelf in SHELVES]


async def test_a_cursor_of_another_list_is_refused() -> None:
    dated = seal("at", 0, "github:1")
    answer = await run(
        hub(host()),
        'query($after: String) { repositories(search: "x", after: $after) { totalCount } }',
        after=dated,
    )
    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_lists_of_a_host_have_one_to_a_hundred_items(first: int) -> None:
    inside = f"issues(first: {first}) {{ totalCount }} pullRequests(first: {first}) {{ totalCount }}"
    query = f'{{ repository(owner: "ada", name: "engine-1") {{ {inside} releases(first: {first}) {{ tag }} }} }}'
    answer = await run(hub(host()), query)
    assert answer.data == {"repository": {"issues": None, "pullRequests": None, "releases": None}}
    assert answer.codes == ["BAD_USER_INPUT"] * 3


async def test_a_repository_is_found_by_name_with_what_happens_in_it() -> None:
    closed = replace(issue("8"), state=IssueState.CLOSED)
    github = host(
        tickets={"1": [issue("7"), closed]}, changes={"1": [pull_request("9")]}, versions={"1": [release("v1")]}
    )
    query = """{ repository(owner: "ada", name: "engine-1") {
      id name owner stars forks openIssues primaryLanguage pushedAt url description
      issues(state: CLOSED) { edges { node { title state } } }
      pullRequests { edges { node { id number merged state } } }
      releases { tag name publishedAt url }
    } }"""
    found = (await run(hub(github), query)).whole["repository"]
    assert found["id"] == str(GlobalId("Repository", Service.GITHUB, "1"))
    assert (found["stars"], found["forks"], found["openIssues"]) == (3, 2, 1)
    assert found["issues"]["edges"] == [{"node": {"title": "Issue 8", "state": "CLOSED"}}]
    change = {"id": str(GlobalId("PullRequest", Service.GITHUB, "9")), "number": 7, "merged": True, "state": "CLOSED"}
    assert found["pullRequests"]["edges"] == [{"node": change}]
    assert [one["tag"] for one in found["releases"]] == ["v1"]


async def test_a_repository_that_does_not_exist_is_null() -> None:
    assert (await run(hub(host()), '{ repository(owner: "ada", name: "none") { id } }')).whole == {"repository": None}


async def test_what_is_in_many_repositories_is_one_batch_each() -> None:
    github = host()
    inside = "issues { totalCount } pullRequests { totalCount } releases { tag }"
    query = f'{{ repositories(search: "engine") {{ edges {{ node {{ {inside} }} }} }} }}'
    assert (await run(hub(github), query)).errors == []
    assert sorted((name, len(keys)) for name, keys in github.batches) == [
        ("pull_requests", 5),
        ("releases", 5),
        ("repository_issues", 5),
        ("repository_search", 1),
    ]


async def test_issues_are_merged_over_every_tracker() -> None:
    sources = hub(
        Host(entries=[issue("1", at=ago(1)), issue("2", at=ago(3))]),
        Tracker(entries=[issue("3", at=ago(2), service=Service.JIRA)]),
    )
    query = "{ issues(first: 5) { edges { node { service title } } pageInfo { hasNextPage } } }"
    found = (await run(sources, query)).whole["issues"]
    assert [edge["node"]["title"] for edge in found["edges"]] == ["Issue 1", "Issue 3", "Issue 2"]


async def test_a_search_for_issues_is_handed_to_the_trackers() -> None:
    jira = Tracker()
    await run(hub(jira), '{ issues(search: "crash", state: OPEN) { totalCount } }')
    [[asked]] = jira.asked("issues")
    assert (getattr(asked, "search", None), getattr(asked, "state", None)) == ("crash", IssueState.OPEN)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Unavailable(Service.GITHUB, "GITHUB dropped the call"), "UPSTREAM_UNAVAILABLE"),
        (NotConfigured(Service.GITHUB), "SERVICE_NOT_CONFIGURED"),
    ],
)
async def test_a_host_that_fails_costs_its_own_fields(failure: Exception, code: str) -> None:
    sources: Sources = hub(host(failure=failure), customers=LINKED)
    query = '{ repository(owner: "ada", name: "x") { id } repositories(search: "x") { totalCount } '
    query += "customers { edges { node { name developer { login } } } } }"
    answer = await run(sources, query)
    assert answer.data["repository"] is answer.data["repositories"] is None
    assert [edge["node"]["developer"] for edge in answer.data["customers"]["edges"]] == [None, None]
    assert answer.codes == [code] * 4


async def test_one_repository_can_fail_by_itself() -> None:
    github = host(failures={"3": Unavailable(Service.GITHUB, "GITHUB dropped the call")})
    query = '{ repositories(search: "engine") { edges { node { name releases { tag } } } } }'
    answer = await run(hub(github), query)
    assert [edge["node"]["releases"] for edge in answer.data["repositories"]["edges"]] == [[], [], [], None, []]
    assert answer.only_error["path"] == ["repositories", "edges", 3, "node", "releases"]


async def test_repositories_and_changes_are_found_by_their_ids() -> None:
    ids = [str(GlobalId("PullRequest", Service.GITHUB, "9")), str(GlobalId("Repository", Service.GITHUB, "1"))]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { name } ... on PullRequest { title } } }"
    nodes = (await run(hub(host(changes={"1": [pull_request("9")]})), query, ids=ids)).whole["nodes"]
    assert nodes == [{"title": "Change 9"}, {"name": "engine-1"}]
