"""What makes two reads the same: the key under which an answer is shared between callers, or kept for later ones."""

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

import httpx

from connectors.domain.service import Service
from connectors.transport.call import call_of, identified

# What never changes an answer: how a message travels (RFC 9110 section 7.6.1), who traces it, and what the rest of the
# key says already: `credential` for the secret, `origin` for the host, a digest for the body.
LEFT_OUT = frozenset(
    b"connection keep-alive proxy-authorization proxy-connection te trailer transfer-encoding upgrade "
    b"host content-length user-agent authorization cache-control pragma "
    b"traceparent tracestate baggage x-request-id".split()
)
_KEYS = frozenset({"idempotency-key", "paypal-request-id"})  # what a write that may be repeated carries
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110 section 9.2.1


class Identity(NamedTuple):
    """Equal for requests that one answer fits. Holds no secret: what could be one is digested."""

    service: Service
    credential: str
    method: str
    origin: str  # scheme, host and port, as httpx normalises them (RFC 3986 section 6.2)
    target: str  # path and query, as sent
    variant: bytes  # digest of the body and of every header that can vary an answer


def identity(service: Service, request: httpx.Request) -> Identity:
    """The key of a request whose body is in memory. Two credentials never share one, whatever else is the same."""
    return identified(request, partial(_identity, service))


def _identity(service: Service, request: httpx.Request) -> Identity:
    url = request.url
    target = url.raw_path.decode("ascii")
    return Identity(service, call_of(request).credential, request.method, origin(url), target, _variant(request))


def origin(url: httpx.URL) -> str:
    """Scheme, host and port; the port only where it is not the scheme's own."""
    port = b"" if url.port is None else b":%d" % url.port
    return (url.raw_scheme + b"://" + url.raw_host + port).decode("ascii")


def is_read(request: httpx.Request) -> bool:
    """Whether an answer to it may serve others: GET and HEAD, and the POST that a connector calls repeatable.

    A POST that carries an idempotency key is repeatable as well, but changes something; so does what is streamed up.
    """
    if not call_of(request).repeatable or not isinstance(request.stream, httpx.ByteStream):
        return False
    return request.method in {"GET", "HEAD"} or (request.method == "POST" and not _KEYS & request.headers.keys())


def changes_something(request: httpx.Request) -> bool:
    """Whether answers from before it may be wrong after it."""
    return request.method not in _SAFE and not is_read(request)


def changed_by(request: httpx.Request) -> Callable[[Identity], bool]:
    """What is wrong after a write: its path, whatever query and credential, and below `Call.evicts` for its own one.

    RFC 9111 section 4.4 asks for the first. "Below" goes by segments: `/v1/charges` is not below `/v1/charge`.
    """
    where, own = origin(request.url), _path(request.url.raw_path.decode("ascii"))
    call = call_of(request)
    below = tuple(f"{path.rstrip('/')}/" for path in call.evicts)

    def changed(key: Identity) -> bool:
        if key.origin != where:
            return False
        path = _path(key.target)
        return path == own or (key.credential == call.credential and f"{path}/".startswith(below))

    return changed


def _path(target: str) -> str:
    return target.partition("?")[0]


def _variant(request: httpx.Request) -> bytes:
    named = [(name.lower(), value) for name, value in request.headers.raw]
    pairs = sorted(pair for pair in named if pair[0] not in LEFT_OUT)
    # A list's repr is unambiguous, whatever the values hold, and ends where the body starts.
    digest = blake2b(repr(pairs).encode("ascii"), digest_size=16)
    digest.update(request.content)
    return digest.digest()
