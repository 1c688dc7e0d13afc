"""What goes over the wire instead of an imitation's answer."""

import gzip
from itertools import islice

import httpx
import msgspec
import pytest

from connectors.faults.answers import BOMB, DRIP_PAUSE, Answer, Ending, answer, bomb
from connectors.faults.fault import Fault, Kind
from connectors.sandbox import reply

BODY = {"id": "a", "amount": 5, "paid": True, "note": None, "lines": [{"tax": 1.5}], "tags": [], "extra": {}}


def struck(kind: Kind | None, given: httpx.Response | None = None, **more: int) -> Answer:
    fault = Fault(kind=kind, **more)
    return answer(fault, (given or reply(BODY, 201, {"X-Left": "5"})) if fault.asks else None)


def content(given: Answer) -> bytes:
    return b"".join(given.pieces)


def header(given: Answer, name: bytes) -> bytes | None:
    return dict(given.headers).get(name)


def test_a_status_is_told_with_the_reason_and_the_wait() -> None:
    given = struck(Kind.STATUS, status=429, retry_after=7)
    assert (given.status, header(given, b"retry-after"), given.ending) == (429, b"7", Ending.WHOLE)
    assert msgspec.json.decode(content(given)) == {"error": "A fault on demand: status=429,retry-after=7"}
    assert header(struck(Kind.STATUS), b"retry-after") is None


@pytest.mark.parametrize(
    ("kind", "ending"), [(Kind.RESET, Ending.RESET), (Kind.RESET_AFTER, Ending.RESET), (Kind.HANG, Ending.NEVER)]
)
def test_a_reset_and_a_hang_have_nothing_to_say(kind: Kind, ending: Ending) -> None:
    given = struck(kind)
    assert (given.status, content(given), given.ending) == (None, b"", ending)


def test_garbage_is_no_http() -> None:
    given = struck(Kind.GARBAGE)
    assert given.status is None
    assert not content(given).startswith(b"HTTP/")
    assert given.ending is Ending.CUT


def test_late_answers_are_the_imitation_s_own() -> None:
    given = struck(None, latency=2)
    assert (given.status, header(given, b"x-left"), given.ending) == (201, b"5", Ending.WHOLE)
    assert msgspec.json.decode(content(given)) == BODY


def test_a_drip_is_the_whole_answer_a_byte_at_a_time() -> None:
    given = struck(Kind.DRIP)
    pieces = list(given.pieces)
    assert {len(piece) for piece in pieces} == {1}
    assert msgspec.json.decode(b"".join(pieces)) == BODY
    assert (given.pause, header(given, b"content-length")) == (DRIP_PAUSE, str(len(pieces)).encode())


@pytest.mark.parametrize("whole", [msgspec.json.encode(BODY), b"x", b""])
def test_a_truncated_answer_is_shorter_than_it_says(whole: bytes) -> None:
    given = struck(Kind.TRUNCATE, httpx.Response(200, content=whole))
    sent = content(given)
    assert whole.startswith(sent)
    assert len(sent) < int(header(given, b"content-length") or 0)
    assert given.ending is Ending.CUT


def test_values_of_the_wrong_type_stand_under_the_right_names() -> None:
    assert msgspec.json.decode(content(struck(Kind.WRONG_TYPE))) == {
        "id": 0,
        "amount": "unexpected",
        "paid": "unexpected",
        "note": 0,
        "lines": [{"tax": "unexpected"}],
        "tags": "unexpected",
        "extra": 0,
    }


def test_a_wrong_shape_is_a_list_for_an_object_and_an_object_for_a_list() -> None:
    assert msgspec.json.decode(content(struck(Kind.WRONG_SHAPE))) == [BODY]
    assert msgspec.json.decode(content(struck(Kind.WRONG_SHAPE, reply([1])))) == {"items": [1]}


@pytest.mark.parametrize("kind", [Kind.WRONG_SHAPE, Kind.WRONG_TYPE])
def test_what_is_no_json_has_no_types_to_be_wrong(kind: Kind) -> None:
    assert content(struck(kind, httpx.Response(200, content=b"plain text"))) == b"plain text"


def test_html_and_emptiness_come_with_a_good_status() -> None:
    page, nothing = struck(Kind.HTML), struck(Kind.EMPTY)
    assert (page.status, nothing.status) == (200, 200)
    assert content(page).startswith(b"<!doctype html>")
    assert header(page, b"content-type") == b"text/html; charset=utf-8"
    assert content(nothing) == b""


def test_a_bomb_is_small_and_holds_much() -> None:
    assert len(bomb()) < BOMB // 900
    given = struck(Kind.BOMB)
    assert header(given, b"content-encoding") == b"gzip"
    assert header(given, b"content-length") == str(len(bomb())).encode()
    assert len(gzip.decompress(content(given))) == BOMB  # and its checksum is right


def test_an_endless_answer_promises_no_length_and_keeps_coming() -> None:
    given = struck(Kind.ENDLESS)
    assert header(given, b"content-length") is None
    assert sum(len(piece) for piece in islice(given.pieces, 500)) > 20 * 2**20


def test_a_redirect_leads_to_a_name_that_nobody_can_own() -> None:
    given = struck(Kind.REDIRECT)
    assert given.status == 307
    assert httpx.URL((header(given, b"location") or b"").decode()).host.endswith(".invalid")


@pytest.mark.parametrize("kind", [None, Kind.DRIP, Kind.TRUNCATE, Kind.WRONG_TYPE, Kind.WRONG_SHAPE])
def test_a_deformed_answer_has_one_length(kind: Kind | None) -> None:
    names = [name for name, _ in struck(kind).headers]
    assert names.count(b"content-length") == 1
    assert names == [name.lower() for name in names]
