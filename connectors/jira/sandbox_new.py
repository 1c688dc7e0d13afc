"""What the imitated Jira asks of a new issue.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post.
"""

from collections.abc import Iterator

import msgspec

from connectors.jira.sandbox_bodies import KINDS
from connectors.jira.sandbox_refusal import Refusal, unreadable
from connectors.jira.sandbox_tracker import PROJECTS, Draft, Project
from connectors.jira.sandbox_users import User

_LONGEST = 255  # characters of a summary, and of a label


class _Named(msgspec.Struct):
    id: str | None = None
    key: str | None = None
    name: str | None = None


class _Fields(msgspec.Struct, forbid_unknown_fields=True):
    project: _Named | None = None
    issuetype: _Named | None = None
    summary: str | None = None
    description: object = None
    labels: tuple[str, ...] = ()


class _Property(msgspec.Struct):
    key: str
    value: object


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    fields: _Fields
    properties: tuple[_Property, ...] = ()


def draft(content: bytes, caller: User) -> tuple[Draft, str]:
    """Reads a request's body; the text of the description beside it. Raises Refusal, with every field that is wrong."""
    try:
        body = msgspec.json.decode(content, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as misfit:
        raise unreadable() from misfit
    project, fields = _project(body.fields.project), body.fields
    wrong = dict(_wrong(fields, project))
    if wrong or project is None or fields.issuetype is None:
        raise Refusal(400, fields=wrong)
    made = Draft(
        project=project,
        kind=str(fields.issuetype.name),
        summary=str(fields.summary).strip(),
        description=fields.description,
        labels=fields.labels,
        reporter=caller.account_id,
        properties={each.key: each.value for each in body.properties},
    )
    return made, " ".join(_texts(fields.description))


def _wrong(fields: _Fields, project: Project | None) -> Iterator[tuple[str, str]]:
    if project is None:
        yield "project", "Specify a valid project ID or key"
    if fields.issuetype is None or fields.issuetype.name not in KINDS:
        yield "issuetype", "Specify a valid issue type"
    yield from _summary((fields.summary or "").strip())
    if any(" " in label for label in fields.labels):
        yield "labels", "The label 'label' contains spaces which is invalid.".replace("'label'", _spaced(fields.labels))
    if fields.description is not None and not _is_document(fields.description):
        yield "description", "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


def _summary(summary: str) -> Iterator[tuple[str, str]]:
    if not summary:
        yield "summary", "You must specify a summary of the issue."
    elif "\n" in summary or "\r" in summary:
        yield "summary", "The summary is invalid because it contains newline characters."
    elif len(summary) > _LONGEST:
        yield "summary", f"Summary can't exceed {_LONGEST} characters."


def _spaced(labels: tuple[str, ...]) -> str:
    return next(repr(label) for label in labels if " " in label)


def _project(named: _Named | None) -> Project | None:
    wanted = (named.id, named.key) if named else (None, None)
    return next((one for one in PROJECTS if one.id == wanted[0] or one.key == wanted[1]), None)


def _is_document(description: object) -> bool:
    """Its outermost form, and that no text in it is empty."""
    if not isinstance(description, dict) or description.get("type") != "doc" or description.get("version") != 1:
        return False
    return isinstance(description.get("content"), list) and all(_texts(description))


def _texts(node: object) -> list[str]:
    if not isinstance(node, dict):
        return []
    if node.get("type") == "text":
        return [str(node.get("text", ""))]
    return [text for child in node.get("content", ()) for text in _texts(child)]
