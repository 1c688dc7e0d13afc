"""From what went wrong to `errors[].extensions`: a code, the service to blame, and how long to wait.

Only what is expected is told: a ConnectorError, a StoreError, an input that the graph refuses. Anything else is a bug:
it is logged with its traceback under an id, and the caller is given the id.
"""

import logging
from collections.abc import Iterator
from uuid import uuid4

from graphql import ExecutionResult as GraphQLExecutionResult
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult

from connectors.domain.errors import (
    Conflict,
    ConnectorError,
    Malformed,
    NotConfigured,
    NotFound,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)

log = logging.getLogger(__name__)

_CODES: dict[type[Exception], str] = {
    NotConfigured: "SERVICE_NOT_CONFIGURED",
    Unavailable: "UPSTREAM_UNAVAILABLE",
    TimedOut: "UPSTREAM_TIMEOUT",
    RateLimited: "UPSTREAM_RATE_LIMITED",
    Unauthorized: "UPSTREAM_UNAUTHORIZED",
    Rejected: "UPSTREAM_REJECTED",
    Malformed: "UPSTREAM_MALFORMED",
    NotFound: "NOT_FOUND",
    Conflict: "CONFLICT",
}


class BadUserInputError(GraphQLError):
    """An argument that the graph cannot take."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


def coded(error: GraphQLError) -> GraphQLError:
    """The same error at the same place, fit for the caller, with its code."""
    cause = error.original_error
    if isinstance(error, GraphQLSyntaxError):
        return _with(error, error.message, code="GRAPHQL_PARSE_FAILED")
    if cause is None or isinstance(cause, GraphQLError):
        return _refused(error, cause)
    code = next((code for kind, code in _CODES.items() if isinstance(cause, kind)), None)
    if code is None:
        return _masked(error, cause)
    blame = {"service": cause.service.name} if isinstance(cause, ConnectorError) else {}
    wait = {"retryAfter": cause.retry_after} if isinstance(cause, RateLimited) and cause.retry_after is not None else {}
    return _with(error, str(cause), code=code, **blame, **wait)


class CodedErrors(SchemaExtension):
    """Gives every error of a result its code, and adds what resolvers reported beside their data."""

    def on_operation(self) -> Iterator[None]:
        """Works on the result when the operation is over."""
        yield
        result = self.execution_context.result
        if not isinstance(result, ExecutionResult | GraphQLExecutionResult):
            return
        errors = [*(result.errors or ()), *self.execution_context.context.failures]
        if errors:
            result.errors = [coded(error) for error in errors]


def _refused(error: GraphQLError, cause: GraphQLError | None) -> GraphQLError:
    """Refused before a resolver saw it, or by one on purpose."""
    code = ({} if cause is None else cause.extensions or {}).get("code") or (error.extensions or {}).get("code")
    if code is None:
        code = "BAD_USER_INPUT" if _about_variables(error) else "GRAPHQL_VALIDATION_FAILED"
    return _with(error, error.message, code=code)


def _about_variables(error: GraphQLError) -> bool:
    """graphql-core gives variable errors no kind of their own, only their words."""
    return error.message.startswith(("Variable '$", "Argument '")) and error.path is None


def _masked(error: GraphQLError, cause: BaseException) -> GraphQLError:
    id = uuid4().hex
    log.error("unexpected error %s", id, exc_info=cause)
    return _with(error, "Something went wrong here. It has been written down.", code="INTERNAL", requestId=id)


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
