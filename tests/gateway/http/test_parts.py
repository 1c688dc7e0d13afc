"""Parts on the wire, byte by byte."""

from collections.abc import AsyncIterator

import pytest
from starlette.types import Message

from gateway.execution.operation import Part
from gateway.http.media_types import EVENTS, MULTIPART, Format, Stream
from gateway.http.parts import deliver, whole
from tests.gateway.http.support import Sender

FIRST: Part = {"data": {"a": "Zoë"}, "pending": [{"id": "0", "path": []}], "hasNext": True}
SECOND: Part = {"incremental": [{"id": "0", "data": {"b": "\r\n---\n\n"}}], "completed": [{"id": "0"}], "hasNext": True}
LAST: Part = {"hasNext": False, "extensions": {"c": 1}}
HEAD = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"


async def parts(*given: Part) -> AsyncIterator[Part]:
    for part in given:
        yield part


async def sent(stream: Stream, *given: Part) -> list[Message]:
    sender = Sender()
    await deliver(stream, parts(*given), sender.send)
    return sender.sent


async def test_multipart_is_framed_as_the_rfc_shows_it() -> None:
    _, *messages = await sent(Stream(Format.INCREMENTAL_0_2, MULTIPART), FIRST, LAST)
    assert b"".join(message["body"] for message in messages) == (
        b"\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
        + '{"data":{"a":"Zoë"},"pending":[{"id":"0","path":[]}],"hasNext":true}'.encode()
        + b"\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
        b'{"hasNext":false,"extensions":{"c":1}}'
        b"\r\n-----\r\n"
    )


async def test_each_part_goes_out_with_the_delimiter_that_ends_it() -> None:
    """Apollo Client and urql read no part before they have seen what follows it."""
    start, *messages = await sent(Stream(Format.INCREMENTAL_0_2, MULTIPART), FIRST, SECOND, LAST)
    assert start["type"] == "http.response.start"
    assert [message["more_body"] for message in messages] == [True, True, False]
    assert [message["body"].endswith(b"}\r\n---") for message in messages] == [True, True, False]
    assert messages[0]["body"].startswith(b"\r\n---" + HEAD)
    assert messages[1]["body"].startswith(HEAD)


async def test_no_delimiter_can_stand_in_a_part() -> None:
    """JSON escapes the ends of lines, and each delimiter begins with one."""
    _, _, message, _ = await sent(Stream(Format.INCREMENTAL_0_2, MULTIPART), FIRST, SECOND, LAST)
    assert message["body"].count(b"\r\n---") == 1
    _, _, event, _ = await sent(Stream(Format.INCREMENTAL_0_2, EVENTS), FIRST, SECOND, LAST)
    assert event["body"].count(b"\n\n") == 1


async def test_events_are_framed_as_graphql_sse_reads_them() -> None:
    _, *messages = await sent(Stream(Format.INCREMENTAL_0_2, EVENTS), FIRST, LAST)
    assert [message["body"] for message in messages] == [
        'event: next\ndata: {"data":{"a":"Zoë"},"pending":[{"id":"0","path":[]}],"hasNext":true}\n\n'.encode(),
        b'event: next\ndata: {"hasNext":false,"extensions":{"c":1}}\n\nevent: complete\ndata:\n\n',
    ]


HEADERS = {
    Stream(Format.INCREMENTAL_0_2, MULTIPART): b'multipart/mixed; boundary="-"; incrementalSpec=v0.2',
    Stream(Format.DEFER_2022, MULTIPART): b'multipart/mixed; boundary="-"; deferSpec=20220824',
    Stream(Format.WHOLE, MULTIPART): b'multipart/mixed; boundary="-"',
    Stream(Format.INCREMENTAL_0_2, EVENTS): b"text/event-stream; charset=utf-8; incrementalSpec=v0.2",
    Stream(Format.WHOLE, EVENTS): b"text/event-stream; charset=utf-8",
}


@pytest.mark.parametrize(("stream", "content_type"), HEADERS.items())
async def test_the_format_is_said_and_nothing_is_stored_or_held_back(stream: Stream, content_type: bytes) -> None:
    start, *_ = await sent(stream, FIRST, LAST)
    assert dict(start["headers"]) == {
        b"content-type": content_type,
        b"cache-control": b"no-store",
        b"x-accel-buffering": b"no",
    }
    status, headers, _ = whole(stream, b"{}")
    assert (status, dict(headers)[b"content-type"]) == (200, content_type)


async def test_the_older_format_is_translated_and_says_nothing_where_there_is_nothing_to_say() -> None:
    announced: Part = {"pending": [{"id": "1", "path": []}], "hasNext": True}
    messages = await sent(Stream(Format.DEFER_2022, MULTIPART), FIRST, announced, SECOND, LAST)
    assert len(messages) == 1 + 3
    assert b'{"data":{"a":"Zo\xc3\xab"},"hasNext":true}' in messages[1]["body"]
    assert b'"path":[]' in messages[2]["body"]
    assert b"pending" not in b"".join(message["body"] for message in messages[1:])


async def test_two_deliveries_in_the_older_format_do_not_know_of_each_other() -> None:
    stream = Stream(Format.DEFER_2022, MULTIPART)
    assert await sent(stream, FIRST, SECOND, LAST) == await sent(stream, FIRST, SECOND, LAST)


async def test_where_there_is_no_first_part_nothing_is_sent() -> None:
    async def failing() -> AsyncIterator[Part]:
        raise LookupError
        yield {}

    sender = Sender()
    with pytest.raises(LookupError):
        await deliver(Stream(Format.INCREMENTAL_0_2, MULTIPART), failing(), sender.send)
    assert sender.sent == []


WHOLE = {
    Stream(Format.WHOLE, EVENTS): b'event: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n',
    Stream(Format.WHOLE, MULTIPART): b"\r\n---" + HEAD + b'{"data":{"a":1}}\r\n-----\r\n',
    Stream(Format.DEFER_2022, MULTIPART): b"\r\n---" + HEAD + b'{"data":{"a":1},"hasNext":false}\r\n-----\r\n',
}


@pytest.mark.parametrize(("stream", "body"), WHOLE.items())
def test_one_answer_may_be_the_only_part(stream: Stream, body: bytes) -> None:
    response = whole(stream, b'{"data":{"a":1}}')
    assert response.body == body
    assert dict(response.headers)[b"content-length"] == str(len(body)).encode()
