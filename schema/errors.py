"""From what went wrong to `errors[].extensions`: a code, the service to blame, and how long to wait.

Only what is expected is told: a ConnectorError, a StoreError, an input that the graph refuses. Anything else is a bug:
it is logged with its traceback under an id, and the caller is given the id.
"""

import logging

from graphql import GraphQLError

from connectors.domain.errors import (
    Conflict,
    ConnectorError,
    Malformed,
    NotConfigured,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)

log = logging.getLogger(__name__)

CODES: dict[type[Exception], str] = {
    NotConfigured: "SERVICE_NOT_CONFIGURED",
    Unavailable: "UPSTREAM_UNAVAILABLE",
    TimedOut: "UPSTREAM_TIMEOUT",
    RateLimited: "UPSTREAM_RATE_LIMITED",
    Overloaded: "OVERLOADED",
    Unauthorized: "UPSTREAM_UNAUTHORIZED",
    Rejected: "UPSTREAM_REJECTED",
    Malformed: "UPSTREAM_MALFORMED",
    NotFound: "NOT_FOUND",
    Conflict: "CONFLICT",
    Refused: "BAD_USER_INPUT",
}


class BadUserInputError(GraphQLError):
    """An argument that the graph cannot take."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


def coded(error: GraphQLError, request_id: str) -> GraphQLError:
    """The same error of an execution, fit for the caller, with its code; a bug is logged under `request_id`."""
    cause = error.original_error or error
    if "code" in (error.extensions or {}) or _about_input(error):
        return _with(error, error.message, **{"code": "BAD_USER_INPUT"} | (error.extensions or {}))
    told = extensions(cause)
    return _with(error, str(cause), **told) if told else _masked(error, cause, request_id)


def extensions(cause: BaseException) -> dict[str, object]:
    """What a caller is told of an expected failure, beside its words; nothing of a bug."""
    code = next((code for kind, code in CODES.items() if isinstance(cause, kind)), None)
    if code is None:
        return {}
    blame = {"service": cause.service.name} if isinstance(cause, ConnectorError) else {}
    wait = {"retryAfter": cause.retry_after} if isinstance(cause, RateLimited) and cause.retry_after is not None else {}
    return {"code": code, **blame, **wait}


def _about_input(error: GraphQLError) -> bool:
    """Variables are refused before any field is reached, arguments made of them at the field.

    graphql-core gives the latter no kind of their own, only their words.
    """
    return error.path is None or (
        isinstance(error.original_error, GraphQLError) and error.message.startswith("Argument '")
    )


def _masked(error: GraphQLError, cause: BaseException, request_id: str) -> GraphQLError:
    path = ".".join(map(str, error.path or ()))
    log.error("unexpected error at %s in request %s", path, request_id, exc_info=cause)
    return _with(error, "Something went wrong here. It has been written down.", code="INTERNAL", requestId=request_id)


def _with(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        error.nodes,
        error.source,
        error.positions,
        error.path,
        None,
        {**(error.extensions or {}), **extensions},
    )
