import httpx
import pytest

from connectors.transport.call import Call
from connectors.transport.lifespan import Lifespan
from connectors.transport.storing import answerable, fits, may_keep, selecting
from tests.connectors.transport.vendor_wire import read

FRESH = Lifespan(at=0, age=0, lifetime=60)
USELESS = Lifespan(at=0, age=0, lifetime=0)
ROUTE = Call(credential="a", repeatable=True, fresh=60)
TAG = {"ETag": '"1"'}


def kept(status: int = 200, headers: dict[str, str] | None = None, lasting: Lifespan = FRESH) -> bool:
    return may_keep(status, httpx.Headers(headers), lasting)


@pytest.mark.parametrize("status", [200, 203, 204])
def test_whole_answers_are_kept(status: int) -> None:
    assert kept(status)


@pytest.mark.parametrize(
    "status", [201, 202, 206, 207, 301, 302, 304, 400, 401, 403, 404, 410, 429, 500, 501, 502, 503, 504]
)
def test_errors_parts_redirects_and_changes_never_are_whatever_their_headers_say(status: int) -> None:
    assert not kept(status, {"Cache-Control": "public, max-age=60"} | TAG)


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=60, No-Store"},
        {"Vary": "*"},
        {"Vary": "Accept, *"},
    ],
)
def test_what_the_service_forbids_to_keep_is_not_kept(headers: dict[str, str]) -> None:
    assert not kept(headers=headers | TAG)


def test_what_is_kept_against_its_services_word_is_kept_though_it_says_no_store() -> None:
    ours = Lifespan(at=0, age=0, lifetime=60, ours_alone=True)
    assert kept(headers={"Cache-Control": "no-cache, no-store"}, lasting=ours)
    assert not kept(headers={"Vary": "*"}, lasting=ours), "which no key could tell apart"
    assert not kept(503, lasting=ours)


def test_private_answers_are_kept_since_nobody_else_is_shown_them() -> None:
    assert kept(headers={"Cache-Control": "private"})


def test_what_can_never_be_shown_is_kept_only_to_be_confirmed() -> None:
    assert not kept(lasting=USELESS)
    assert kept(headers=TAG, lasting=USELESS)
    assert kept(headers={"Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT"}, lasting=USELESS)


@pytest.mark.parametrize(
    ("request_", "may"),
    [
        (read(), True),
        (read(headers={"Cache-Control": "no-cache"}), True),
        (read(headers={"Cache-Control": "no-store"}), False),
        (read(headers={"Range": "bytes=0-1"}), False),
        (read(headers={"If-None-Match": '"1"'}), False),
        (read(headers={"If-Modified-Since": "Sun, 22 Nov 2026 12:00:00 GMT"}), False),
        (read(method="HEAD"), False),
        (read(method="POST"), False),
        (read(method="POST", call=ROUTE), True),
    ],
)
def test_whole_gets_and_posts_with_a_lifetime_are_answered_from_what_was_kept(
    request_: httpx.Request,
    may: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert answerable(request_) is may


def test_what_vary_names_beyond_the_key_has_to_be_the_same() -> None:
    answered = httpx.Headers([("Vary", "Accept, User-Agent"), ("Vary", "X-Request-Id")])
    selected = selecting(read(headers={"User-Agent": "one", "Accept": "a"}), answered)
    assert selected == (("user-agent", "one"), ("x-request-id", None))
    assert fits(selected, read(headers={"User-Agent": "one"}))
    assert not fits(selected, read(headers={"User-Agent": "two"}))
    assert not fits(selected, read(headers={"User-Agent": "one", "X-Request-Id": "1"}))


def test_a_renewed_secret_of_the_same_credential_still_selects_the_answer() -> None:
    old, new = ({"Authorization": f"Bearer {secret}"} for secret in ("old", "new"))
    selected = selecting(read(headers=old), httpx.Headers({"Vary": "Authorization"}))
    assert fits(selected, read(headers=new))
    assert "old" not in repr(selected)
