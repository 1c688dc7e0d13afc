"""What may be kept, and whom it fits: RFC 9111 sections 3 and 4.1, for a cache that is private to one credential."""

from http import HTTPStatus

import httpx

from connectors.transport.cache_control import directives
from connectors.transport.call import call_of
from connectors.transport.identity import LEFT_OUT
from connectors.transport.lifespan import Lifespan

Selecting = tuple[tuple[str, str | None], ...]
# What a kept answer goes without: what was true of its connection (section 3.1), its age then, and cookies, which were
# meant for one exchange.
NOT_KEPT = frozenset(
    b"age set-cookie connection keep-alive proxy-authenticate proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.NO_CONTENT})
# With these, a caller keeps a copy of its own and asks about that, or for a part (RFC 9110 sections 13.1 and 14.2).
_OWN_COPY = (
    "if-none-match",
    "if-modified-since",
    "if-match",
    "if-unmodified-since",
    "if-range",
    "range",
)
# The credential is in the key, and stands for the secret, which may be renewed. The rest of what the key leaves out is
# compared where `Vary` names it.
_NOT_IN_KEY = frozenset(name.decode() for name in LEFT_OUT) - {"authorization"}


def answerable(request: httpx.Request) -> bool:
    """Whether a kept answer may serve this read: GET, or a POST for which the connector says how long it lasts."""
    if request.method != "GET" and (request.method != "POST" or call_of(request).fresh is None):
        return False
    headers = request.headers
    if any(name in headers for name in _OWN_COPY):
        return False
    return "cache-control" not in headers or "no-store" not in directives(headers)


def may_keep(status: int, headers: httpx.Headers, lasting: Lifespan) -> bool:
    """Errors, parts and redirects never; the rest where it can ever be of use again, and the service allows it."""
    if status not in _STATUSES or "*" in varying(headers):
        return False
    if "no-store" in directives(headers) and not lasting.ours_alone:
        return False
    return lasting.serves or "etag" in headers or "last-modified" in headers


def varying(headers: httpx.Headers) -> list[str]:
    """The names in `Vary`, in lower case."""
    return [name.lower() for name in headers.get_list("vary", split_commas=True) if name]


def selecting(request: httpx.Request, answered: httpx.Headers) -> Selecting:
    """The request headers that select this answer and are not in its key."""
    names = {name for name in varying(answered) if name in _NOT_IN_KEY}
    return tuple((name, request.headers.get(name)) for name in sorted(names))


def fits(selected: Selecting, request: httpx.Request) -> bool:
    """Whether `request` would have selected the same answer (section 4.1)."""
    return all(request.headers.get(name) == value for name, value in selected)
