"""Responses in parts, each sent as soon as it is there.

`multipart/mixed`: https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md.
`text/event-stream`: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "Distinct connections mode".
"""

from collections.abc import AsyncIterator, Callable
from typing import Final, NamedTuple

from starlette.types import Send

from gateway.execution.encoding import as_json
from gateway.execution.operation import Part
from gateway.http.defer_2022 import Defer2022
from gateway.http.media_types import EVENTS, FORMATS, MULTIPART, Format, Stream
from gateway.http.refusal import NO_STORE
from gateway.http.responses import Header, Response

BOUNDARY: Final = b"-"


class _Framing(NamedTuple):
    """What stands before the first part, before and after each, and after the last."""

    opening: bytes
    before: bytes
    after: bytes
    closing: bytes

    def framed(self, body: bytes, *, first: bool, last: bool) -> bytes:
        return (self.opening if first else b"") + self.before + body + self.after + (self.closing if last else b"")


_FRAMINGS: Final = {
    # The delimiter before a part is sent with the part that it ends: clients take a part for complete when they see it.
    MULTIPART: _Framing(
        opening=b"\r\n--" + BOUNDARY,
        before=b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n",
        after=b"\r\n--" + BOUNDARY,
        closing=b"--\r\n",
    ),
    # An event without data would not be dispatched: https://html.spec.whatwg.org/multipage/server-sent-events.html.
    EVENTS: _Framing(opening=b"", before=b"event: next\ndata: ", after=b"\n\n", closing=b"event: complete\ndata:\n\n"),
}
_TYPES: Final = {
    MULTIPART: b'multipart/mixed; boundary="' + BOUNDARY + b'"',
    EVENTS: b"text/event-stream; charset=utf-8",
}
_UNBUFFERED: Final = (b"x-accel-buffering", b"no")  # nginx would hold parts back until it has a few KB


def whole(stream: Stream, body: bytes) -> Response:
    """An answer in one part; `body` is a JSON object. What was not executed is told by its errors alone."""
    told = body[:-1] + b',"hasNext":false}' if stream.format else body
    content = _FRAMINGS[stream.media].framed(told, first=True, last=True)
    return Response(200, [*_headers(stream), (b"content-length", b"%d" % len(content))], content)


async def deliver(stream: Stream, parts: AsyncIterator[Part], send: Send) -> None:
    """Sends every part. Nothing is sent before there is a first one."""
    framing, formatted, first = _FRAMINGS[stream.media], _formatter(stream.format), True
    async for part in parts:
        told = formatted(part)
        if told is None:
            continue
        if first:
            await send({"type": "http.response.start", "status": 200, "headers": [*_headers(stream), _UNBUFFERED]})
        last = not told["hasNext"]
        content = framing.framed(as_json(told), first=first, last=last)
        await send({"type": "http.response.body", "body": content, "more_body": not last})
        first = False


def _formatter(format: Format) -> Callable[[Part], Part | None]:
    return Defer2022().part if format is Format.DEFER_2022 else _as_it_is


def _as_it_is(part: Part) -> Part:
    return part


def _headers(stream: Stream) -> list[Header]:
    named = b"; " + FORMATS[stream.format] if stream.format else b""
    return [(b"content-type", _TYPES[stream.media] + named), (b"cache-control", NO_STORE)]
