import asyncio
from collections.abc import Callable

import httpx
import pytest

from connectors.api import Api, segment
from connectors.domain.errors import (
    NotConfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.service import Service
from connectors.transport.snapshot import Snapshot
from connectors.transport.stats import State
from tests.connectors.subject import BASE, THING, Subject, Thing
from tests.connectors.support import Silence, answering


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
    assert subject.figures == (1, 1, State.UP)


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


async def test_the_same_read_is_the_same_request_and_another_one_is_not() -> None:
    subject = Subject(answering(200, THING))
    for path, query in (("/things", {"limit": 2}), ("/things", {"limit": 2}), ("/things", {"limit": "2"})):
        await subject.api.get(path, query, into=Thing)
    await subject.api.get("/things", {"limit": 2}, into=Thing, headers={"Authorization": "Bearer new"})
    first, again, text, named = subject.wire.requests
    assert first is again
    assert len({id(one) for one in (first, text, named)}) == 3
    assert named.headers["authorization"] == "Bearer new"


async def test_a_kept_answer_is_read_once_for_all_who_are_shown_it() -> None:
    snapshot = Snapshot.of(httpx.Response(200, content=THING))
    subject = Subject(httpx.MockTransport(snapshot.response))
    assert await subject.thing() is await subject.thing()
    assert snapshot.decoded == {Thing: Thing("t1", 3)}
