"""Batches of developers, repositories, issues, pull requests and releases.

Issues come from every tracker; what only a code host has, from the host that is named in the key.
"""

from collections.abc import Sequence

from connectors.domain.code import (
    Developer,
    HostSlice,
    InRepositoryAsked,
    Issue,
    IssuesAsked,
    PullRequest,
    Release,
    ReleasesAsked,
    RepositoriesAsked,
    Repository,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.errors import ConnectorError
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def issues(sources: Sources, asked: Sequence[IssuesAsked]) -> list[Found[Issue] | ConnectorError]:
    """Newest first, over every tracker."""
    return await merged(sources.issues, asked, lambda source, keys: source.issues(keys))


async def issue_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Issue | ConnectorError | None]:
    """None where there is no such issue."""
    return await at(sources.issues, keys, lambda source, ids: source.issues_by_id(ids))


async def pull_request_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[PullRequest | ConnectorError | None]:
    """None where there is no such pull request."""
    return await at(sources.code, keys, lambda host, ids: host.pull_requests_by_id(ids))


async def repository_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Repository | ConnectorError | None]:
    """None where there is no such repository."""
    return await at(sources.code, keys, lambda host, ids: host.repositories_by_id(ids))


async def developer(sources: Sources, keys: Sequence[At[str]]) -> list[Developer | ConnectorError | None]:
    """By login; None where the account is gone."""
    return await at(sources.code, keys, lambda host, logins: host.developers(logins))


async def repository(sources: Sources, keys: Sequence[At[RepositoryName]]) -> list[Repository | ConnectorError | None]:
    """None where there is no such repository."""
    return await at(sources.code, keys, lambda host, names: host.repositories(names))


async def repositories_by_owner(
    sources: Sources, keys: Sequence[At[RepositoriesAsked]]
) -> list[HostSlice[Repository] | ConnectorError | None]:
    """Most recently pushed first."""
    return await at(sources.code, keys, lambda host, asked: host.repositories_by_owner(asked))


async def repository_search(
    sources: Sources, keys: Sequence[At[RepositorySearch]]
) -> list[HostSlice[Repository] | ConnectorError | None]:
    """Best match first."""
    return await at(sources.code, keys, lambda host, asked: host.repository_search(asked))


async def repository_issues(
    sources: Sources, keys: Sequence[At[InRepositoryAsked]]
) -> list[HostSlice[Issue] | ConnectorError | None]:
    """Newest first."""
    return await at(sources.code, keys, lambda host, asked: host.repository_issues(asked))


async def pull_requests(
    sources: Sources, keys: Sequence[At[InRepositoryAsked]]
) -> list[HostSlice[PullRequest] | ConnectorError | None]:
    """Newest first."""
    return await at(sources.code, keys, lambda host, asked: host.pull_requests(asked))


async def releases(
    sources: Sources, keys: Sequence[At[ReleasesAsked]]
) -> list[tuple[Release, ...] | ConnectorError | None]:
    """Newest first."""
    return await at(sources.code, keys, lambda host, asked: host.releases(asked))
