"""What is told of a document that cannot be executed: GraphQL errors, each with a code, as they are sent.

https://spec.graphql.org/September2025/#sec-Errors
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLError

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
TOO_COMPLEX: Final = "OPERATION_TOO_COMPLEX"
BAD_USER_INPUT: Final = "BAD_USER_INPUT"
LONGEST = 500  # characters of a message: a name or a value that it quotes may have as many as the document
LARGEST = 2**53 - 1  # that every reader of JSON tells from its neighbours: RFC 8259, section 6

Error = Mapping[str, Any]


def formatted(error: GraphQLError, code: str) -> Error:
    """An error of graphql-core as it is sent; `code` where it has none of its own."""
    sent: dict[str, Any] = {"message": shortened(error.message, LONGEST)}
    if error.locations:
        sent["locations"] = [location.formatted for location in error.locations]
    return sent | {"extensions": {"code": code, **(error.extensions or {})}}


def bad_input(message: str) -> Error:
    """Something else than the document that the caller has to change."""
    return formatted(GraphQLError(message), BAD_USER_INPUT)


def too_complex(
    message: str, limit: str, allowed: int, found: int, error: GraphQLError | None = None, **more: object
) -> Error:
    """`limit` is what is exceeded, spelled as in JSON; the place is that of `error`; `more` goes into `extensions`."""
    locations = formatted(error, TOO_COMPLEX).get("locations") if error else None
    place = {"locations": locations} if locations else {}
    extensions = {"code": TOO_COMPLEX, "limit": limit, "allowed": allowed, "found": min(found, LARGEST), **more}
    return {"message": shortened(message, LONGEST), **place, "extensions": extensions}


def shortened(text: str, most: int) -> str:
    """`text`, or as much of it as fits, with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
