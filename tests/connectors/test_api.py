import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import httpx
import msgspec
import pytest

from connectors.api import Api, segment
from connectors.domain.errors import (
    ConnectorError,
    Malformed,
    NotConfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.service import Service
from connectors.transport.stats import ServiceStats, State
from connectors.transport.trace import Trace
from tests.connectors.support import Chunks, Recorder, Silence, answering

BASE = "https://vendor.example/root"


class Thing(msgspec.Struct):
    id: str
    size: int
    colour: Literal["red", "green"] = "red"


class _Error(msgspec.Struct):
    why: str | None


THING = b'{"id": "t1", "size": 3, "unread": [1, {"deep": null}]}'


def why(body: bytes) -> str | None:
    return msgspec.json.decode(body, type=_Error).why


class Subject:
    """An `Api` over `wire`, with all that it can be asked about afterwards."""

    def __init__(
        self,
        wire: httpx.AsyncBaseTransport,
        *,
        timeout: float = 5.0,
        secrets: Sequence[str] = (),
        configured: bool = True,
        base_url: str = BASE,
    ) -> None:
        self.wire = Recorder(wire)
        self.stats = ServiceStats(Service.JIRA)
        self.client = httpx.AsyncClient(base_url=base_url, transport=Trace(self.wire, self.stats))
        self.api = Api(
            Service.JIRA,
            self.client,
            self.stats,
            timeout=timeout,
            error_message=why,
            secrets=secrets,
            configured=configured,
        )

    async def thing(self) -> Thing:
        return await self.api.get("/things/t1", into=Thing)

    @property
    def figures(self) -> tuple[int, int, State]:
        """Calls, errors, state."""
        return self.stats.totals.calls, self.stats.totals.errors, self.stats.state

    @property
    def only_request(self) -> httpx.Request:
        (request,) = self.wire.requests
        return request


def raising(error: type[httpx.TransportError]) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error("detail that nobody should see", request=request)

    return httpx.MockTransport(handle)


def streaming(body: Chunks, headers: dict[str, str] | None = None) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))


async def test_a_body_becomes_the_struct_and_unread_fields_are_no_matter() -> None:
    subject = Subject(answering(200, THING))
    assert await subject.thing() == Thing("t1", 3)
    assert subject.figures == (1, 0, State.UP)
    assert subject.stats.last_error is None


async def test_any_success_status_is_decoded() -> None:
    assert await Subject(answering(201, THING)).thing() == Thing("t1", 3)


async def test_the_path_is_asked_under_the_base_url_with_its_query() -> None:
    subject = Subject(answering(200, THING))
    await subject.api.get("/things", {"limit": 2, "ids": ["a", "b"], "created[lte]": 9, "q": "ä&b"}, into=Thing)
    assert str(subject.only_request.url) == f"{BASE}/things?limit=2&ids=a&ids=b&created%5Blte%5D=9&q=%C3%A4%26b"


async def test_a_name_may_repeat_and_an_empty_query_leaves_no_question_mark() -> None:
    subject = Subject(answering(200, THING))
    await subject.api.get("/things", [("ids[]", 1), ("ids[]", "2"), ("ids[]", 1)], into=Thing)
    await subject.api.get("/things", {}, into=Thing)
    assert [request.url.query for request in subject.wire.requests] == [b"ids%5B%5D=1&ids%5B%5D=2&ids%5B%5D=1", b""]
    assert not str(subject.wire.requests[1].url).endswith("?")


async def test_json_is_posted_as_json() -> None:
    subject = Subject(answering(200, THING))
    await subject.api.post("/things", json={"name": "ä", "none": None}, into=Thing)
    assert subject.only_request.method == "POST"
    assert subject.only_request.headers["content-type"] == "application/json"
    assert subject.only_request.content == '{"name":"ä","none":null}'.encode()


async def test_a_form_is_posted_as_a_form() -> None:
    subject = Subject(answering(200, THING))
    await subject.api.post("/things", form={"a[b]": "1 2"}, into=Thing)
    assert subject.only_request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert subject.only_request.content == b"a%5Bb%5D=1+2"


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


async def test_the_whole_call_has_one_timeout() -> None:
    subject = Subject(Silence(), timeout=0.05)
    with pytest.raises(TimedOut, match=r"did not answer within 0\.05 s"):
        await subject.thing()
    assert subject.figures == (1, 1, State.DOWN)


async def test_a_caller_who_gives_up_is_no_failure_of_the_service() -> None:
    silence = Silence()
    subject = Subject(silence)
    call = asyncio.create_task(subject.thing())
    await silence.asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert subject.figures == (1, 0, State.UP)


async def test_the_callers_own_deadline_stays_the_callers() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await Subject(Silence()).thing()


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
    assert subject.figures == (1, 0, State.UP)


