"""Jira Cloud, as a tracker: https://developer.atlassian.com/cloud/jira/platform/rest/v3/."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from connectors.api import Api
from connectors.domain.answers import Answers
from connectors.domain.code import Issue, IssuesAsked
from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.new_issues import NewIssue
from connectors.domain.offer import Offer
from connectors.domain.page import Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Searches, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import fan_out, in_chunks
from connectors.jira import wire
from connectors.jira.jql import PAGE, Part, Search, quoted, words
from connectors.jira.together import Found, Together
from connectors.paging import collect
from connectors.turns import Leaf, stretch

GROUP = 100  # reporters of one search
FOUND = 100  # matches of one search: more than a page shows at once
BATCH = 100  # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post

_SEARCH = "/rest/api/3/search/jql"
_LIVE = {"Cache-Control": "no-cache"}  # what was kept would not show what was opened since
_ID = re.compile(r"[1-9][0-9]{0,17}")
# 128 characters: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
_ACCOUNT = re.compile(r"[A-Za-z0-9:_-]{1,128}")


class Jira:
    """An `IssueSource` and an `IssueDesk`. One search lists for 100 reporters, one read has 100 issues."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Issues, also by text, and issues to be opened."""
        return Offer(issues=self, issue_desk=self, searches=Searches(issue=self.search_issues))

    async def ping(self) -> None:
        """Asks who we are: unlike a search, this has no answer for strangers."""
        await self._api.get("/rest/api/3/myself", into=wire.Myself)

    async def issues(self, asked: Sequence[IssuesAsked]) -> Answers[IssuesAsked, Slice[Issue]]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/, some seconds behind."""
        everybodys = [Part.of(one) for one in asked if one.ref is None]
        reporters = _reporters(asked)
        all_issues, their_issues = await asyncio.gather(
            fan_out(everybodys, lambda part: self._list((), part)),
            fan_out(reporters, lambda part: self._lists(reporters[part], part)),
        )
        return {one: _answer(one, all_issues, their_issues) for one in asked}

    async def issues_by_id(self, ids: Sequence[str]) -> Answers[str, Issue | None]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post."""
        found = await in_chunks(filter(_ID.fullmatch, ids), BATCH, self._issues_by_id)
        return {id: found.get(id) for id in ids}

    async def search_issues(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Issue]]:
        """Those with every word in any of their texts, comments included, in the order that Jira gives by itself."""
        return await fan_out(asked, self._search_issues)

    async def create_issue(self, new: NewIssue, key: str) -> Issue:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post.

        Jira takes no idempotency key: the issue carries it as a property that people do not see, and is looked for
        before another one is opened. Searches lag some seconds behind, so that only a repetition after them is safe.
        """
        return await self.find_created(new.project, key) or await self._create(new, key)

    async def find_created(self, project: str, key: str) -> Issue | None:
        """The issue that `create_issue` opened with this key in the last day, though its answer may have been lost."""
        jql = f"project = {quoted(project)} AND creator = currentUser() AND created >= -1d ORDER BY created DESC"
        asked = {"jql": jql, "fields": wire.FIELDS, "maxResults": PAGE, "properties": [wire.PROPERTY]}
        async for page in self._pages(asked, _LIVE):
            for body in page:
                if body.created_by == key:
                    return wire.issue(body)
        return None

    async def _create(self, new: NewIssue, key: str) -> Issue:
        fields: dict[str, object] = {
            "project": {"key": new.project},
            "issuetype": {"name": new.kind},
            "summary": new.title,
            "labels": new.labels,
        }
        if new.text and new.text.strip():
            fields["description"] = wire.document(new.text)
        mark = {"key": wire.PROPERTY, "value": {"key": key}}
        made = await self._api.post(
            "/rest/api/3/issue",
            json={"fields": fields, "properties": [mark]},
            evicts=[_SEARCH],
            into=wire.Reference,
        )
        issue = (await self._issues_by_id([made.id]))[made.id]  # what is read by id does not lag behind
        if not isinstance(issue, Issue):
            self._api.fail(issue or Unavailable(Service.JIRA, f"JIRA opened {made.id}, and does not show it yet"))
        return issue

    async def _issues_by_id(self, ids: Sequence[str]) -> dict[str, Issue | ConnectorError | None]:
        body = {"issueIdsOrKeys": ids, "fields": wire.FIELDS}
        answer = await self._api.query("/rest/api/3/issue/bulkfetch", body, into=wire.Bulk)
        errors = {error.id: error.error_message for error in answer.issue_errors if error.id}
        found: dict[str, Issue | ConnectorError | None] = dict.fromkeys(ids)
        found |= {id: _unread(id, errors[id]) for id in ids if id in errors}
        return found | {body.id: wire.issue(body) for body in answer.issues if body.id in found}

    async def _search_issues(self, asked: TextAsked) -> Stretch[Issue]:
        sought = words(asked.text)

        async def read(start: str, size: int) -> Leaf[Issue]:
            token = {"nextPageToken": start} if start else {}
            body = _search(f"text ~ {quoted(sought)}", size) | token
            page = await self._api.query(_SEARCH, body, into=wire.SearchPage)
            return Leaf({one.id: wire.issue(one) for one in page.issues}, page.token)

        return await stretch(asked, FOUND, read) if sought else Stretch()

    async def _lists(self, reporters: Iterable[str], part: Part) -> dict[str, Slice[Issue] | ConnectorError]:
        async def alone(reporter: str) -> Slice[Issue]:
            return await self._list((reporter,), part)

        async def group(some: Sequence[str]) -> dict[str, Slice[Issue] | ConnectorError]:
            return await Together(self._read, alone, part.page).lists(Search.of(some, part))

        return await in_chunks(reporters, GROUP, group)

    async def _list(self, reporters: Sequence[str], part: Part) -> Slice[Issue]:
        if not part.can_match:
            return Slice(())
        search = Search.of(reporters, part)
        pages = self._pages(_search(search.jql, search.size))
        issues = ([wire.issue(body) for body in page] async for page in pages)
        return await collect(issues, part.page, search.wants)

    async def _read(self, search: Search) -> Found:
        page = await self._api.query(_SEARCH, _search(search.jql, search.size), into=wire.SearchPage)
        issues = [(body.reporter, wire.issue(body)) for body in page.issues]
        wanted = [(reporter, issue) for reporter, issue in issues if search.wants(issue)]
        return Found(wanted, min((issue.created_at for _, issue in issues), default=None), page.token is not None)

    async def _pages(
        self, asked: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[list[wire.HostedIssue]]:
        """Each issue once, however the list shifts meanwhile."""
        seen: set[str] = set()
        token: str | None = None
        while True:
            body = {**asked, "nextPageToken": token} if token else asked
            page = await self._api.query(_SEARCH, body, into=wire.SearchPage, headers=headers)
            yield [body for body in page.issues if body.id not in seen]
            if page.token in (None, token):
                return
            seen |= {body.id for body in page.issues}
            token = page.token


_Lists = Answers[Part, Answers[str, Slice[Issue]]]


def _reporters(asked: Sequence[IssuesAsked]) -> dict[Part, dict[str, None]]:
    """Who is asked about, by what is asked, each of them once."""
    parts: dict[Part, dict[str, None]] = {}
    for one in asked:
        part = Part.of(one)
        if part.can_match and (reporter := _reporter(one.ref)):
            parts.setdefault(part, {})[reporter] = None
    return parts


def _reporter(ref: CustomerRef | None) -> str | None:
    """Who a customer is in Jira; None for nobody, and for what no account is called."""
    id = ref.link(Service.JIRA) if ref else None
    return id if id and _ACCOUNT.fullmatch(id) else None


def _answer(
    asked: IssuesAsked, everybodys: Answers[Part, Slice[Issue]], lists: _Lists
) -> Slice[Issue] | ConnectorError:
    part, reporter = Part.of(asked), _reporter(asked.ref)
    if asked.ref is None:
        return everybodys[part]
    answers = lists.get(part, {})
    if reporter is None or isinstance(answers, ConnectorError):
        return answers if isinstance(answers, ConnectorError) else Slice(())
    return answers.get(reporter, Slice(()))


def _search(jql: str, size: int) -> dict[str, object]:
    return {"jql": jql, "fields": wire.FIELDS, "maxResults": size}


def _unread(id: str, why: str | None) -> ConnectorError:
    return Unavailable(Service.JIRA, f"JIRA could not read issue {id}: {why or 'it does not say why'}")
