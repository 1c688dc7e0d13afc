"""What one answer says of each alias: a value, or why there is none.

GitHub answers 200 and lists what went wrong in `errors`, each with a `type` and the path to what is null because of it:
https://docs.github.com/en/graphql/guides/using-graphql-clients, https://spec.graphql.org/#sec-Errors.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar

import msgspec

from connectors.domain.errors import ConnectorError, Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.github.wire import Answer, Failure, RateLimit
from connectors.transport.quota import Quota
from connectors.transport.quota_body import TOLD, Said

T = TypeVar("T")

_NOT_ALLOWED = {"FORBIDDEN", "INSUFFICIENT_SCOPES"}
_HIDDEN = {"FORBIDDEN", "NOT_FOUND"}  # what we may not see is left out of a list, which is well otherwise
_POLICY = "graphql"  # as `X-RateLimit-Resource` has it
_MINUTE = 60.0  # seconds to wait where GitHub does not say how long, by its own documentation
# GitHub's own failures carry no type, only these words.
_ITS_FAULT = ("Something went wrong", "We couldn't respond to your request in time")


class Missing(Rejected):
    """GitHub has nothing there, or nothing that it shows to us; told apart from an address that is not GitHub's."""

    def __init__(self, message: str) -> None:
        super().__init__(Service.GITHUB, HTTPStatus.NOT_FOUND, f"{Service.GITHUB.name} answered 404: {message}")


class _Points(msgspec.Struct, rename="camel"):
    rate_limit: RateLimit | None = None


class _Head(msgspec.Struct):
    """Of an answer, what tells of quotas; the rest is passed over."""

    data: _Points | None = None
    errors: list[Failure] | None = None


def quota(body: bytes) -> Said | None:
    """The points left, and whether this was refused for too many. None for what cannot be read: others will say so.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: going beyond either
    limit may be answered with status 200.
    """
    try:
        head = msgspec.json.decode(body, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    refused = _MINUTE if _throttled(head.errors or ()) else None
    points = head.data.rate_limit if head.data else None
    if points is None:
        return _without_points(head, refused)
    return Said(Quota.of(points.limit, points.remaining, points.reset_at, _POLICY), points.cost, refused)


def _without_points(head: _Head, refused: float | None) -> Said | None:
    """A query that failed as a whole is no answer to be kept; one that failed by GitHub's own fault is tried again."""
    if refused is not None:
        return Said(refused=refused)
    if head.data is not None or not head.errors:
        return None
    its_fault = any(error.message.startswith(_ITS_FAULT) for error in head.errors)
    return Said(status=HTTPStatus.SERVICE_UNAVAILABLE if its_fault else TOLD)


def _throttled(errors: Sequence[Failure]) -> bool:
    return any(error.type == "RATE_LIMITED" or "secondary rate limit" in error.message.lower() for error in errors)


def failure(answer: Answer) -> ConnectorError | None:
    """Why the whole query failed; None where it did not."""
    if _throttled(answer.errors):
        return RateLimited(Service.GITHUB)
    if answer.data is not None:
        return None
    if not answer.errors:
        return Malformed(Service.GITHUB, "$.data", "missing, though there are no errors")
    return _refusal(answer.errors[0])


def culprits(answer: Answer) -> dict[str, ConnectorError]:
    """Where a whole query failed because of some of its aliases: those, each with its error.

    A field that is never null, as `search`, takes its siblings along:
    https://spec.graphql.org/#sec-Handling-Execution-Errors.
    """
    if answer.data is not None or _throttled(answer.errors):
        return {}
    return {str(error.path[0]): _of_one(error) for error in reversed(answer.errors) if error.path}


def read(answer: Answer, alias: str, into: type[T]) -> T | ConnectorError:
    """The value under one alias. Where GitHub has nothing of that kind, it is Missing."""
    raw = (answer.data or {}).get(alias)
    if raw is None:
        return Malformed(Service.GITHUB, f"$.data.{alias}", "missing")
    # A node of another kind than the fragment asks for is an object without fields.
    absent = bytes(raw) in (b"null", b"{}")
    for error in answer.errors:
        if _concerns(error, alias, absent=absent):
            return _of_one(error)
    if absent:
        return Missing("there is no such thing")
    return _decoded(raw, alias, into)


def _concerns(error: Failure, alias: str, *, absent: bool) -> bool:
    if not error.path:
        return absent
    return error.path[0] == alias and (absent or error.type not in _HIDDEN)


def _of_one(error: Failure) -> ConnectorError:
    return Missing(error.message) if error.type == "NOT_FOUND" else _refusal(error)


def _refusal(error: Failure) -> ConnectorError:
    name = Service.GITHUB.name
    if error.message.startswith(_ITS_FAULT):
        return Unavailable(Service.GITHUB, f"{name} could not execute the query")
    if error.type in _NOT_ALLOWED:
        return Unauthorized(Service.GITHUB, f"{name} does not let us: {error.message}")
    if error.type == "NOT_FOUND":
        return Missing(error.message)
    return Rejected(
        Service.GITHUB, HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} answered {error.type or 'an error'}: {error.message}"
    )


def _decoded(raw: msgspec.Raw, alias: str, into: type[T]) -> T | ConnectorError:
    try:
        return msgspec.json.decode(raw, type=into)
    except msgspec.ValidationError as misfit:
        message, _, path = str(misfit).partition(" - at ")
        within = path.strip("`").removeprefix("$")
        return Malformed(Service.GITHUB, f"$.data.{alias}{within}", message)
