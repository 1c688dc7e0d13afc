"""Responses, ready to be sent: https://graphql.github.io/graphql-over-http/draft/#sec-Response."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from gateway.execution.operation import Answer, Fresh
from gateway.http.media_types import JSON, RESPONSE
from gateway.http.refusal import NO_STORE, Refused

Header = tuple[bytes, bytes]

_TYPES: Final = {media: (b"content-type", media + b"; charset=utf-8") for media in (JSON, RESPONSE)}
_NOT_STORED: Final = (b"cache-control", NO_STORE)
_VARY_PUBLIC: Final = (b"vary", b"Accept")
_VARY_PRIVATE: Final = (b"vary", b"Accept, Authorization, Cookie")  # a browser's cache outlives a change of user


class Response(NamedTuple):
    """As it goes to the server."""

    status: int
    headers: list[Header]
    body: bytes


def answered(answer: Answer, media: bytes, kind: str) -> Response:
    """What came of an operation. Where nothing was executed, a client of the newer media type is told so by a 400."""
    body, freshness = answer.body, answer.freshness
    length = (b"content-length", b"%d" % len(body))
    if not answer.executed:
        return _unfit(body, media)
    if kind == "query" and freshness.max_age > freshness.age:
        return Response(200, [_TYPES[media], length, *_storable(freshness)], body)
    return Response(200, [_TYPES[media], length, _NOT_STORED], body)


def unfit(errors: Sequence[Mapping[str, Any]], media: bytes) -> Response:
    """A document that cannot be executed."""
    return _unfit(msgspec.json.encode({"errors": errors}), media)


def refused(refusal: Refused, media: bytes) -> Response:
    """A request that was not looked into any further."""
    body = msgspec.json.encode({"errors": [{"message": str(refusal), "extensions": {"code": refusal.code}}]})
    length = (b"content-length", b"%d" % len(body))
    caching = (b"cache-control", refusal.cache_control)
    return Response(refusal.status, [_TYPES[media], length, caching, *refusal.headers], body)


def batched(responses: Sequence[Response], media: bytes) -> Response:
    """Several in one, in their order. Each tells for itself what came of it."""
    body = b"[" + b",".join(response.body for response in responses) + b"]"
    return Response(200, [_TYPES[media], (b"content-length", b"%d" % len(body)), _NOT_STORED], body)


def _unfit(body: bytes, media: bytes) -> Response:
    length = (b"content-length", b"%d" % len(body))
    return Response(400 if media == RESPONSE else 200, [_TYPES[media], length, _NOT_STORED], body)


def _storable(freshness: Fresh) -> tuple[Header, Header, Header]:
    """RFC 9111, sections 4.1, 5.1 and 5.2.2: whoever stores it subtracts `Age` from `max-age`."""
    scope, vary = ("private", _VARY_PRIVATE) if freshness.private else ("public", _VARY_PUBLIC)
    cache_control = f"{scope}, max-age={freshness.max_age}".encode()
    return (b"cache-control", cache_control), (b"age", b"%d" % freshness.age), vary
