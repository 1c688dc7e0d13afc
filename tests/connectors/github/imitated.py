"""What the tests of the imitated graph ask it."""

from connectors.vendor import Handler
from tests.connectors.github.support import PEOPLE, told

OWNED = """query($login: String!, $first: Int, $last: Int, $after: String, $before: String) {
  user(login: $login) { repositories(first: $first, last: $last, after: $after, before: $before,
    orderBy: {field: NAME, direction: ASC}) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { name } } } } }"""
CREATE = """mutation($input: CreateIssueInput!) { createIssue(input: $input) { clientMutationId issue {
  id number title body state createdAt url author { login } repository { nameWithOwner } } } }"""
OPEN = """query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id
  issues(first: 1, states: OPEN, orderBy: {field: CREATED_AT, direction: DESC}) { totalCount nodes { id title } } } }"""
SEARCH = """query($query: String!, $first: Int, $after: String, $type: SearchType = ISSUE) {
  search(type: $type, query: $query, first: $first, after: $after) {
    issueCount repositoryCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { __typename ... on Issue { id title } ... on Repository { nameWithOwner } } } } }"""


def owner_of_four(github: Handler) -> str:
    """Somebody with four repositories."""
    query = "query($login: String!) { user(login: $login) { repositories { totalCount } } }"
    for number in range(40):
        handle = PEOPLE[number].handle
        if told(github, query, login=handle)["user"]["repositories"]["totalCount"] == 4:
            return handle
    raise LookupError("nobody has four repositories")


def names(page: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    """The names in a page, in its order."""
    return [edge["node"]["name"] for edge in page["edges"]]
