"""GitHub's bodies, as far as they are read (https://docs.github.com/en/graphql/reference), and their nouns."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

from connectors.domain.code import (
    Developer,
    HostSlice,
    Issue,
    IssueState,
    PullRequest,
    Release,
    Repository,
)
from connectors.domain.service import Service

T = TypeVar("T")
V = TypeVar("V")


class _Body(msgspec.Struct, rename="camel"):
    """Names as GitHub spells them."""


class RateLimit(_Body):
    """Points, by the hour; https://docs.github.com/en/graphql/reference/objects#ratelimit."""

    limit: int
    cost: int
    remaining: int
    reset_at: datetime


class Failure(_Body):
    """One of the errors of an answer; `path` leads from the root of the data to what is missing there."""

    message: str
    type: str | None = None
    path: list[str | int] | None = None


class Answer(_Body):
    """What any query is answered with: data by alias, each decoded on its own, and what went wrong."""

    data: dict[str, msgspec.Raw] | None = None
    errors: list[Failure] = []


class Total(_Body):
    """A list of which only the size is asked."""

    total_count: int


class Named(_Body):
    """A language or a label."""

    name: str


class Account(_Body):
    """A user, an organization or an app."""

    login: str


class User(_Body):
    """https://docs.github.com/en/graphql/reference/objects#user."""

    login: str
    avatar_url: str
    url: str
    followers: Total
    name: str | None = None


class HostedRepository(_Body):
    """https://docs.github.com/en/graphql/reference/objects#repository; `issues` are the open ones."""

    id: str
    owner: Account
    name: str
    url: str
    stargazer_count: int
    fork_count: int
    issues: Total
    description: str | None = None
    primary_language: Named | None = None
    pushed_at: datetime | None = None


class Nodes(_Body, Generic[T]):
    """The head of a list; GitHub leaves null where we may not look."""

    nodes: list[T | None] | None = None


class InRepository(_Body):
    """The repository that something belongs to."""

    name_with_owner: str


class HostedIssue(_Body):
    """https://docs.github.com/en/graphql/reference/objects#issue; no author where the account was deleted."""

    id: str
    number: int
    title: str
    state: Literal["OPEN", "CLOSED"]
    created_at: datetime
    updated_at: datetime
    url: str
    assignees: Nodes[Account]
    repository: InRepository
    author: Account | None = None
    labels: Nodes[Named] | None = None


class HostedPullRequest(_Body):
    """https://docs.github.com/en/graphql/reference/objects#pullrequest."""

    id: str
    number: int
    title: str
    state: Literal["OPEN", "CLOSED", "MERGED"]
    merged: bool
    created_at: datetime
    url: str
    author: Account | None = None


class HostedRelease(_Body):
    """https://docs.github.com/en/graphql/reference/objects#release."""

    tag_name: str
    url: str
    name: str | None = None
    published_at: datetime | None = None


class PageInfo(_Body):
    """Whether there is more, and from where on."""

    has_next_page: bool
    end_cursor: str | None = None


class Edge(_Body, Generic[T]):
    """An item and the cursor that the page after it is asked with."""

    cursor: str
    node: T | None = None


class Connection(_Body, Generic[T]):
    """A page of a list; https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api."""

    page_info: PageInfo
    total_count: int | None = None
    edges: list[Edge[T] | None] | None = None

    @property
    def items(self) -> list[tuple[str, T]]:
        """Cursors and items, without those that GitHub does not show to us."""
        return [(edge.cursor, edge.node) for edge in self.edges or () if edge and edge.node is not None]


class Holder(_Body, Generic[T]):
    """A repository or an account, as far as one list of it goes."""

    list: Connection[T]


class _ErrorBody(msgspec.Struct):
    message: str | None = None


def error_message(body: bytes) -> str | None:
    """GitHub's own words; https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api."""
    return msgspec.json.decode(body, type=_ErrorBody).message


def host_slice(connection: Connection[T], first: int, noun: Callable[[T], V]) -> HostSlice[V]:
    """At most `first` items of a page, with GitHub's own cursors."""
    shown = connection.items[: max(first, 0)]
    return HostSlice(
        items=tuple(noun(item) for _, item in shown),
        cursors=tuple(cursor for cursor, _ in shown),
        more=connection.page_info.has_next_page or len(shown) < len(connection.items),
        total=connection.total_count,
    )


def developer(user: User) -> Developer:
    """An account's public face; an empty name is none."""
    return Developer(
        service=Service.GITHUB,
        login=user.login,
        name=user.name or None,
        avatar_url=user.avatar_url,
        followers=user.followers.total_count,
        url=user.url,
    )


def repository(body: HostedRepository) -> Repository:
    """A repository with its open issues, which GitHub's GraphQL counts without pull requests."""
    return Repository(
        service=Service.GITHUB,
        external_id=body.id,
        owner=body.owner.login,
        name=body.name,
        description=body.description,
        url=body.url,
        stars=body.stargazer_count,
        forks=body.fork_count,
        open_issues=body.issues.total_count,
        primary_language=body.primary_language.name if body.primary_language else None,
        pushed_at=body.pushed_at,
    )


def issue(body: HostedIssue) -> Issue:
    """`key` is how GitHub's texts refer to an issue: "owner/name#12"."""
    assignees = [one.login for one in body.assignees.nodes or () if one]
    labels = body.labels.nodes if body.labels else None
    return Issue(
        service=Service.GITHUB,
        external_id=body.id,
        key=f"{body.repository.name_with_owner}#{body.number}",
        title=body.title,
        state=IssueState(body.state.lower()),
        author=body.author.login if body.author else None,
        assignee=assignees[0] if assignees else None,
        labels=tuple(label.name for label in labels or () if label),
        created_at=body.created_at,
        updated_at=body.updated_at,
        url=body.url,
    )


def pull_request(body: HostedPullRequest) -> PullRequest:
    """GitHub's third state, MERGED, is one of two ways to be closed."""
    return PullRequest(
        service=Service.GITHUB,
        external_id=body.id,
        number=body.number,
        title=body.title,
        state=IssueState.OPEN if body.state == "OPEN" else IssueState.CLOSED,
        merged=body.merged,
        author=body.author.login if body.author else None,
        created_at=body.created_at,
        url=body.url,
    )


def release(body: HostedRelease) -> Release:
    """A release, or a draft where our token may see one; an empty name is none."""
    return Release(tag=body.tag_name, name=body.name or None, published_at=body.published_at, url=body.url)
