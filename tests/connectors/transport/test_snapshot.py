import gzip

import httpx
import pytest

from connectors.transport.snapshot import DECODED, Snapshot
from tests.connectors.transport.vendor_wire import read


def test_each_holder_gets_a_response_of_its_own_over_the_same_bytes() -> None:
    original = httpx.Response(200, content=b"body", headers={"X": "1"}, extensions={"reason_phrase": b"Fine"})
    snapshot = Snapshot.of(original)
    mine, yours = snapshot.response(read()), snapshot.response(read())
    mine.headers["X"] = "2"
    mine.extensions["mine"] = True
    assert (yours.headers["X"], "mine" in yours.extensions, yours.reason_phrase) == ("1", False, "Fine")
    assert mine.extensions[DECODED] is yours.extensions[DECODED] == {}
    assert mine.content is yours.content is original.content
    assert mine.is_closed


def test_a_response_is_the_answer_to_the_callers_own_request() -> None:
    request = read()
    assert Snapshot.of(httpx.Response(200)).response(request).request is request


def test_repeated_headers_stay_apart_and_in_order() -> None:
    pairs = [("Link", "<a>"), ("X", "1"), ("Link", "<b>")]
    again = Snapshot.of(httpx.Response(204, headers=pairs)).response(read(), (b"Age", b"3"))
    assert again.headers.multi_items() == [*((name.lower(), value) for name, value in pairs), ("age", "3")]


async def test_content_that_is_decoded_is_not_decoded_again() -> None:
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    response = httpx.Response(200, headers=headers, stream=httpx.ByteStream(gzip.compress(b"plain")))
    await response.aread()
    again = Snapshot.of(response).response(read())
    assert again.content == b"plain"
    assert (again.headers.get("content-encoding"), again.headers["content-length"]) == (None, "5")


def test_an_answer_to_head_keeps_the_length_that_it_tells() -> None:
    answer = httpx.Response(200, headers={"Content-Length": "7000"}, content=b"")
    assert Snapshot.of(answer).response(read(method="HEAD")).headers["content-length"] == "7000"


def test_an_answer_that_was_not_read_is_refused() -> None:
    with pytest.raises(httpx.ResponseNotRead):
        Snapshot.of(httpx.Response(200, stream=httpx.ByteStream(b"unread")))


def test_headers_can_be_left_out() -> None:
    snapshot = Snapshot(200, ((b"Age", b"1"), (b"X", b"2"), (b"AGE", b"3")), b"")
    assert snapshot.without(frozenset({b"age"})).headers == ((b"X", b"2"),)
