from collections.abc import Callable
from contextlib import suppress

import aiohttp
import httpx
import pytest

from connectors.domain.errors import ConnectorError, Malformed, Overloaded, RateLimited, Rejected, TimedOut, Unavailable
from connectors.domain.service import Service
from connectors.transport import fate
from connectors.transport.call import Call, attach
from connectors.transport.fate import Fate, followed
from connectors.transport.stats import ServiceStats
from connectors.transport.trace import Sent, Trace
from tests.acceptance.faults import serving
from tests.connectors.transport.wire_peer import HANG_UP, Peer, reply, wire_to

STRIPE = Service.STRIPE
TIMED_OUT = TimedOut(STRIPE, "late")
DROPPED = Unavailable(STRIPE, "dropped")
REJECTED = Rejected(STRIPE, 400, "no")
FAILURES = [TIMED_OUT, DROPPED, REJECTED, RateLimited(STRIPE), Overloaded(STRIPE), Malformed(STRIPE, "$", "odd")]
Answer = int | Exception


def caused(error: ConnectorError, cause: Exception) -> ConnectorError:
    error.__cause__ = cause
    return error


async def after(*answers: tuple[str, str, Answer], resumed: bool = False) -> Fate:
    """What is known once requests were answered so."""
    left = iter(answers)
    vendor = transport(lambda _: given(next(left)[2]))
    with followed(resumed=resumed) as following:
        for method, path, _ in answers:
            with suppress(ConnectorError, httpx.TransportError):
                await vendor.handle_async_request(httpx.Request(method, f"https://vendor.example{path}"))
    return following


def given(answer: Answer) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return httpx.Response(answer)


def transport(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncBaseTransport:
    stats = ServiceStats(STRIPE)
    return Trace(Sent(httpx.MockTransport(answer), stats), stats)


@pytest.mark.parametrize("answer", [TIMED_OUT, DROPPED, 500, 503, httpx.ReadError("gone")])
@pytest.mark.parametrize("error", FAILURES)
async def test_a_write_that_was_not_answered_may_have_been_carried_out(answer: Answer, error: ConnectorError) -> None:
    assert (await after(("POST", "/refunds", answer))).unknown_after(error)


@pytest.mark.parametrize("error", [TIMED_OUT, DROPPED, REJECTED])
@pytest.mark.parametrize(
    "cause",
    [
        httpx.ConnectError("refused"),
        aiohttp.ConnectionTimeoutError(),
    ],
)
async def test_without_a_connection_nothing_was_carried_out(error: ConnectorError, cause: Exception) -> None:
    failed = caused(Unavailable(STRIPE, "no connection"), cause)
    assert not (await after(("POST", "/refunds", failed))).unknown_after(error)


async def test_a_repetition_that_found_no_connection_says_nothing_of_the_first_attempt() -> None:
    refused = caused(Unavailable(STRIPE, "no connection"), httpx.ConnectError("refused"))
    assert (await after(("POST", "/refunds", TIMED_OUT), ("POST", "/refunds", refused))).unknown_after(refused)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 429])
async def test_a_write_that_was_refused_was_not_carried_out(status: int) -> None:
    known = await after(("POST", "/refunds", status))
    assert not any(known.unknown_after(error) for error in FAILURES)


async def test_a_refusal_in_the_body_of_a_success_is_one() -> None:
    known = await after(("POST", "/chat.postMessage", 200))
    assert not known.unknown_after(REJECTED)
    assert known.unknown_after(Malformed(STRIPE, "$", "odd"))


@pytest.mark.parametrize("error", FAILURES)
async def test_what_fails_after_the_write_leaves_it_done(error: ConnectorError) -> None:
    assert (await after(("POST", "/issue", 201), ("GET", "/issue/1", 500))).unknown_after(error)


@pytest.mark.parametrize("error", FAILURES)
async def test_what_fails_before_the_write_leaves_it_undone(error: ConnectorError) -> None:
    assert not (await after(("GET", "/charges/1", TIMED_OUT))).unknown_after(error)


async def test_only_the_last_thing_that_is_written_matters() -> None:
    assert not (await after(("POST", "/contacts", 201), ("POST", "/conversations", 422))).unknown_after(REJECTED)
    assert (await after(("POST", "/contacts", 201), ("POST", "/conversations", 503))).unknown_after(DROPPED)


async def test_of_a_transport_that_tells_nothing_a_timeout_leaves_it_open() -> None:
    assert [Fate().unknown_after(error) for error in FAILURES] == [True, False, False, False, False, False]


@pytest.mark.parametrize("error", FAILURES)
async def test_what_was_not_even_sent_again_may_have_been_done_the_first_time(error: ConnectorError) -> None:
    assert (await after(resumed=True)).unknown_after(error) is not isinstance(error, Rejected)
    assert (await after(("GET", "/charges/1", 404), resumed=True)).unknown_after(error)


@pytest.mark.parametrize("status", [401, 403, 409, 429])
async def test_a_repetition_that_was_not_let_in_says_nothing_of_the_first_attempt(status: int) -> None:
    known = await after(("POST", "/refunds", status), resumed=True)
    assert all(known.unknown_after(error) for error in FAILURES)


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_service_that_refuses_the_key_has_not_done_it_the_first_time_either(status: int) -> None:
    assert not (await after(("POST", "/refunds", status), resumed=True)).unknown_after(REJECTED)


async def test_outside_of_a_write_nothing_is_followed() -> None:
    assert fate.current() is None
    with followed() as following:
        assert fate.current() is following
    assert fate.current() is None
    answer = await transport(lambda _: given(200)).handle_async_request(httpx.Request("POST", "https://vendor.example"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "last", "unknown"),
    [
        ("POST", b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", True),
        ("POST", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", True),
        ("POST", HANG_UP, True),
        ("GET", b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", False),
    ],
)
async def test_what_the_wire_has_sent_twice_may_have_been_carried_out_the_first_time(
    method: str,
    last: bytes,
    unknown: bool,  # noqa: FBT001 - of a case
) -> None:
    """A connection that was used before breaks off as a write is sent on it."""
    peer = Peer(reply(), HANG_UP, last)
    async with serving(peer.treat) as url, wire_to(url) as line:
        await line.send()
        sent = Sent(line.wire, ServiceStats(STRIPE))
        request = attach(httpx.Request(method, url, headers={"Idempotency-Key": "once"}), Call(repeatable=True))
        with followed() as following, suppress(ConnectorError):
            await sent.handle_async_request(request)
    assert len(peer.requests) == 3
    assert following.unknown_after(RateLimited(STRIPE)) == unknown
