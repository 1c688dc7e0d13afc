"""What is accepted, and what is answered: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from gateway.http.refusal import Refused

JSON: Final = b"application/json"
RESPONSE: Final = b"application/graphql-response+json"

_RANGE: Final = re.compile(rb"[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+")
_QVALUE: Final = re.compile(rb"0(\.\d{0,3})?|1(\.0{0,3})?")
_UTF_8: Final = frozenset({b"charset=utf-8", b'charset="utf-8"'})
_KEPT: Final = 256  # distinct values of a header that are understood once; clients send a handful


@lru_cache(_KEPT)
def negotiated(accept: bytes | None) -> bytes:
    """The media type of the answer, by RFC 9110, section 12.5.1; JSON where there is no preference.

    At a tie a type that is named goes before one that a wildcard covers, and of both named the newer.
    Raises Refused (406) where neither is accepted.
    """
    if not accept:
        return JSON
    ranges = dict(_ranges(accept.lower()))
    json, response = (_preference(ranges, media_type) for media_type in (JSON, RESPONSE))
    if not json[0] and not response[0]:
        names = f"{JSON.decode()} or {RESPONSE.decode()}"
        raise Refused(406, "NOT_ACCEPTABLE", f"The answer can be {names}: accept one of them.")
    return RESPONSE if response > json or (response == json and response[1]) else JSON


@lru_cache(_KEPT)
def is_json(content_type: bytes | None) -> bool:
    """Whether a body is said to be JSON in UTF-8."""
    if content_type is None:
        return False
    name, *parameters = (part.strip() for part in content_type.lower().split(b";"))
    return name == JSON and all(not part.startswith(b"charset") or part in _UTF_8 for part in parameters)


def _preference(ranges: dict[bytes, float], wanted: bytes) -> tuple[float, bool]:
    """The quality of the most specific range that matches, 0 where none does; and whether it names the type."""
    for media_range in (wanted, b"application/*", b"*/*"):
        if media_range in ranges:
            return ranges[media_range], media_range == wanted
    return 0.0, False


def _ranges(accept: bytes) -> Iterator[tuple[bytes, float]]:
    """The media ranges with their quality; what is not well formed is passed over."""
    for item in accept.split(b","):
        name, *parameters = (part.strip() for part in item.split(b";"))
        quality = _quality(parameters)
        if quality is not None and _RANGE.fullmatch(name):
            yield name, quality


def _quality(parameters: list[bytes]) -> float | None:
    """Of a range, 1 by default; None for a bad `q`, and for a parameter that no answer of ours has."""
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name == b"q" and _QVALUE.fullmatch(value):
            quality = float(value)
        elif parameter and parameter not in _UTF_8:
            return None
    return quality
