import pytest
from starlette.requests import ClientDisconnect

from gateway.http import body
from gateway.http.fields import Fields
from gateway.http.refusal import Refused
from tests.gateway.http.support import Sender

JSON: Fields = {b"content-type": b"application/json"}


async def test_a_body_that_arrives_at_once_is_read_at_once() -> None:
    sender = Sender(b'{"query": "{ a }"}')
    assert await body.read(JSON, sender.receive) == b'{"query": "{ a }"}'
    assert sender.received == 1


async def test_a_body_in_parts_is_put_together() -> None:
    sender = Sender(b'{"query"', b': "{ a', b"", b' }"}')
    assert await body.read(JSON, sender.receive) == b'{"query": "{ a }"}'


async def test_a_message_without_a_body_is_an_empty_one() -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    assert await body.read(JSON, receive) == b""


@pytest.mark.parametrize("length", [b"1000001", b"9" * 5000])
async def test_a_length_over_the_limit_is_refused_before_anything_is_read(length: bytes) -> None:
    sender = Sender(b"{}")
    with pytest.raises(Refused) as refused:
        await body.read(JSON | {b"content-length": length}, sender.receive)
    assert (refused.value.status, refused.value.code, sender.received) == (413, "CONTENT_TOO_LARGE", 0)
    assert (b"connection", b"close") in refused.value.headers


async def test_a_body_that_turns_out_to_be_too_large_is_not_read_on() -> None:
    sender = Sender(*[b"x" * 400_000] * 5)
    with pytest.raises(Refused) as refused:
        await body.read(JSON, sender.receive)
    assert (refused.value.status, sender.received) == (413, 3)


async def test_one_part_can_be_too_large_by_itself() -> None:
    with pytest.raises(Refused, match="larger than 1,000,000 bytes"):
        await body.read(JSON, Sender(b"x" * 1_000_001).receive)


async def test_a_body_of_just_the_limit_is_read() -> None:
    sender = Sender(b"x" * 400_000, b"x" * 600_000)
    read = await body.read(JSON | {b"content-length": b"1000000"}, sender.receive)
    assert len(read) == 1_000_000


@pytest.mark.parametrize("parts", [[], [b"{"], [b"{", b"}"]])
async def test_a_caller_who_goes_is_gone(parts: list[bytes]) -> None:
    with pytest.raises(ClientDisconnect):
        await body.read(JSON, Sender(*parts, complete=False).receive)


@pytest.mark.parametrize("fields", [{}, {b"content-type": b"text/csv"}, JSON | {b"content-encoding": b"gzip"}])
async def test_what_cannot_be_read_is_refused_with_what_can(fields: Fields) -> None:
    sender = Sender(b"{}")
    with pytest.raises(Refused) as refused:
        await body.read(fields, sender.receive)
    assert (refused.value.status, refused.value.code, sender.received) == (415, "UNSUPPORTED_MEDIA_TYPE", 0)
    assert dict(refused.value.headers) == {b"accept-post": b"application/json", b"accept-encoding": b"identity"}


async def test_a_body_as_it_is_may_say_so() -> None:
    assert await body.read(JSON | {b"content-encoding": b"Identity"}, Sender(b"{}").receive) == b"{}"
