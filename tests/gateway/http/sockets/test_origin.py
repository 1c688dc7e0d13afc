"""Whose pages may open a socket."""

import pytest
from websockets.exceptions import InvalidStatus

from gateway.http.sockets.origin import same_or
from tests.gateway.http.sockets.world import listening, unbegun


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "api.example.com", True),
        ("https://api.example.com", "api.example.com", True),
        ("https://API.example.com:443", "api.example.com", True),
        ("http://api.example.com", "api.example.com", True),
        ("http://api.example.com:8000", "api.example.com:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://api.example.com:8001", "api.example.com:8000", False),
        ("https://api.example.com.evil.example", "api.example.com", False),
        ("https://evil.example", "api.example.com", False),
        ("http://localhost:3000", "api.example.com", False),
        ("null", "api.example.com", False),
        ("", "api.example.com", False),
        ("file://", "api.example.com", False),
        ("https://api.example.com:bad", "api.example.com", False),
        ("https://api.example.com", "", False),
    ],
)
def test_our_own_pages_may_open_a_socket_and_nobody_elses(origin: str | None, host: str, *, allowed: bool) -> None:
    given = {b"host": host.encode()} | ({} if origin is None else {b"origin": origin.encode()})
    assert same_or()(given) is allowed


def test_others_may_where_they_are_named_with_their_scheme() -> None:
    allows = same_or(["https://app.example.com"])
    host = {b"host": b"api.example.com"}
    assert allows(host | {b"origin": b"https://app.example.com"})
    assert not allows(host | {b"origin": b"http://app.example.com"})


@pytest.mark.parametrize("origin", [b"http://localhost:3000", b"http://127.0.0.1:5173", b"https://[::1]"])
def test_this_machines_pages_may_where_that_is_said(origin: bytes) -> None:
    assert same_or(loopback=True)({b"host": b"localhost:8000", b"origin": origin})
    assert not same_or(loopback=True)({b"host": b"localhost:8000", b"origin": b"https://evil.example"})


async def test_a_page_of_another_site_is_refused_before_the_handshake_with_a_reason() -> None:
    async with listening() as url:
        with pytest.raises(InvalidStatus) as refused:
            async with unbegun(url, headers={"Origin": "https://evil.example"}):
                pass
    response = refused.value.response
    assert response.status_code == 403
    assert b'"code":"FORBIDDEN"' in (response.body or b"")


async def test_a_page_of_ours_is_let_in() -> None:
    async with listening() as url:
        ours = url.replace("ws://", "http://").removesuffix("/graphql")
        async with unbegun(url, headers={"Origin": ours}):
            pass
