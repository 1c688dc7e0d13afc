import pytest

from gateway.http import csrf
from gateway.http.refusal import Refused

SIMPLE = [
    "text/plain",
    "TEXT/PLAIN; charset=utf-8",
    " multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
]


@pytest.mark.parametrize("content_type", SIMPLE)
def test_what_a_page_can_send_unasked_may_be_forged(content_type: str) -> None:
    with pytest.raises(Refused, match="GraphQL-Require-Preflight") as refused:
        csrf.check({b"content-type": content_type.encode()})
    assert (refused.value.status, refused.value.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "header", [b"x-apollo-operation-name", b"apollo-require-preflight", b"graphql-require-preflight"]
)
@pytest.mark.parametrize("content_type", SIMPLE)
def test_what_a_page_has_to_ask_for_is_not(content_type: str, header: bytes) -> None:
    csrf.check({b"content-type": content_type.encode(), header: b""})


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/html", None])
def test_other_types_make_a_browser_ask_or_are_no_body(content_type: str | None) -> None:
    csrf.check({b"content-type": content_type.encode()} if content_type else {})
