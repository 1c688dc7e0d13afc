import time

import pytest

from gateway.http import fields
from gateway.http.refusal import Refused
from tests.gateway.http.support import http_scope


def test_fields_are_found_by_their_names() -> None:
    assert fields.read(http_scope(headers=[(b"accept", b"*/*")])) == {
        b"content-type": b"application/json",
        b"accept": b"*/*",
    }


def test_a_field_that_is_sent_twice_is_read_as_one() -> None:
    read = fields.read(http_scope(headers=[(b"accept", b"text/html"), (b"x", b"1"), (b"accept", b"*/*;q=0.1")]))
    assert read[b"accept"] == b"text/html, */*;q=0.1"
    assert read[b"x"] == b"1"


def test_many_lines_of_one_field_cost_no_more_than_their_number() -> None:
    sent = [(b"x", b"12")] * (fields.LIMIT // 3 - 100)
    began = time.process_time()
    assert fields.read(http_scope(headers=sent))[b"x"].count(b",") == len(sent) - 1
    assert time.process_time() - began < 0.05


def test_two_content_types_are_neither() -> None:
    read = fields.read(http_scope(headers=[(b"content-type", b"text/plain")]))
    assert read[b"content-type"] == b"application/json, text/plain"


@pytest.mark.parametrize("sent", [[(b"x", b"x" * fields.LIMIT)], [(b"x" * 10, b"")] * (fields.LIMIT // 10)])
def test_there_is_a_limit_to_names_and_values(sent: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(Refused) as refused:
        fields.read(http_scope(headers=sent))
    assert (refused.value.status, refused.value.code) == (431, "HEADERS_TOO_LARGE")


def test_what_is_just_within_the_limits_is_read() -> None:
    size = fields.LIMIT - len("content-typeapplication/jsonx")
    scope = http_scope(headers=[(b"x", b"x" * size)], query_string=b"x" * fields.LIMIT)
    assert len(fields.read(scope)[b"x"]) == size


def test_there_is_a_limit_to_the_query_string() -> None:
    with pytest.raises(Refused, match="send it by POST") as refused:
        fields.read(http_scope(query_string=b"x" * (fields.LIMIT + 1)))
    assert (refused.value.status, refused.value.code) == (414, "URI_TOO_LONG")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(b"2.5", 2.5), (b" 3 ", 3.0), (b"0", None), (b"-1", None), (b"nan", None), (b"soon", None), (b"", None)],
)
def test_a_time_is_a_number_above_zero(value: bytes, seconds: float | None) -> None:
    assert fields.seconds_allowed({b"x-request-timeout": value}) == seconds


def test_no_time_is_no_limit() -> None:
    assert fields.seconds_allowed({}) is None
