"""A code host of a few repositories, whose cursors are its own: the number of the item, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.domain.answers import Answers
from connectors.domain.code import (
    Developer,
    HostPage,
    HostSlice,
    InRepositoryAsked,
    Issue,
    PullRequest,
    Release,
    ReleasesAsked,
    RepositoriesAsked,
    Repository,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from tests.schema.fakes import Tracker

T = TypeVar("T")


@dataclass
class Host(Tracker):
    """A `CodeSource`. Issues, changes and releases are by the repository's id."""

    service: Service = Service.GITHUB
    accounts: Mapping[str, Developer] = field(default_factory=dict)
    shelves: Sequence[Repository] = ()
    tickets: Mapping[str, Sequence[Issue]] = field(default_factory=dict)
    changes: Mapping[str, Sequence[PullRequest]] = field(default_factory=dict)
    versions: Mapping[str, Sequence[Release]] = field(default_factory=dict)

    @property
    def offer(self) -> Offer:
        return Offer(issues=self, code=self)

    async def developers(self, logins: Sequence[str]) -> Answers[str, Developer | None]:
        return self.answers("developers", logins, self.accounts.get)

    async def repositories(self, names: Sequence[RepositoryName]) -> Answers[RepositoryName, Repository | None]:
        found = {RepositoryName(one.owner, one.name): one for one in self.shelves}
        return self.answers("repositories", names, found.get, lambda one: one.name)

    async def repositories_by_id(self, ids: Sequence[str]) -> Answers[str, Repository | None]:
        return self.named("repositories_by_id", ids, self.shelves)

    async def repositories_by_owner(
        self, asked: Sequence[RepositoriesAsked]
    ) -> Answers[RepositoriesAsked, HostSlice[Repository]]:
        def owned(one: RepositoriesAsked) -> HostSlice[Repository]:
            return sliced([shelf for shelf in self.shelves if shelf.owner == one.owner], one.page)

        return self.answers("repositories_by_owner", asked, owned, lambda one: one.owner)

    async def repository_search(
        self, asked: Sequence[RepositorySearch]
    ) -> Answers[RepositorySearch, HostSlice[Repository]]:
        def matching(one: RepositorySearch) -> HostSlice[Repository]:
            return sliced([shelf for shelf in self.shelves if one.text in shelf.name], one.page)

        return self.answers("repository_search", asked, matching, lambda one: one.text)

    async def repository_issues(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[Issue]]:
        def inside(one: InRepositoryAsked) -> HostSlice[Issue]:
            found = self.tickets.get(one.repository, ())
            return sliced([issue for issue in found if one.state in {None, issue.state}], one.page)

        return self.answers("repository_issues", asked, inside, lambda one: one.repository)

    async def pull_requests(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[PullRequest]]:
        def inside(one: InRepositoryAsked) -> HostSlice[PullRequest]:
            found = self.changes.get(one.repository, ())
            return sliced([change for change in found if one.state in {None, change.state}], one.page)

        return self.answers("pull_requests", asked, inside, lambda one: one.repository)

    async def pull_requests_by_id(self, ids: Sequence[str]) -> Answers[str, PullRequest | None]:
        return self.named("pull_requests_by_id", ids, [one for some in self.changes.values() for one in some])

    async def releases(self, asked: Sequence[ReleasesAsked]) -> Answers[ReleasesAsked, tuple[Release, ...]]:
        def published(one: ReleasesAsked) -> tuple[Release, ...]:
            return tuple(self.versions.get(one.repository, ())[: one.first])

        return self.answers("releases", asked, published, lambda one: one.repository)


def sliced(items: Sequence[T], page: HostPage) -> HostSlice[T]:
    """One page, continued after the item that the cursor names."""
    start = int(page.after.removeprefix("item ")) + 1 if page.after else 0
    kept = items[start : start + page.first]
    cursors = tuple(f"item {start + number}" for number in range(len(kept)))
    return HostSlice(tuple(kept), cursors, more=start + page.first < len(items), total=len(items))
