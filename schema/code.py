"""Developers, repositories, issues, pull requests and releases."""

from datetime import datetime
from typing import Annotated

import strawberry

from connectors.domain import code as domain
from connectors.domain.code import InRepositoryAsked, ReleasesAsked, RepositoriesAsked
from schema.arguments import After, First
from schema.context import Info, load, report
from schema.enums import IssueState, Service
from schema.loaders.code import issues, pull_requests, releases, repositories_by_owner, repository_issues
from schema.loaders.merging import At
from schema.relay import Connection, Node, checked_first, host_connection, host_page, merged_connection, node_id
from schema.scalars import URL

State = Annotated[IssueState | None, strawberry.argument(description="Only those in this state.")]


@strawberry.type(description="An issue of a code host or tracker.")
class Issue(Node):
    """From any tracker."""

    service: Service = strawberry.field(description="Which tracker.")
    key: str = strawberry.field(description='What people call it: "owner/name#12", "OPS-7".')
    title: str = strawberry.field(description="What it is about.")
    state: IssueState = strawberry.field(description="Whether there is still something to do.")
    author: str | None = strawberry.field(description="Who opened it.")
    assignee: str | None = strawberry.field(description="Who works on it.")
    labels: list[str] = strawberry.field(description="How it is labelled.")
    created_at: datetime = strawberry.field(description="When it was opened.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    url: URL = strawberry.field(description="Where people look at it.")

    @classmethod
    def of(cls, noun: domain.Issue) -> "Issue":
        """The graph's issue of a domain's."""
        return cls(
            id=node_id("Issue", noun.service, noun.external_id),
            service=noun.service,
            key=noun.key,
            title=noun.title,
            state=noun.state,
            author=noun.author,
            assignee=noun.assignee,
            labels=list(noun.labels),
            created_at=noun.created_at,
            updated_at=noun.updated_at,
            url=URL(noun.url),
        )


@strawberry.type(description="A proposed change to a repository.")
class PullRequest(Node):
    """From a code host."""

    number: int = strawberry.field(description="Its number in the repository.")
    title: str = strawberry.field(description="What it does.")
    state: IssueState = strawberry.field(description="Whether it is still open; a merged one is closed.")
    merged: bool = strawberry.field(description="Whether it was taken.")
    author: str | None = strawberry.field(description="Who proposed it.")
    created_at: datetime = strawberry.field(description="When it was proposed.")
    url: URL = strawberry.field(description="Where people look at it.")

    @classmethod
    def of(cls, noun: domain.PullRequest) -> "PullRequest":
        """The graph's pull request of a domain's."""
        return cls(
            id=node_id("PullRequest", noun.service, noun.external_id),
            number=noun.number,
            title=noun.title,
            state=noun.state,
            merged=noun.merged,
            author=noun.author,
            created_at=noun.created_at,
            url=URL(noun.url),
        )


@strawberry.type(description="A published version.")
class Release:
    """From a code host."""

    tag: str = strawberry.field(description="The tag that marks it.")
    name: str | None = strawberry.field(description="What it is called.")
    published_at: datetime | None = strawberry.field(description="When it came out; null for a draft.")
    url: URL = strawberry.field(description="Where people look at it.")

    @classmethod
    def of(cls, noun: domain.Release) -> "Release":
        """The graph's release of a domain's."""
        return cls(tag=noun.tag, name=noun.name, published_at=noun.published_at, url=URL(noun.url))


@strawberry.type(description="A repository on a code host.")
class Repository(Node):
    """With what happens in it."""

    service: Service = strawberry.field(description="Which host.")
    owner: str = strawberry.field(description="The login that owns it.")
    name: str = strawberry.field(description="Its name under its owner.")
    description: str | None = strawberry.field(description="What it is.")
    url: URL = strawberry.field(description="Where people look at it.")
    stars: int = strawberry.field(description="How many have starred it.")
    forks: int = strawberry.field(description="How often it was forked.")
    open_issues: int = strawberry.field(description="How many issues are open; pull requests do not count.")
    primary_language: str | None = strawberry.field(description="What most of it is written in.")
    pushed_at: datetime | None = strawberry.field(description="When somebody last pushed.")
    host_id: strawberry.Private[str]

    @strawberry.field(description="Its issues, newest first.")
    async def issues(
        self, info: Info, first: First = 20, after: After = None, state: State = None
    ) -> Connection[Issue] | None:
        """With the host's own cursors."""
        asked = InRepositoryAsked(self.host_id, host_page(first, after), state)
        found = await load(info, repository_issues, At(self.service, asked))
        return host_connection(Issue.of, found, asked.page) if found else None

    @strawberry.field(description="Its pull requests, newest first.")
    async def pull_requests(
        self, info: Info, first: First = 20, after: After = None, state: State = None
    ) -> Connection[PullRequest] | None:
        """With the host's own cursors."""
        asked = InRepositoryAsked(self.host_id, host_page(first, after), state)
        found = await load(info, pull_requests, At(self.service, asked))
        return host_connection(PullRequest.of, found, asked.page) if found else None

    @strawberry.field(description="Its latest releases, newest first.")
    async def releases(self, info: Info, first: First = 10) -> list[Release] | None:
        """Drafts are shown where the credentials may see them."""
        asked = ReleasesAsked(self.host_id, checked_first(first))
        found = await load(info, releases, At(self.service, asked))
        return None if found is None else [Release.of(noun) for noun in found]

    @classmethod
    def of(cls, noun: domain.Repository) -> "Repository":
        """The graph's repository of a domain's."""
        return cls(
            id=node_id("Repository", noun.service, noun.external_id),
            service=noun.service,
            owner=noun.owner,
            name=noun.name,
            description=noun.description,
            url=URL(noun.url),
            stars=noun.stars,
            forks=noun.forks,
            open_issues=noun.open_issues,
            primary_language=noun.primary_language,
            pushed_at=noun.pushed_at,
            host_id=noun.external_id,
        )


@strawberry.type(description="An account on a code host.")
class Developer:
    """With what it owns."""

    login: str = strawberry.field(description="Its login.")
    name: str | None = strawberry.field(description="What it calls itself.")
    avatar_url: URL | None = strawberry.field(description="Its picture.")
    followers: int = strawberry.field(description="How many follow it.")
    url: URL = strawberry.field(description="Where people look at it.")
    host: strawberry.Private[Service]

    @strawberry.field(description="The repositories that it owns, most recently pushed first.")
    async def repositories(self, info: Info, first: First = 20, after: After = None) -> Connection[Repository] | None:
        """With the host's own cursors."""
        asked = RepositoriesAsked(self.login, host_page(first, after))
        found = await load(info, repositories_by_owner, At(self.host, asked))
        return host_connection(Repository.of, found, asked.page) if found else None

    @classmethod
    def of(cls, noun: domain.Developer) -> "Developer":
        """The graph's developer of a domain's."""
        return cls(
            login=noun.login,
            name=noun.name,
            avatar_url=URL(noun.avatar_url) if noun.avatar_url else None,
            followers=noun.followers,
            url=URL(noun.url),
            host=noun.service,
        )


async def issue_page(info: Info, asked: domain.IssuesAsked) -> Connection[Issue]:
    """A page of issues; trackers that failed are reported beside those that answered."""
    found = await load(info, issues, asked)
    report(info, found.failures)
    return merged_connection(Issue.of, found, asked.page)
