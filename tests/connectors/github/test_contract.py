"""Every query that the connector sends, and every answer of the imitation, against GitHub's published schema."""

from collections.abc import AsyncIterator

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_scalar_type,
)

from connectors.domain.code import (
    HostPage,
    HostSlice,
    InRepositoryAsked,
    IssuesAsked,
    IssueState,
    ReleasesAsked,
    RepositoriesAsked,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.page import Page
from connectors.domain.search import Stretch, TextAsked
from connectors.github.client import GitHub
from connectors.github.sandbox_sdl import SDL
from tests.connectors.github.support import PEOPLE, host, only, over
from tests.connectors.support import refs
from tests.contracts import document
from tests.contracts.checked import Checked, graphql_contract, require_contracts

PREFIX = "https://api.github.com"


@pytest.fixture
def wire() -> Checked:
    return Checked(httpx.MockTransport(host()), graphql_contract("github"))


@pytest.fixture
async def github(wire: Checked) -> AsyncIterator[GitHub]:
    """The connector; whatever it was asked to do must have been checked."""
    yield over(wire)
    assert wire.seen


async def ids(github: GitHub) -> list[str]:
    """Of some repositories, and of what is none."""
    asked = [RepositoriesAsked(PEOPLE[number].handle, HostPage(5)) for number in range(6)]
    pages = (await github.repositories_by_owner(asked)).values()
    found = [one.external_id for page in pages if not isinstance(page, Exception) for one in page.items]
    return [*found, "R_kgDO000000", "nonsense", ""]


async def test_ping(github: GitHub) -> None:
    await github.ping()


@pytest.mark.parametrize("count", [1, 3, 100])
async def test_developers(github: GitHub, count: int) -> None:
    answers = await github.developers([*(PEOPLE[number % 40].handle for number in range(count)), "nobody", 'a"b\n'])
    assert answers["nobody"] is None
    assert answers[PEOPLE[0].handle] is not None


async def test_repositories(github: GitHub) -> None:
    some = await github.repositories_by_id(await ids(github))
    named = [RepositoryName(one.owner, one.name) for one in some.values() if one and not isinstance(one, Exception)]
    answers = await github.repositories([*named, RepositoryName("no", "body")])
    assert [answer for answer in answers.values() if answer] == [one for one in some.values() if one]


@pytest.mark.parametrize("page", [HostPage(1), HostPage(100), HostPage(0), HostPage(2, "nonsense"), HostPage(2, "")])
async def test_repositories_by_owner(github: GitHub, page: HostPage) -> None:
    asked = [RepositoriesAsked(login, page) for login in (PEOPLE[2].handle, PEOPLE[9].handle, "nobody")]
    assert len(await github.repositories_by_owner(asked)) == 3


async def test_the_next_page_of_an_owner(github: GitHub) -> None:
    login = PEOPLE[2].handle
    first = only(await github.repositories_by_owner([RepositoriesAsked(login, HostPage(1))]))
    second = only(await github.repositories_by_owner([RepositoriesAsked(login, HostPage(1, first.cursors[0]))]))
    assert first.items != second.items


@pytest.mark.parametrize("text", ["docs", "", "stars:>3 language:python", 'in:name "next-ledger"', "zzz", "日本語"])
async def test_repository_search(github: GitHub, text: str) -> None:
    asked = [RepositorySearch(text, HostPage(3)), RepositorySearch(text, HostPage(3, "nonsense"))]
    assert len(await github.repository_search(asked)) == 2


@pytest.mark.parametrize("state", [None, *IssueState])
async def test_what_is_in_repositories(github: GitHub, state: IssueState | None) -> None:
    asked = [InRepositoryAsked(id, HostPage(1), state) for id in await ids(github)]
    issues = await github.repository_issues(asked)
    pulls = await github.pull_requests(asked)
    assert [isinstance(answer, Exception) for answer in issues.values()][-4:] == [False, True, True, True]
    assert issues.keys() == pulls.keys()
    one, page = next((one, page) for one, page in issues.items() if isinstance(page, HostSlice) and page.more)
    following = InRepositoryAsked(one.repository, HostPage(1, page.cursors[-1]), state)
    assert only(await github.repository_issues([following])).items != page.items


async def test_releases(github: GitHub) -> None:
    answers = await github.releases([ReleasesAsked(id, 3) for id in await ids(github)])
    assert any(isinstance(answer, tuple) and answer for answer in answers.values())


@pytest.mark.parametrize("page", [Page(5), Page(0), Page(100), Page(None)])
@pytest.mark.parametrize("search", [None, "export", 'a "b" author:x'])
async def test_issues(github: GitHub, page: Page, search: str | None) -> None:
    asked = [
        *(IssuesAsked(ref, page, state, search) for ref in refs(PEOPLE, range(3)) for state in (None, *IssueState)),
        IssuesAsked(None, page, None, search),
    ]
    answers = await github.issues(asked)
    assert not any(isinstance(answer, Exception) for answer in answers.values())


async def test_issues_and_pull_requests_by_id(github: GitHub) -> None:
    repositories = await ids(github)
    issues = only(await github.issues([IssuesAsked(None, Page(20))])).items
    page = only(await github.pull_requests([InRepositoryAsked(repositories[0], HostPage(20))]))
    found = await github.issues_by_id([*(issue.external_id for issue in issues), *repositories])
    assert [answer for answer in found.values() if answer] == list(issues)
    pulls = await github.pull_requests_by_id([*(pull.external_id for pull in page.items), *repositories])
    assert [answer for answer in pulls.values() if answer] == list(page.items)


CREATE = """
mutation Create($input: CreateIssueInput!) {
  createIssue(input: $input) { clientMutationId issue { id number title body state author { login url } url } }
}
"""
EVERYTHING = """
query Everything($owner: String!, $id: ID!) {
  viewer { id login name avatarUrl(size: 40) url }
  rateLimit { cost limit nodeCount remaining resetAt used }
  nodes(ids: [$id]) { __typename id }
  repositoryOwner(login: $owner) { __typename login id avatarUrl url }
  search(type: ISSUE, query: "is:open", first: 5) {
    issueCount repositoryCount userCount
    nodes { __typename ... on Issue { id } ... on PullRequest { id updatedAt repository { name } } }
  }
  user(login: $owner) {
    followers(first: 1) { totalCount }
    repositories(last: 2, ownerAffiliations: [OWNER], orderBy: {field: STARGAZERS, direction: ASC}) {
      totalCount
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      nodes {
        createdAt updatedAt nameWithOwner owner { url } primaryLanguage { id name }
        releases(first: 2) { totalCount nodes { id createdAt isDraft isPrerelease } }
        issues(last: 3) {
          edges { cursor node { body labels(first: 2) { nodes { id color name } } assignees(first: 1) { totalCount } } }
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (EVERYTHING, {"owner": PEOPLE[2].handle, "id": "nonsense"}),
        (CREATE, {"input": {"repositoryId": "R_nope", "title": "x"}}),
        (CREATE, {"input": {"repositoryId": "FIRST", "title": "It breaks", "body": "…", "clientMutationId": "7"}}),
        (CREATE, {"input": {"repositoryId": "FIRST", "title": " "}}),
    ],
)
async def test_what_else_the_imitation_answers(wire: Checked, query: str, variables: dict[str, object]) -> None:
    first = (await ids(over(wire)))[0]
    for given in variables.values():
        if isinstance(given, dict) and given["repositoryId"] == "FIRST":
            given["repositoryId"] = first
    async with httpx.AsyncClient(transport=wire, headers={"Authorization": "Bearer ghp_x"}) as client:
        response = await client.post(f"{PREFIX}/graphql", json={"query": query, "variables": variables})
    assert response.status_code == 200


async def test_a_refused_token_is_answered_with_a_message(wire: Checked) -> None:
    async with httpx.AsyncClient(transport=wire) as client:
        response = await client.post(f"{PREFIX}/graphql", json={"query": "{ viewer { login } }"})
    assert response.status_code == 401


OURS = build_schema(SDL)
FIELDED = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
NAMES = [name for name in OURS.type_map if not name.startswith("__")]


@pytest.fixture(scope="session")
def theirs() -> GraphQLSchema:
    require_contracts()
    return build_schema(document.text("github.graphql"), assume_valid=True, assume_valid_sdl=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_type_of_the_imitation_is_githubs(theirs: GraphQLSchema, name: str) -> None:
    ours, original = OURS.type_map[name], theirs.type_map[name]
    assert type(ours) is type(original)
    if isinstance(ours, GraphQLScalarType):
        assert is_specified_scalar_type(ours) == is_specified_scalar_type(original)
    if isinstance(ours, GraphQLEnumType) and isinstance(original, GraphQLEnumType):
        assert set(ours.values) == set(original.values)
    if isinstance(ours, GraphQLUnionType) and isinstance(original, GraphQLUnionType):
        assert {each.name for each in ours.types} <= {each.name for each in original.types}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_the_imitation_has_githubs_type(theirs: GraphQLSchema, name: str) -> None:
    ours, original = OURS.type_map[name], theirs.type_map[name]
    if isinstance(ours, FIELDED) and isinstance(original, FIELDED):
        for field, definition in ours.fields.items():
            assert str(definition.type) == str(original.fields[field].type), f"{name}.{field}"
    if isinstance(ours, GraphQLObjectType) and isinstance(original, GraphQLObjectType):
        assert {each.name for each in ours.interfaces} <= {each.name for each in original.interfaces}


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_of_the_imitation_is_githubs(theirs: GraphQLSchema, name: str) -> None:
    ours, original = OURS.type_map[name], theirs.type_map[name]
    if not isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        return
    assert isinstance(original, GraphQLObjectType | GraphQLInterfaceType)
    for field, definition in ours.fields.items():
        known = original.fields[field].args
        for argument, value in definition.args.items():
            where = f"{name}.{field}({argument}:)"
            assert str(value.type) == str(known[argument].type), where
            assert value.default_value == known[argument].default_value, where
        needed = {each for each, value in known.items() if str(value.type).endswith("!")}
        assert needed <= definition.args.keys(), f"{name}.{field}"


@pytest.mark.parametrize("name", [name for name in NAMES if isinstance(OURS.type_map[name], GraphQLInputObjectType)])
def test_every_input_of_the_imitation_needs_what_githubs_needs(theirs: GraphQLSchema, name: str) -> None:
    ours, original = OURS.type_map[name], theirs.type_map[name]
    assert isinstance(ours, GraphQLInputObjectType)
    assert isinstance(original, GraphQLInputObjectType)
    needed = {field for field, value in original.fields.items() if str(value.type).endswith("!")}
    assert needed <= ours.fields.keys()


@pytest.mark.parametrize("text", ["csv", "the login form", "is:pr author:x", '"', "日本語", "zyzzyva"])
async def test_searches_over_all_services(github: GitHub, text: str) -> None:
    await github.ping()
    asked = [TextAsked(text, first) for first in (1, 30, 250)]
    for answers in (await github.search_issues(asked), await github.search_repositories(asked)):
        assert all(isinstance(answer, Stretch) for answer in answers.values())
