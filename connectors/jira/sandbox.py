"""An imitation of Jira Cloud: its search by JQL, its read of many issues and its new issues, over the made-up people.

Left out: what the gateway does not call.
"""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from itertools import islice
from typing import TypeVar

import httpx
import msgspec

from connectors.jira.sandbox_access import Quota, caller
from connectors.jira.sandbox_bodies import ALL, Bodies
from connectors.jira.sandbox_jql import Terms, terms
from connectors.jira.sandbox_new import draft
from connectors.jira.sandbox_refusal import Refusal, unreadable
from connectors.jira.sandbox_tracker import PROJECTS, Clock, Tracker
from connectors.jira.sandbox_users import User
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

MOST_IDS = 5000  # issues of one page, without their fields
MOST = 1000  # with some of their fields; Jira says only that it may give fewer
MOST_WHOLE = 100  # with all of them
BULK = 100  # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
_PROPERTIES = 5
_PROJECTS = {project.key for project in PROJECTS}
T = TypeVar("T")


class _Search(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    jql: str = ""
    fields: tuple[str, ...] = ("id",)
    max_results: int = 50
    next_page_token: str | None = None
    properties: tuple[str, ...] = ()


class _BulkFetch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    issue_ids_or_keys: tuple[str, ...]
    fields: tuple[str, ...] = ("*navigable",)
    properties: tuple[str, ...] = ()


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A Jira site of its own, whose reporters are `people`; `clock` (Unix seconds) dates what is new."""
    return _Site(people, clock).handle


class _Site:
    def __init__(self, people: People, clock: Clock) -> None:
        self._tracker = Tracker(people, clock)
        self._quota = Quota(clock)
        self._route = Router(
            {
                "GET /rest/api/3/myself": self._myself,
                "POST /rest/api/3/issue": self._create,
                "POST /rest/api/3/issue/bulkfetch": self._bulk,
                "POST /rest/api/3/search/jql": self._search,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = self._quota.spend()
        response = self._admitted(request, late="Retry-After" in headers)
        response.headers.update(headers | {"Cache-Control": "no-cache, no-store, no-transform"})
        return response

    def _admitted(self, request: httpx.Request, *, late: bool) -> httpx.Response:
        if late:
            return Refusal(429, "Rate limit exceeded.").reply
        try:
            caller(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _myself(self, request: httpx.Request) -> httpx.Response:
        return reply(self._bodies(request).user(self._caller(request)))

    def _search(self, request: httpx.Request) -> httpx.Response:
        asked = _read(request, _Search)
        if asked.max_results < 1 or len(asked.properties) > _PROPERTIES:
            raise unreadable()
        wanted = terms(asked.jql, self._tracker.now)
        self._check(wanted)
        before = _before(asked.next_page_token, asked.jql) if asked.next_page_token else None
        size = min(asked.max_results, _most(asked.fields))
        read = list(islice(self._tracker.newest_first(wanted, self._caller(request), before), size + 1))
        bodies = self._bodies(request)
        page: dict[str, object] = {
            "issues": [bodies.issue(one, asked.fields, asked.properties) for one in read[:size]],
            "isLast": len(read) <= size,
        }
        if len(read) > size:
            page["nextPageToken"] = _token(read[size - 1].id, asked.jql)
        return reply(page)

    def _bulk(self, request: httpx.Request) -> httpx.Response:
        asked = _read(request, _BulkFetch)
        if not 1 <= len(asked.issue_ids_or_keys) <= BULK:
            raise Refusal(400, f"The number of issues must be between 1 and {BULK}.")
        found = {one.id: one for name in asked.issue_ids_or_keys if (one := self._tracker.find(name))}
        bodies = self._bodies(request)
        issues = [bodies.issue(found[id], asked.fields, asked.properties) for id in sorted(found)]
        return reply({"issues": issues, "issueErrors": []})

    def _create(self, request: httpx.Request) -> httpx.Response:
        user = self._caller(request)
        new, text = draft(request.content, user)
        return reply(self._bodies(request).reference(self._tracker.open(new, user, text)), 201)

    def _check(self, wanted: Terms) -> None:
        """Names that a query may not have: https://support.atlassian.com/jira/kb/."""
        strangers = [one for one in sorted(wanted.reporters or ()) if not self._tracker.users.find(one)]
        nowhere = sorted((wanted.projects or frozenset()) - _PROJECTS)
        missing = [("reporter", one) for one in strangers] + [("project", one) for one in nowhere]
        if missing:
            raise Refusal(400, *(f"The value '{name}' does not exist for the field '{of}'." for of, name in missing))

    def _caller(self, request: httpx.Request) -> User:
        return self._tracker.users.calling(caller(request))

    def _bodies(self, request: httpx.Request) -> Bodies:
        return Bodies(self._tracker.users, str(request.url.copy_with(path="/rest/api/3", query=None)))


def _read(request: httpx.Request, into: type[T]) -> T:
    try:
        return msgspec.json.decode(request.content, type=into)
    except (msgspec.MsgspecError, UnicodeDecodeError) as misfit:
        raise unreadable() from misfit


def _most(fields: tuple[str, ...]) -> int:
    if set(fields) & set(ALL):
        return MOST_WHOLE
    return MOST_IDS if set(fields) <= {"id", "key"} else MOST


def _token(last: int, jql: str) -> str:
    return urlsafe_b64encode(f"{last}:{_digest(jql)}".encode()).decode()


def _before(token: str, jql: str) -> int:
    """The id after which a page begins; a token is good for its own query alone."""
    try:
        last, _, digest = urlsafe_b64decode(token).decode().partition(":")
    except (NotBase64, ValueError):
        last = digest = ""
    if digest != _digest(jql) or not (last.isascii() and last.isdecimal()):
        raise Refusal(400, "The provided next page token is invalid or expired.")
    return int(last)


def _digest(jql: str) -> str:
    return sha256(jql.encode()).hexdigest()[:12]


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, "No REST resource is there.")