async def test_a_refusal_speaks_for_a_service_that_failed_before() -> None:
    statuses = iter([500, 404, 400])
    subject = Subject(httpx.MockTransport(lambda _: httpx.Response(next(statuses))))
    for kind in (Unavailable, Rejected, Rejected):
        with pytest.raises(kind):
            await subject.thing()
    assert subject.figures == (3, 1, State.DEGRADED)


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


async def test_find_has_none_where_there_is_no_such_thing() -> None:
    subject = Subject(answering(404))
    assert await subject.api.find("/things/t2", into=Thing) is None
    assert subject.figures == (1, 0, State.UP)


async def test_find_has_the_thing_where_there_is_one() -> None:
    assert await Subject(answering(200, THING)).api.find("/things/t1", {"a": 1}, into=Thing) == Thing("t1", 3)


async def test_find_passes_every_other_refusal_on() -> None:
    with pytest.raises(Rejected, match="410"):
        await Subject(answering(410)).api.find("/things/t1", into=Thing)
    with pytest.raises(Unavailable):
        await Subject(answering(500)).api.find("/things/t1", into=Thing)


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.get("/things", into=Thing),
        lambda api: api.find("/things", into=Thing),
        lambda api: api.post("/things", json={}, into=Thing),
        lambda api: api.post("/things", form={}, into=Thing),
        lambda api: api.get("/" + "a" * 70_000, into=Thing),
    ],
)
async def test_what_is_not_configured_sends_nothing_and_counts_nothing(call: Callable[[Api], object]) -> None:
    subject = Subject(answering(200, THING), configured=False)
    awaitable = call(subject.api)
    assert asyncio.iscoroutine(awaitable)
    with pytest.raises(NotConfigured, match="JIRA is not configured"):
        await awaitable
    assert subject.wire.requests == []
    assert subject.figures == (0, 0, State.UP)
    assert subject.stats.last_error is None


async def test_an_id_too_long_for_an_address_is_refused_before_it_is_sent() -> None:
    subject = Subject(answering(200, THING))
    with pytest.raises(Rejected, match="does not fit into an address") as refusal:
        await subject.api.get(f"/things/{segment('a' * 70_000)}", into=Thing)
    assert refusal.value.status == 414
    assert subject.figures == (0, 0, State.UP)


async def test_an_error_inside_a_right_answer_counts_once_as_an_error() -> None:
    subject = Subject(answering(200, THING))
    for _ in range(12):
        await subject.thing()
    await subject.thing()
    with pytest.raises(RateLimited):
        subject.api.fail(RateLimited(Service.JIRA))
    assert subject.figures == (13, 1, State.DEGRADED)
    assert subject.stats.last_error == "JIRA asks to be left alone"


async def test_a_service_whose_every_answer_holds_an_error_is_down() -> None:
    subject = Subject(answering(200, THING))
    for _ in range(3):
        await subject.thing()
        with pytest.raises(Unauthorized):
            subject.api.fail(Unauthorized(Service.JIRA, "no"))
    assert subject.figures == (3, 3, State.DOWN)
    await subject.thing()
    await subject.thing()
    await subject.thing()
    await subject.thing()
    assert subject.stats.state is State.DEGRADED


async def test_a_refusal_inside_a_right_answer_leaves_the_service_well() -> None:
    subject = Subject(answering(200, THING))
    await subject.thing()
    with pytest.raises(Rejected):
        subject.api.fail(Rejected(Service.JIRA, 200, "no such channel"))
    assert subject.figures == (1, 0, State.UP)


async def test_a_bug_stays_loud() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Subject(httpx.MockTransport(broken)).thing()


@pytest.mark.parametrize(
    ("id", "path"),
    [
        ("ch_1", b"/root/things/ch_1/x"),
        ("a b", b"/root/things/a%20b/x"),
        ("a/b", b"/root/things/a%2Fb/x"),
        ("a?b#c", b"/root/things/a%3Fb%23c/x"),
        ("a%2Fb", b"/root/things/a%252Fb/x"),
        ("ü\n", b"/root/things/%C3%BC%0A/x"),
        ("v1.2", b"/root/things/v1.2/x"),
        (".", b"/root/things/%252E/x"),
        ("..", b"/root/things/%252E%252E/x"),
        ("../..", b"/root/things/%252E%252E%2F%252E%252E/x"),
        ("../balance", b"/root/things/%252E%252E%2Fbalance/x"),
        ("/etc", b"/root/things/%2Fetc/x"),
        ("a\\..\\b", b"/root/things/a%5C..%5Cb/x"),
    ],
)
async def test_an_id_is_one_segment_whatever_it_holds(id: str, path: bytes) -> None:
    subject = Subject(answering(200, THING))
    await subject.api.get(f"/things/{segment(id)}/x", into=Thing)
    assert subject.only_request.url.raw_path == path
    assert subject.only_request.url.host == "vendor.example"
