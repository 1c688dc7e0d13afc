"""Where the text of an operation comes from: sent along, remembered from an earlier request, or trusted beforehand."""

from collections.abc import Awaitable
from typing import Final, Protocol

import msgspec

from gateway.http.refusal import Refused, bad_request
from gateway.http.requests import Parameters

MUST_ASK: Final = b"private, no-cache, must-revalidate"


class Documents(Protocol):
    """One way to know documents."""

    def text(self, asked: Parameters) -> str | Awaitable[str]:
        """The document to execute, at once where it is known. Raises Refused where it is unknown or not allowed."""


class PersistedQuery(msgspec.Struct, rename={"sha256": "sha256Hash"}):
    """`extensions.persistedQuery`: https://www.apollographql.com/docs/apollo-server/performance/apq."""

    sha256: str
    version: int = 1


class AsSent:
    """Every request carries its document."""

    def text(self, asked: Parameters) -> str:
        """Tells a client that tries hashes to stop, with the code that Apollo's clients know."""
        if asked.query is not None:
            return asked.query
        if persisted_query(asked):
            message, code = "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED"
            raise Refused(200, code, message, cache_control=MUST_ASK)
        raise missing()


def persisted_query(asked: Parameters) -> PersistedQuery | None:
    """The hash that a request names, if it does. Raises Refused (400) for one that cannot be understood."""
    value = asked.extensions.get("persistedQuery") if asked.extensions else None
    if value is None:
        return None
    try:
        found = msgspec.convert(value, PersistedQuery)
    except msgspec.ValidationError as error:
        raise bad_request(f"`extensions.persistedQuery` cannot be read: {error}.") from None
    if found.version != 1:
        raise bad_request("`extensions.persistedQuery.version` has to be 1.")
    return found


def missing() -> Refused:
    """There is neither a text nor a name of one."""
    return bad_request("The request has no `query`.")
