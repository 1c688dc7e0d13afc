"""GitHub, as a code host and tracker, through its GraphQL API: https://docs.github.com/en/graphql."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.code import (
    Developer,
    HostSlice,
    InRepositoryAsked,
    Issue,
    IssuesAsked,
    IssueState,
    PullRequest,
    Release,
    ReleasesAsked,
    RepositoriesAsked,
    Repository,
    RepositoryName,
    RepositorySearch,
)
from connectors.domain.errors import ConnectorError
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.search import Searches, Stretch, TextAsked
from connectors.fan_out import fan_out
from connectors.github import selections, wire
from connectors.github.answer import Missing
from connectors.github.batches import Batches, Values
from connectors.github.matches import best
from connectors.github.search import issue_search, text_search
from connectors.paging import collect

PAGE = 100  # https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
SEARCHED = 1000  # results that one search ever shows: https://docs.github.com/en/rest/search/search
K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")


class GitHub:
    """A `CodeSource`. Every batch is one query with an alias for each key, up to 100."""

    def __init__(self, api: Api) -> None:
        self._batches = Batches(api)

    @property
    def offer(self) -> Offer:
        """Code and issues, repositories and issues by text."""
        searches = Searches(repository=self.search_repositories, issue=self.search_issues)
        return Offer(code=self, issues=self, searches=searches)

    async def ping(self) -> None:
        """Asks for the points left, which every kind of token may, an installation's as well."""
        await self._batches.one(selections.PING)

    async def developers(self, logins: Sequence[str]) -> Answers[str, Developer | None]:
        """https://docs.github.com/en/graphql/reference/queries#user; an organization is no developer."""
        answers = await self._batches.each(selections.DEVELOPERS, logins, lambda login: {"login": login}, wire.User)
        return _found(answers, wire.developer)

    async def repositories(self, names: Sequence[RepositoryName]) -> Answers[RepositoryName, Repository | None]:
        """https://docs.github.com/en/graphql/reference/queries#repository; a renamed one answers to its old name."""
        answers = await self._batches.each(
            selections.REPOSITORIES,
            names,
            lambda name: {"owner": name.owner, "name": name.name},
            wire.HostedRepository,
        )
        return _found(answers, wire.repository)

    async def repositories_by_id(self, ids: Sequence[str]) -> Answers[str, Repository | None]:
        """https://docs.github.com/en/graphql/guides/using-global-node-ids."""
        answers = await self._batches.each(selections.REPOSITORIES_BY_ID, ids, _by_id, wire.HostedRepository)
        return _found(answers, wire.repository)

    async def repositories_by_owner(
        self, asked: Sequence[RepositoriesAsked]
    ) -> Answers[RepositoriesAsked, HostSlice[Repository]]:
        """Of a user or an organization; Rejected with status 404 where there is neither."""
        answers = await self._batches.each(
            selections.REPOSITORIES_BY_OWNER,
            asked,
            lambda one: {"owner": one.owner} | _paged(one.page.first, one.page.after),
            wire.Holder[wire.HostedRepository],
        )
        return _each(answers, lambda one, owner: wire.host_slice(owner.list, one.page.first, wire.repository))

    async def repository_search(
        self, asked: Sequence[RepositorySearch]
    ) -> Answers[RepositorySearch, HostSlice[Repository]]:
        """https://docs.github.com/en/search-github/searching-on-github/searching-for-repositories; 1,000 at most."""
        answers = await self._batches.each(
            selections.REPOSITORY_SEARCH,
            asked,
            lambda one: {"query": one.text} | _paged(one.page.first, one.page.after),
            wire.Connection[wire.HostedRepository],
        )
        return _each(answers, lambda one, found: wire.host_slice(found, one.page.first, wire.repository))

    async def search_repositories(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Repository]]:
        """By name, description and topics; unlike `repository_search`, of words alone."""
        texts = {one: text_search(one.text) for one in asked}
        into = wire.Connection[wire.HostedRepository]
        return await best(self._batches, selections.REPOSITORY_SEARCH, texts, into, wire.repository)

    async def search_issues(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Issue]]:
        """By title, text and comments, best match first; `issues` has them newest first."""
        texts = {one: text_search(one.text, "is:issue") for one in asked}
        into = wire.Connection[wire.HostedIssue]
        return await best(self._batches, selections.ISSUE_SEARCH, texts, into, wire.issue)

    async def repository_issues(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[Issue]]:
        """https://docs.github.com/en/graphql/reference/objects#repository; 404 as with owners."""
        answers = await self._batches.each(
            selections.REPOSITORY_ISSUES,
            asked,
            lambda one: _listed(one, {IssueState.OPEN: ["OPEN"], IssueState.CLOSED: ["CLOSED"]}),
            wire.Holder[wire.HostedIssue],
        )
        return _each(answers, lambda one, repository: wire.host_slice(repository.list, one.page.first, wire.issue))

    async def pull_requests(
        self, asked: Sequence[InRepositoryAsked]
    ) -> Answers[InRepositoryAsked, HostSlice[PullRequest]]:
        """https://docs.github.com/en/graphql/reference/objects#repository; 404 as with owners."""
        answers = await self._batches.each(
            selections.PULL_REQUESTS,
            asked,
            lambda one: _listed(one, {IssueState.OPEN: ["OPEN"], IssueState.CLOSED: ["CLOSED", "MERGED"]}),
            wire.Holder[wire.HostedPullRequest],
        )
        return _each(answers, lambda one, held: wire.host_slice(held.list, one.page.first, wire.pull_request))

    async def pull_requests_by_id(self, ids: Sequence[str]) -> Answers[str, PullRequest | None]:
        """https://docs.github.com/en/graphql/guides/using-global-node-ids."""
        answers = await self._batches.each(selections.PULL_REQUESTS_BY_ID, ids, _by_id, wire.HostedPullRequest)
        return _found(answers, wire.pull_request)

    async def releases(self, asked: Sequence[ReleasesAsked]) -> Answers[ReleasesAsked, tuple[Release, ...]]:
        """The latest 100 at most; https://docs.github.com/en/graphql/reference/objects#release."""
        answers = await self._batches.each(
            selections.RELEASES,
            asked,
            lambda one: {"id": one.repository, "first": _bounded(one.first)},
            wire.Holder[wire.HostedRelease],
        )
        return _each(answers, lambda one, held: wire.host_slice(held.list, one.first, wire.release).items)

    async def issues_by_id(self, ids: Sequence[str]) -> Answers[str, Issue | None]:
        """https://docs.github.com/en/graphql/guides/using-global-node-ids."""
        answers = await self._batches.each(selections.ISSUES_BY_ID, ids, _by_id, wire.HostedIssue)
        return _found(answers, wire.issue)

    async def issues(self, asked: Sequence[IssuesAsked]) -> Answers[IssuesAsked, Slice[Issue]]:
        """By search, which alone can begin at a time. The first pages of all keys come in one query."""
        texts = {one: text for one in asked if (text := issue_search(one, _since(one.page)))}
        heads = await self._searched(texts)

        async def one(key: IssuesAsked) -> Slice[Issue]:
            if key not in texts:
                return Slice(())
            head = heads[key]
            if isinstance(head, ConnectorError):
                raise head
            return await collect(self._issue_pages(key, texts[key], head), key.page)

        return await fan_out(asked, one)

    async def _issue_pages(
        self, asked: IssuesAsked, text: str, page: wire.Connection[wire.HostedIssue]
    ) -> AsyncIterator[list[Issue]]:
        """GitHub shows 1,000 results of a search; what is older is found by another, from the last time seen."""
        seen: set[str] = set()
        shown = 0
        while True:
            fresh = [wire.issue(body) for _, body in page.items if body.id not in seen]
            seen.update(issue.external_id for issue in fresh)
            shown += len(page.items)
            if fresh:
                yield fresh
            if page.page_info.has_next_page:
                page = await self._search(asked, text, page.page_info.end_cursor)
            elif shown >= SEARCHED and fresh:
                shown, text = 0, issue_search(asked, fresh[-1].created_at) or text
                page = await self._search(asked, text, None)
            else:
                return

    async def _search(self, asked: IssuesAsked, text: str, after: str | None) -> wire.Connection[wire.HostedIssue]:
        page = (await self._searched({asked: text}, after))[asked]
        if isinstance(page, ConnectorError):
            raise page
        return page

    async def _searched(
        self, texts: Mapping[IssuesAsked, str], after: str | None = None
    ) -> Mapping[IssuesAsked, wire.Connection[wire.HostedIssue] | ConnectorError]:
        return await self._batches.each(
            selections.ISSUE_SEARCH,
            list(texts),
            # One more than the page shows, to know whether there are more, and one for the second at its end.
            lambda one: {
                "query": texts[one],
                "first": PAGE if one.page.first is None else _bounded(one.page.first + 2),
                "after": after,
            },
            wire.Connection[wire.HostedIssue],
        )


def _each(answers: Mapping[K, T | ConnectorError], noun: Callable[[K, T], V]) -> dict[K, V | ConnectorError]:
    return {key: answer if isinstance(answer, ConnectorError) else noun(key, answer) for key, answer in answers.items()}


def _found(answers: Mapping[K, T | ConnectorError], noun: Callable[[T], V]) -> dict[K, V | ConnectorError | None]:
    nouns = _each(answers, lambda _, body: noun(body))
    return {key: None if isinstance(answer, Missing) else answer for key, answer in nouns.items()}


def _by_id(id: str) -> Values:
    return {"id": id}


def _paged(first: int, after: str | None) -> dict[str, object]:
    return {"first": _bounded(first), "after": after}


def _bounded(first: int) -> int:
    return min(max(first, 1), PAGE)


def _listed(asked: InRepositoryAsked, states: Mapping[IssueState, list[str]]) -> Values:
    chosen = states[asked.state] if asked.state else None
    return {"id": asked.repository, "states": chosen} | _paged(asked.page.first, asked.page.after)


def _since(page: Page) -> datetime | None:
    return page.after.at if page.after else None
