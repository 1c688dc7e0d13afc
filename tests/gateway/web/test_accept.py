import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from gateway.web.accept import wants_html

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def accept(*values: str) -> Headers:
    return Headers(raw=[(b"accept", value.encode()) for value in values])


@pytest.mark.parametrize(
    "value",
    [
        CHROMIUM,
        FIREFOX,
        "text/html",
        "TEXT/HTML",
        "text/*",
        "text/html; charset=utf-8",
        "application/json;q=0.5, text/html;q=0.501",
        "text/html;q=0.1, */*;q=0",
        "*/*, application/*;q=0",
        "text/html;Q=1.000 , */*;q=0.9",
    ],
)
def test_a_client_that_likes_pages_better_gets_the_page(value: str) -> None:
    assert wants_html(accept(value))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "*/*",
        "application/json",
        "application/graphql-response+json, application/json;q=0.9",
        "application/json, multipart/mixed",
        "text/html, application/json",
        "text/html;q=0.9, application/json",
        "text/html;q=0.9, application/graphql-response+json",
        "text/html;q=0.9, application/*",
        "text/html;q=0",
        "text/plain",
        "image/*",
    ],
)
def test_a_client_that_likes_json_as_much_or_better_gets_the_api(value: str) -> None:
    assert not wants_html(accept(value))


def test_a_request_that_says_nothing_gets_the_api() -> None:
    assert not wants_html(Headers())


def test_the_more_specific_range_decides_whatever_the_order() -> None:
    assert not wants_html(accept("*/*;q=0.5, text/*, text/html;q=0.1"))
    assert not wants_html(accept("text/html;q=0.1, text/*, */*;q=0.5"))


def test_several_accept_lines_are_one_list() -> None:
    assert wants_html(accept("application/json;q=0.5", "text/html"))
    assert not wants_html(accept("text/html;q=0.5", "application/json"))


@pytest.mark.parametrize(
    "value", ["text/html;q=2", "text/html;q=0.1234", "text/html;q=", "text/html;q=a", "html", "text/"]
)
def test_a_malformed_range_counts_as_not_sent(value: str) -> None:
    assert not wants_html(accept(value))
    assert wants_html(accept(f"{value}, text/html"))


def test_a_range_of_another_kind_of_html_does_not_stand_for_ours() -> None:
    assert not wants_html(accept("text/html;level=1"))


@given(st.text(alphabet='texhml/*;q=.0123456789, "', max_size=60))
def test_no_value_makes_it_fail(value: str) -> None:
    assert wants_html(accept(value)) in {True, False}
