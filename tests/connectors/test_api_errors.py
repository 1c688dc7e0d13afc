"""What goes wrong with a call, and the one error that it becomes."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from connectors.domain.errors import (
    ConnectorError,
    Malformed,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.service import Service
from connectors.transport.stats import State
from tests.connectors.subject import Subject, Thing
from tests.connectors.support import Chunks, answering


def raising(error: type[httpx.TransportError]) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error("detail that nobody should see", request=request)

    return httpx.MockTransport(handle)


def streaming(body: Chunks, headers: dict[str, str] | None = None) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))


@pytest.mark.parametrize(
    ("wire", "kind", "words"),
    [
        (raising(httpx.ConnectError), Unavailable, "JIRA cannot be reached (no connection)"),
        (raising(httpx.ReadError), Unavailable, "JIRA cannot be reached (the connection broke off)"),
        (raising(httpx.RemoteProtocolError), Unavailable, "JIRA cannot be reached (the connection broke off)"),
        (raising(httpx.PoolTimeout), TimedOut, "JIRA did not answer within 5 s"),
        (raising(httpx.ConnectTimeout), TimedOut, "JIRA did not answer within 5 s"),
        (
            streaming(Chunks(b'{"id": ', broken=httpx.ReadError("reset"))),
            Unavailable,
            "JIRA cannot be reached (the connection broke off)",
        ),
        (streaming(Chunks(b"{}", broken=httpx.ReadTimeout("slow"))), TimedOut, "JIRA did not answer within 5 s"),
        (answering(500), Unavailable, "JIRA answered 500"),
        (answering(503, b'{"why": "secret internals"}'), Unavailable, "JIRA answered 503"),
        (answering(401, b'{"why": "key k-1"}'), Unauthorized, "JIRA does not accept our credentials (401)"),
        (answering(403), Unauthorized, "JIRA does not accept our credentials (403)"),
    ],
)
async def test_a_service_that_fails_has_one_kind_and_no_detail(
    wire: httpx.AsyncBaseTransport, kind: type[ConnectorError], words: str
) -> None:
    subject = Subject(wire)
    with pytest.raises(kind) as failure:
        await subject.thing()
    assert str(failure.value) == words
    assert failure.value.service is Service.JIRA
    assert subject.figures == (1, 1, State.DOWN)
    assert subject.stats.last_error == words


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"<html>Bad gateway</html>", "$"),
        (b"{", "$"),
        (b"null", "$"),
        (b"[]", "$"),
        (b"{}", "$"),
        (b'{"id": 5, "size": 3}', "$.id"),
        (b'{"id": "t1", "size": "3"}', "$.size"),
        (b'{"id": "t1", "size": 1e400}', "$.size"),
        (b'{"id": "\xff\xfe", "size": 3}', "$"),
        (b'{"id": "t1", "size": 3, "other": ' + b"[" * 100_000, "$"),
    ],
)
async def test_a_body_that_does_not_fit_is_malformed_and_says_where(body: bytes, path: str) -> None:
    subject = Subject(answering(200, body))
    with pytest.raises(Malformed) as failure:
        await subject.thing()
    assert failure.value.path == path
    assert f"at {path}: " in str(failure.value)
    assert subject.figures == (1, 1, State.DOWN)


async def test_a_misfit_deep_in_a_list_is_named_by_its_place() -> None:
    subject = Subject(answering(200, b'{"things": [{"id": "a", "size": 1}, {"id": "b"}]}'))
    with pytest.raises(Malformed) as failure:
        await subject.api.get("/things", into=dict[str, list[Thing]])
    assert failure.value.path == "$[...][1]"


async def test_a_body_that_is_not_encoded_as_its_headers_say_is_malformed() -> None:
    subject = Subject(streaming(Chunks(b"never zipped"), {"Content-Encoding": "gzip"}))
    with pytest.raises(Malformed, match="not encoded as its headers say"):
        await subject.thing()
    assert subject.figures == (1, 1, State.DOWN)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    subject = Subject(answering(status, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(Unavailable, match=f"JIRA answered {status}"):
        await subject.thing()
    assert len(subject.wire.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
async def test_a_refusal_has_the_status_and_the_vendors_words_and_the_service_is_well(status: int) -> None:
    subject = Subject(answering(status, b'{"why": "no such thing"}'))
    with pytest.raises(Rejected) as refusal:
        await subject.thing()
    assert refusal.value.status == status
    assert str(refusal.value) == f"JIRA answered {status}: no such thing"
    assert subject.figures == (1, 1, State.UP), "an error for whoever asked, and no sign of trouble"


async def test_a_refusal_speaks_for_a_service_that_failed_before() -> None:
    statuses = iter([500, 404, 400])
    subject = Subject(httpx.MockTransport(lambda _: httpx.Response(next(statuses))))
    for kind in (Unavailable, Rejected, Rejected):
        with pytest.raises(kind):
            await subject.thing()
    assert subject.figures == (3, 3, State.DEGRADED), "one call of three failed, which is less than half"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"why": null}', b'{"why": "\xff"}', b'{"a":' + b"[" * 99_999]
)
async def test_a_refusal_without_readable_words_has_those_of_http(body: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        await Subject(answering(409, body)).thing()
    assert str(refusal.value) == "JIRA answered 409: Conflict"


@pytest.mark.parametrize(
    ("secrets", "shown"),
    [
        (["k-123"], "JIRA answered 400: no … here, nor …456"),
        (["k-123", "k-123456"], "JIRA answered 400: no … here, nor …"),
        (["k-123456", "", "k-123"], "JIRA answered 400: no … here, nor …"),
        ([], "JIRA answered 400: no k-123 here, nor k-123456"),
    ],
)
async def test_secrets_are_never_shown(secrets: list[str], shown: str) -> None:
    subject = Subject(answering(400, b'{"why": "no k-123 here, nor k-123456"}'), secrets=secrets)
    with pytest.raises(Rejected) as refusal:
        await subject.thing()
    assert str(refusal.value) == shown


async def test_secrets_in_an_unexpected_value_are_not_shown_either() -> None:
    subject = Subject(answering(200, b'{"id": "t1", "size": 3, "colour": "k-123"}'), secrets=["k-123"])
    with pytest.raises(Malformed) as failure:
        await subject.thing()
    assert failure.value.path == "$.colour"
    assert "k-123" not in str(failure.value)


@pytest.mark.parametrize(
    ("headers", "seconds"), [({}, None), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "soon"}, None)]
)
async def test_too_many_requests_say_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    subject = Subject(answering(429, headers=headers))
    with pytest.raises(RateLimited) as failure:
        await subject.thing()
    assert failure.value.retry_after == seconds
    assert subject.figures == (1, 1, State.DOWN)


async def test_too_many_requests_may_name_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    with pytest.raises(RateLimited) as failure:
        await Subject(answering(429, headers={"Retry-After": date})).thing()
    assert failure.value.retry_after == pytest.approx(600, abs=30)


async def test_a_bug_stays_loud() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Subject(httpx.MockTransport(broken)).thing()
