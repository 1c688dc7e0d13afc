"""Several reporters' lists out of one search."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.domain.answers import failed
from connectors.domain.code import Issue
from connectors.domain.errors import ConnectorError, Rejected
from connectors.domain.page import Page, Slice, position
from connectors.fan_out import fan_out
from connectors.jira.jql import Search

Lists = dict[str, Slice[Issue] | ConnectorError]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: issues with their reporters' accounts, and how far it went back; `more` is older."""

    issues: Sequence[tuple[str | None, Issue]]
    oldest: datetime | None
    more: bool


Read = Callable[[Search], Awaitable[Found]]
Alone = Callable[[str], Awaitable[Slice[Issue]]]


@dataclass(frozen=True, slots=True)
class Together:
    """What one list for each reporter would answer, for as few searches as it takes.

    A list that is certain leaves the search, so that somebody with thousands of issues is in the way of the others for
    one round only. A search goes on by time, once for all that are left and then for halves of them side by side, so
    that nobody waits for more than a handful of rounds. Whoever is left over alone is read by `alone`.
    """

    read: Read
    alone: Alone
    page: Page

    async def lists(self, search: Search) -> Lists:
        """One answer for each of the search's reporters. A failure is that of the lists still unread."""
        return await self._lists(search, {reporter: _List(self.page) for reporter in search.reporters}, halve=False)

    async def _lists(self, search: Search, lists: Mapping[str, "_List"], *, halve: bool) -> Lists:
        if len(lists) <= 1:
            return await fan_out(lists, self.alone)
        try:
            found = await self.read(search)
        except Rejected as refusal:
            return await self._refused(search, lists, refusal)
        except ConnectorError as error:
            return failed(lists, error)
        for reporter, issue in found.issues:
            if reporter is not None and reporter in lists:
                lists[reporter].add(issue)
        ended = not found.more
        done = {reporter: one.slice() for reporter, one in lists.items() if ended or one.is_certain(found.oldest)}
        left = {reporter: one for reporter, one in lists.items() if reporter not in done}
        return done | await self._groups(search.back_to(found.oldest), left, halve=halve)

    async def _groups(self, search: Search, left: Mapping[str, "_List"], *, halve: bool) -> Lists:
        names = list(left)
        middle = -(-len(names) // 2) if halve else len(names)
        groups = [{name: left[name] for name in part} for part in (names[:middle], names[middle:]) if part]
        reads = (self._lists(search.of_these(list(group)), group, halve=True) for group in groups)
        return {name: answer for each in await asyncio.gather(*reads) for name, answer in each.items()}

    async def _refused(self, search: Search, lists: Mapping[str, "_List"], refusal: Rejected) -> Lists:
        """Jira refuses a whole search for one account that it does not know, and names it."""
        named = [reporter for reporter in lists if reporter in str(refusal)]
        left = {reporter: one for reporter, one in lists.items() if reporter not in named}
        return failed(named, refusal) | await self._groups(search, left, halve=not named)


class _List:
    """One reporter's issues after the beginning of a page, as far as they are read; an issue may come twice."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._issues: dict[str, Issue] = {}

    def add(self, issue: Issue) -> None:
        if self._page.after is None or position(issue) < self._page.after:
            self._issues[issue.external_id] = issue

    def is_certain(self, oldest: datetime | None) -> bool:
        """Whether an older time than that of the page's last has been seen: within one, issues come in any order."""
        first = self._page.first
        if first is None or oldest is None or len(self._issues) <= first:
            return False
        return first == 0 or oldest < self._newest_first()[first - 1].created_at

    def slice(self) -> Slice[Issue]:
        return Slice(tuple(self._newest_first())).cut(self._page)

    def _newest_first(self) -> list[Issue]:
        return sorted(self._issues.values(), key=position, reverse=True)
