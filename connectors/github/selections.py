"""What is asked of GitHub's schema (https://docs.github.com/en/graphql/reference): one selection a noun or list.

Every list goes by the alias `list`, and its size, where we ask for it, by `totalCount`, so that one shape reads them
all. The sizes of the lists inside an issue keep 100 lists of 100 issues within GitHub's 500,000 nodes a query:
https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api.
"""

from connectors.github.query import Selection

_PAGE = "pageInfo { hasNextPage endCursor }"
_DEVELOPER = "fragment Developer on User { login name avatarUrl url followers { totalCount } }"
_REPOSITORY = """\
fragment Repository on Repository {
  id name description url stargazerCount forkCount pushedAt
  owner { login }
  primaryLanguage { name }
  issues(states: OPEN) { totalCount }
}"""
_ISSUE = """\
fragment Issue on Issue {
  id number title state createdAt updatedAt url
  author { login }
  assignees(first: 1) { nodes { login } }
  labels(first: 30) { nodes { name } }
  repository { nameWithOwner }
}"""
_PULL_REQUEST = "fragment PullRequest on PullRequest { id number title state merged createdAt url author { login } }"
_RELEASE = "fragment Release on Release { tagName name publishedAt url }"
_BY_ID = (("id", "ID!"),)
_PAGED = (("first", "Int!"), ("after", "String"))

DEVELOPERS = Selection("Developers", "user(login: $login) { ...Developer }", (("login", "String!"),), _DEVELOPER)
REPOSITORIES = Selection(
    "Repositories",
    "repository(owner: $owner, name: $name) { ...Repository }",
    (("owner", "String!"), ("name", "String!")),
    _REPOSITORY,
)
REPOSITORIES_BY_ID = Selection("RepositoriesById", "node(id: $id) { ...Repository }", _BY_ID, _REPOSITORY)
ISSUES_BY_ID = Selection("IssuesById", "node(id: $id) { ...Issue }", _BY_ID, _ISSUE)
PULL_REQUESTS_BY_ID = Selection("PullRequestsById", "node(id: $id) { ...PullRequest }", _BY_ID, _PULL_REQUEST)
REPOSITORIES_BY_OWNER = Selection(
    "RepositoriesByOwner",
    "repositoryOwner(login: $owner) { list: repositories(first: $first, after: $after, ownerAffiliations: OWNER, "
    "orderBy: {field: PUSHED_AT, direction: DESC}) "
    f"{{ totalCount {_PAGE} edges {{ cursor node {{ ...Repository }} }} }} }}",
    (("owner", "String!"), *_PAGED),
    _REPOSITORY,
)
REPOSITORY_SEARCH = Selection(
    "RepositorySearch",
    "search(type: REPOSITORY, query: $query, first: $first, after: $after) "
    f"{{ totalCount: repositoryCount {_PAGE} edges {{ cursor node {{ ...Repository }} }} }}",
    (("query", "String!"), *_PAGED),
    _REPOSITORY,
)
ISSUE_SEARCH = Selection(
    "IssueSearch",
    "search(type: ISSUE, query: $query, first: $first, after: $after) "
    f"{{ {_PAGE} edges {{ cursor node {{ ...Issue }} }} }}",
    (("query", "String!"), *_PAGED),
    _ISSUE,
)
REPOSITORY_ISSUES = Selection(
    "RepositoryIssues",
    "node(id: $id) { ... on Repository { list: issues(first: $first, after: $after, states: $states, "
    "orderBy: {field: CREATED_AT, direction: DESC}) "
    f"{{ totalCount {_PAGE} edges {{ cursor node {{ ...Issue }} }} }} }} }}",
    (*_BY_ID, *_PAGED, ("states", "[IssueState!]")),
    _ISSUE,
)
PULL_REQUESTS = Selection(
    "PullRequests",
    "node(id: $id) { ... on Repository { list: pullRequests(first: $first, after: $after, states: $states, "
    "orderBy: {field: CREATED_AT, direction: DESC}) "
    f"{{ totalCount {_PAGE} edges {{ cursor node {{ ...PullRequest }} }} }} }} }}",
    (*_BY_ID, *_PAGED, ("states", "[PullRequestState!]")),
    _PULL_REQUEST,
)
RELEASES = Selection(
    "Releases",
    "node(id: $id) { ... on Repository { list: releases(first: $first, "
    "orderBy: {field: CREATED_AT, direction: DESC}) "
    f"{{ totalCount {_PAGE} edges {{ cursor node {{ ...Release }} }} }} }} }}",
    (*_BY_ID, ("first", "Int!")),
    _RELEASE,
)
PING = Selection("Ping", "rateLimit { remaining }", (), "")
