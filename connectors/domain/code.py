"""Developers, repositories, issues, pull requests and releases, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from connectors.domain.answers import Answers
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service

T = TypeVar("T")


class IssueState(StrEnum):
    """Whether an issue or pull request is still to be dealt with."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Developer:
    """An account on a code host."""

    service: Service
    login: str
    name: str | None
    avatar_url: str | None
    followers: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository on a code host; `external_id` is the host's own id, `open_issues` counts no pull requests."""

    service: Service
    external_id: str
    owner: str
    name: str
    description: str | None
    url: str
    stars: int
    forks: int
    open_issues: int
    primary_language: str | None
    pushed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue of a code host or tracker; `key` is what people call it ("owner/name#12", "OPS-7")."""

    service: Service
    external_id: str
    key: str
    title: str
    state: IssueState
    author: str | None
    assignee: str | None
    labels: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A proposed change; a merged one is CLOSED and `merged`."""

    service: Service
    external_id: str
    number: int
    title: str
    state: IssueState
    merged: bool
    author: str | None
    created_at: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A published version; `published_at` is None while it is a draft."""

    tag: str
    name: str | None
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class HostPage:
    """A page of a list that only one host knows, continued by that host's own cursor."""

    first: int = 20
    after: str | None = None


@dataclass(frozen=True, slots=True)
class HostSlice(Generic[T]):
    """Items in the host's order, each with the host's cursor; `total` where the host counts."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class RepositoryName:
    """How a repository is addressed: owner and name, compared without case."""

    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class RepositoriesAsked:
    """Repositories that `owner` (a login) owns, most recently pushed first."""

    owner: str
    page: HostPage


@dataclass(frozen=True, slots=True)
class RepositorySearch:
    """Repositories by text, best match first. The text may use the host's own search syntax."""

    text: str
    page: HostPage


@dataclass(frozen=True, slots=True)
class InRepositoryAsked:
    """Issues or pull requests of one repository (by its host's id), newest first."""

    repository: str
    page: HostPage
    state: IssueState | None = None


@dataclass(frozen=True, slots=True)
class ReleasesAsked:
    """The latest `first` releases of one repository (by its host's id)."""

    repository: str
    first: int = 10


@dataclass(frozen=True, slots=True)
class IssuesAsked:
    """Issues that one customer opened, or anybody's where `ref` is None; `search` narrows by text."""

    ref: CustomerRef | None
    page: Page
    state: IssueState | None = None
    search: str | None = None


class IssueSource(Protocol):
    """A tracker. Every method answers each key asked, and never raises for one of them."""

    async def issues(self, asked: Sequence[IssuesAsked]) -> Answers[IssuesAsked, Slice[Issue]]:
        """Newest first. A customer who is not linked to the service has none."""

    async def issues_by_id(self, ids: Sequence[str]) -> Answers[str, Issue | None]:
        """By the service's own ids; None where there is no such issue."""


class CodeSource(IssueSource, Protocol):
    """A code host. The same law; what is not found is None."""

    async def developers(self, logins: Sequence[str]) -> Answers[str, Developer | None]:
        """By login, compared without case."""

    async def repositories(self, names: Sequence[RepositoryName]) -> Answers[RepositoryName, Repository | None]:
        """By owner and name, compared without case."""

    async def repositories_by_id(self, ids: Sequence[str]) -> Answers[str, Repository | None]:
        """By the host's own ids."""

    async def repositories_by_owner(
        self, asked: Sequence[RepositoriesAsked]
    ) -> Answers[RepositoriesAsked, HostSlice[Repository]]:
        """What an account owns, most recently pushed first."""

    async def repository_search(
        self, asked: Sequence[RepositorySearch]
    ) -> Answers[RepositorySearch, HostSlice[Repository]]:
        """By text, best match first."""

    async def repository_issues(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[Issue]]:
        """Of one repository, newest first."""

    async def pull_requests(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[PullRequest]]:
        """Of one repository, newest first."""

    async def pull_requests_by_id(self, ids: Sequence[str]) -> Answers[str, PullRequest | None]:
        """By the host's own ids."""

    async def releases(self, asked: Sequence[ReleasesAsked]) -> Answers[ReleasesAsked, tuple[Release, ...]]:
        """Of one repository, newest first."""
