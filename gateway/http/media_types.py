"""What is accepted, and what is answered: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types.

Two more come in parts: `multipart/mixed` and `text/event-stream`. A parameter of theirs names the format in which an
operation with `@defer` or `@stream` is delivered; a client that names none may know another, and is sent all at once.
"""

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from gateway.http.refusal import Refused

JSON: Final = b"application/json"
RESPONSE: Final = b"application/graphql-response+json"
EVENTS: Final = b"text/event-stream"
MULTIPART: Final = b"multipart/mixed"


class Format(IntEnum):
    """How parts are merged by the client; of two that it likes as much, the newer."""

    WHOLE = 0
    DEFER_2022 = 1
    INCREMENTAL_0_2 = 2


FORMATS: Final = {
    Format.DEFER_2022: b"deferSpec=20220824",
    Format.INCREMENTAL_0_2: b"incrementalSpec=v0.2",
}


class Stream(NamedTuple):
    """A media type with parts."""

    format: Format
    media: bytes


class Accepted(NamedTuple):
    """`media` is the better of the two for JSON, None where neither is accepted.

    `one`: what an answer in one part is sent as, where JSON is not liked as much. `parts`: what an operation with
    `@defer` or `@stream` is delivered as, where nothing is liked better.
    """

    media: bytes | None
    one: Stream | None = None
    parts: Stream | None = None


_RANGE: Final = re.compile(rb"[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+")
_QVALUE: Final = re.compile(rb"0(\.\d{0,3})?|1(\.0{0,3})?")
_UTF_8: Final = frozenset({b"charset=utf-8", b'charset="utf-8"'})
_NAMED: Final = {parameter.lower(): found for found, parameter in FORMATS.items()}
_KEPT: Final = 256  # distinct values of a header that are understood once; clients send a handful


@lru_cache(_KEPT)
def negotiated(accept: bytes | None) -> Accepted:
    """How to answer, by RFC 9110, section 12.5.1; in JSON where there is no preference.

    At a tie a type that is named goes before one that a wildcard covers, and of both named the newer. Types with parts
    have to be named; at a tie of these the newer format is used, and events rather than multipart.
    Raises Refused (406) where nothing is accepted.
    """
    if not accept:
        return Accepted(JSON)
    ranges = dict(_ranges(accept.lower()))
    json, response = (_preference(ranges, media_type) for media_type in (JSON, RESPONSE))
    streams = sorted((quality, key) for key, quality in ranges.items() if isinstance(key, Stream) and quality)
    if not json[0] and not response[0] and not streams:
        raise not_acceptable()
    media = RESPONSE if response > json or (response == json and response[1]) else JSON
    quality = max(json[0], response[0])
    return _with_streams(media if quality else None, quality, streams)


def not_acceptable() -> Refused:
    """406: nothing that is accepted is what the answer can be."""
    names = f"{JSON.decode()} or {RESPONSE.decode()}, or for one operation {MULTIPART.decode()} or {EVENTS.decode()}"
    return Refused(406, "NOT_ACCEPTABLE", f"The answer can be {names}: accept one of them.")


def _with_streams(media: bytes | None, quality: float, streams: list[tuple[float, Stream]]) -> Accepted:
    """`streams` in the order of preference, the best last."""
    if not streams:
        return Accepted(media)
    best, one = streams[-1]
    divided = [stream for liked, stream in streams if stream.format and liked >= max(quality, best)]
    return Accepted(media, one if best > quality else None, divided[-1] if divided else None)


@lru_cache(_KEPT)
def is_json(content_type: bytes | None) -> bool:
    """Whether a body is said to be JSON in UTF-8."""
    if content_type is None:
        return False
    name, *parameters = (part.strip() for part in content_type.lower().split(b";"))
    return name == JSON and all(not part.startswith(b"charset") or part in _UTF_8 for part in parameters)


def is_upload(content_type: bytes | None) -> bool:
    """Whether a body holds files: https://github.com/jaydenseric/graphql-multipart-request-spec."""
    return content_type is not None and content_type.strip().lower().startswith(b"multipart/form-data")


def _preference(ranges: Mapping[bytes | Stream, float], wanted: bytes) -> tuple[float, bool]:
    """The quality of the most specific range that matches, 0 where none does; and whether it names the type."""
    for media_range in (wanted, b"application/*", b"*/*"):
        if media_range in ranges:
            return ranges[media_range], media_range == wanted
    return 0.0, False


def _ranges(accept: bytes) -> Iterator[tuple[bytes | Stream, float]]:
    """The media ranges with their quality; what is not well formed is passed over."""
    for item in accept.split(b","):
        name, *parameters = (part.strip() for part in item.split(b";"))
        if not _RANGE.fullmatch(name):
            continue
        if name in (EVENTS, MULTIPART):
            format, parameters = _format(parameters)
            key: bytes | Stream = Stream(format, name)
        else:
            key = name
        quality = _quality(parameters)
        if quality is not None:
            yield key, quality


def _format(parameters: list[bytes]) -> tuple[Format, list[bytes]]:
    """The format that is named, and the parameters that are not about the parts. A boundary is for us to choose."""
    plain = [parameter.replace(b'"', b"") for parameter in parameters if not parameter.startswith(b"boundary=")]
    named = [_NAMED[parameter] for parameter in plain if parameter in _NAMED]
    return max(named, default=Format.WHOLE), [parameter for parameter in plain if parameter not in _NAMED]


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
