"""Asking whether a kept answer still holds, without having it sent again: RFC 9111 section 4.3."""

from dataclasses import replace

import httpx

from connectors.transport.call import Call, attach, unidentified
from connectors.transport.snapshot import Snapshot

# A 304 speaks of the wire that it came by, and of a content that it does not have (section 3.2).
_NOT_TAKEN_OVER = frozenset(
    b"connection keep-alive proxy-authenticate proxy-connection te trailer transfer-encoding upgrade "
    b"content-encoding content-length content-range".split()
)


def conditional(request: httpx.Request, kept: Snapshot) -> httpx.Request:
    """`request`, to be answered 304 where `kept` is still right; as it is where nothing tells them apart."""
    if request.method != "GET":  # to POST, the same headers mean something else (RFC 9110 section 13.1.2)
        return request
    headers = httpx.Headers(kept.headers)
    asked = {"if-none-match": headers.get("etag"), "if-modified-since": headers.get("last-modified")}
    return _copy(request, {name: value for name, value in asked.items() if value})


def in_background(request: httpx.Request, call: Call) -> httpx.Request:
    """`request`, treated as `call` says."""
    return attach(_copy(request, {}), call)


def confirms(answer: httpx.Response, kept: Snapshot) -> bool:
    """Whether a 304 is about `kept` (section 4.3.4): its validators, where it has any, are the same."""
    headers = httpx.Headers(kept.headers)
    tag = answer.headers.get("etag")
    if tag is not None:
        return _opaque(tag) == _opaque(headers.get("etag", ""))
    changed = answer.headers.get("last-modified")
    return changed is None or changed == headers.get("last-modified")


def renewed(kept: Snapshot, answer: httpx.Response) -> Snapshot:
    """`kept`, with the headers of the 304 in the place of its own of the same names (section 3.2)."""
    fresh = [pair for pair in answer.headers.raw if pair[0].lower() not in _NOT_TAKEN_OVER]
    # How old it was, and when it was made, is no longer true, whether or not the 304 says it anew.
    names = frozenset(name.lower() for name, _ in fresh) | {b"age", b"date"}
    return replace(kept, headers=(*kept.without(names).headers, *fresh))


def _copy(request: httpx.Request, more: dict[str, str]) -> httpx.Request:
    headers = httpx.Headers([*request.headers.raw, *httpx.Headers(more).raw])
    return httpx.Request(
        request.method, request.url, headers=headers, content=request.content, extensions=unidentified(request)
    )


def _opaque(tag: str) -> str:
    """Weak comparison: `W/` aside (RFC 9110 section 8.8.3.2)."""
    return tag.removeprefix("W/")
