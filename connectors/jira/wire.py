"""Jira's bodies, as far as they are read, and the nouns they become.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from connectors.domain.code import Issue, IssueState
from connectors.domain.service import Service

FIELDS = ("summary", "status", "reporter", "assignee", "labels", "created", "updated")
PROPERTY = "tributary.created"  # of an issue that was opened here: https://developer.atlassian.com/cloud/jira/platform/jira-entity-properties/
_DONE = "done"  # the same in every language: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflow-status-categories/
_API = "/rest/api/"

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, rename="camel"):
    """Names are in camel case."""


class Person(Body):
    """A user, as their privacy settings allow."""

    account_id: str
    display_name: str | None = None


class StatusCategory(Body):
    """`key` is "new", "indeterminate" or "done"."""

    key: str


class Status(Body):
    """A step of a project's own workflow."""

    status_category: StatusCategory


class Fields(Body):
    """Those of `FIELDS`. A project may hide any but the status and the times."""

    status: Status
    created: Instant
    updated: Instant
    summary: str | None = None
    reporter: Person | None = None
    assignee: Person | None = None
    labels: list[str] | None = None


class Created(Body):
    """Our own mark on an issue: the key of the write that opened it."""

    key: str = ""


class Properties(msgspec.Struct):
    """Those of an issue's properties that are ours."""

    created: Created | None = msgspec.field(name=PROPERTY, default=None)


class HostedIssue(Body):
    """An issue; `address` is that of the API."""

    id: str
    key: str
    fields: Fields
    address: str = msgspec.field(name="self")
    properties: Properties | None = None

    @property
    def created_by(self) -> str | None:
        """The key of the write here that opened it; None where it was opened otherwise."""
        return self.properties.created.key if self.properties and self.properties.created else None

    @property
    def reporter(self) -> str | None:
        """The account that it was opened for."""
        return self.fields.reporter.account_id if self.fields.reporter else None


class SearchPage(Body):
    """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/: no count, a token alone."""

    issues: list[HostedIssue] = []
    next_page_token: str | None = None
    is_last: bool = False

    @property
    def token(self) -> str | None:
        """Where the next page begins; None after the last one."""
        return None if self.is_last else self.next_page_token


class IssueError(Body):
    """An issue that there is, and that Jira could not read this time."""

    id: str | None = None
    error_message: str | None = None


class Bulk(Body):
    """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post.

    What does not exist, or may not be seen, is in neither list.
    """

    issues: list[HostedIssue] = []
    issue_errors: list[IssueError] = []


class Reference(Body):
    """What a new issue is answered with."""

    id: str


class Myself(Body):
    """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/."""

    account_id: str


class _ErrorBody(Body):
    error_messages: list[str] = []
    errors: dict[str, str] = {}
    message: str | None = None


def error_message(body: bytes) -> str | None:
    """Jira's own words: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes."""
    error = msgspec.json.decode(body, type=_ErrorBody)
    fields = [f"{field}: {message}" for field, message in error.errors.items()]
    return "; ".join([*error.error_messages, *fields]) or error.message or None


def issue(body: HostedIssue) -> Issue:
    """Closed is what a project's workflow counts as done, whatever it calls it."""
    fields = body.fields
    return Issue(
        service=Service.JIRA,
        external_id=body.id,
        key=body.key,
        title=fields.summary or body.key,
        state=IssueState.CLOSED if fields.status.status_category.key == _DONE else IssueState.OPEN,
        author=fields.reporter.display_name if fields.reporter else None,
        assignee=fields.assignee.display_name if fields.assignee else None,
        labels=tuple(fields.labels or ()),
        created_at=fields.created,
        updated_at=fields.updated,
        url=f"{body.address.partition(_API)[0]}/browse/{body.key}",
    )


def document(text: str) -> dict[str, object]:
    """Plain text as https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ has it."""
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(part.strip("\n")) for part in paragraphs]}


def _paragraph(text: str) -> dict[str, object]:
    content: list[dict[str, object]] = []
    for line in text.split("\n"):
        content += [{"type": "hardBreak"}] if content else []
        content += [{"type": "text", "text": line}] if line.strip() else []  # an empty text node is refused
    return {"type": "paragraph", "content": content}
