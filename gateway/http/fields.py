"""The header fields of a request, read once: https://www.rfc-editor.org/rfc/rfc9110#section-5."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

from starlette.types import Scope

from gateway.http.refusal import Refused

Fields = dict[bytes, bytes]
"""Values by name in lower case. Of a field that was sent more than once, the values stand in one, between commas."""

LIMIT: Final = 64_000  # bytes of all names and values; and of a query string
TIMEOUT: Final = b"x-request-timeout"


def read(scope: Scope) -> Fields:
    """Raises Refused where there is more than `LIMIT` of it (431, 414)."""
    sent: Sequence[tuple[bytes, bytes]] = scope["headers"]
    if sum(map(len, chain.from_iterable(sent))) > LIMIT:
        raise Refused(431, "HEADERS_TOO_LARGE", f"The headers are larger than {LIMIT:,} bytes.")
    if len(scope["query_string"]) > LIMIT:
        raise Refused(414, "URI_TOO_LONG", f"The query string is longer than {LIMIT:,} bytes: send it by POST.")
    fields = dict(sent)
    return fields if len(fields) == len(sent) else _joined(sent)


def seconds_allowed(fields: Fields) -> float | None:
    """Seconds, from `X-Request-Timeout`; None where it is absent, or no number above 0."""
    value = fields.get(TIMEOUT)
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if seconds > 0 else None


def _joined(sent: Sequence[tuple[bytes, bytes]]) -> Fields:
    """As RFC 9110, section 5.3 combines field lines, at a cost that does not grow with the square of their number."""
    lines: dict[bytes, list[bytes]] = {}
    for name, value in sent:
        lines.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in lines.items()}
