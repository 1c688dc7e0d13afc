"""Sockets that another site's page opens with the user's cookies: for these a browser asks nobody beforehand.

It says in `Origin` whose page it is, https://www.rfc-editor.org/rfc/rfc6455#section-10.2; other clients say nothing.
"""

from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlsplit

from gateway.http.fields import Fields

_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Allows = Callable[[Fields], bool]


def same_or(others: Collection[str] = (), *, loopback: bool = False) -> Allows:
    """Whether a page may open a socket: our own origin's, and those of `others`; with `loopback` any of this machine's.

    The scheme is left out of the comparison with `Host`: a proxy before us may have ended TLS.
    """
    allowed = {origin for one in others if (origin := _origin(one))}

    def allows(fields: Fields) -> bool:
        given = fields.get(b"origin")
        if given is None:
            return True
        origin = _origin(given.decode("latin-1"))
        if origin is None:  # "null" among them: a sandboxed frame, or a file
            return False
        scheme, host, port = origin
        same = (host, port) == _host(fields.get(b"host", b"").decode("latin-1"), scheme)
        return same or origin in allowed or (loopback and host in _LOOPBACK)

    return allows


def _origin(text: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def _host(text: str, scheme: str) -> tuple[str, int] | None:
    """As `Host` names it; without a port, that of the page's own scheme."""
    found = _origin(f"{scheme}://{text}")
    return found[1:] if found else None
