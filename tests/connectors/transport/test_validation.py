import httpx
import pytest

from connectors.transport.call import Call, Priority, call_of
from connectors.transport.snapshot import Snapshot
from connectors.transport.validation import conditional, confirms, in_background, renewed
from tests.connectors.transport.vendor_wire import read

THEN = "Sun, 22 Nov 2026 12:00:00 GMT"
NOW = "Sun, 22 Nov 2026 13:00:00 GMT"
Headers = dict[str, str]


def kept(headers: Headers) -> Snapshot:
    return Snapshot.of(httpx.Response(200, headers=headers, content=b"kept"))


def not_modified(headers: Headers | None = None) -> httpx.Response:
    return httpx.Response(304, headers=headers)


def test_a_validator_is_asked_about_in_a_request_that_is_otherwise_the_same() -> None:
    call = Call(credential="a", repeatable=True)
    original = read(headers={"Accept": "a", "Authorization": "Bearer s"}, call=call)
    asked = conditional(original, kept({"ETag": 'W/"1"', "Last-Modified": THEN}))
    assert (asked.headers["if-none-match"], asked.headers["if-modified-since"]) == ('W/"1"', THEN)
    assert original.headers.items() <= asked.headers.items()
    assert (asked.method, asked.url, asked.content, call_of(asked)) == ("GET", original.url, b"", call)
    assert "if-none-match" not in original.headers


def test_without_a_validator_or_for_a_post_nothing_is_asked_about() -> None:
    assert conditional(read(), kept({})).headers == read().headers
    post = read(method="POST", content=b"{}")
    assert conditional(post, kept({"ETag": '"1"'})) is post


def test_a_request_in_the_background_leaves_the_callers_own_as_it_was() -> None:
    original = read(method="POST", content=b"{}")
    later = in_background(original, Call(credential="a", priority=Priority.BACKGROUND))
    assert (call_of(original).priority, call_of(later).priority) == (Priority.INTERACTIVE, Priority.BACKGROUND)
    assert (later.content, later.headers) == (b"{}", original.headers)


@pytest.mark.parametrize(
    ("mine", "theirs", "confirmed"),
    [
        ({"ETag": '"1"'}, {"ETag": '"1"'}, True),
        ({"ETag": '"1"'}, {"ETag": 'W/"1"'}, True),
        ({"ETag": '"1"'}, {"ETag": '"2"'}, False),
        ({"ETag": '"1"'}, {}, True),
        ({}, {"ETag": '"2"'}, False),
        ({"Last-Modified": THEN}, {"Last-Modified": THEN}, True),
        ({"Last-Modified": THEN}, {"Last-Modified": NOW}, False),
        ({"ETag": '"1"', "Last-Modified": THEN}, {"ETag": '"1"', "Last-Modified": NOW}, True),
    ],
)
def test_a_304_confirms_what_has_its_validator(mine: Headers, theirs: Headers, confirmed: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert confirms(not_modified(theirs), kept(mine)) is confirmed


def test_the_headers_of_a_304_take_the_place_of_those_of_the_same_names() -> None:
    old = kept({"Date": THEN, "Cache-Control": "max-age=1", "X": "1", "Content-Type": "text/csv", "Age": "9"})
    new = renewed(old, not_modified({"Date": NOW, "cache-control": "max-age=2", "Y": "2"}))
    response = new.response(read())
    assert response.headers.multi_items() == [
        ("x", "1"),
        ("content-type", "text/csv"),
        ("date", NOW),
        ("cache-control", "max-age=2"),
        ("y", "2"),
        ("content-length", "4"),
    ]
    assert response.content == b"kept"


def test_a_304_says_nothing_of_the_content_or_the_connection() -> None:
    answer = not_modified({"Content-Length": "0", "Content-Encoding": "br", "Connection": "close", "Upgrade": "h2c"})
    assert renewed(kept({"X": "1"}), answer).headers == kept({"X": "1"}).headers


def test_a_304_without_a_date_was_made_when_it_came() -> None:
    assert renewed(kept({"Date": THEN, "Age": "9"}), not_modified()).headers == ()
