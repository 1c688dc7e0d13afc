"""Subscriptions over HTTP, as events."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from starlette.types import Message

from gateway.execution.operation import Answer, BrokenOffError
from gateway.http import events
from gateway.http.gone import EndsWithCaller
from gateway.http.graphql import GraphQLEndpoint
from tests.gateway.http.serving import serving
from tests.gateway.http.sockets.world import Watch, engine
from tests.gateway.http.support import JSON, RESPONSE, URL, client, codes, endpoint

TICKS = {"query": "subscription Ticks { ticks }"}
EVENTS = {"Accept": "text/event-stream"}
ANSWERED = 'event: next\ndata: {"data":{"ticks":1}}\n\nevent: next\ndata: {"data":{"ticks":2}}\n\n'
COMPLETE = "event: complete\ndata:\n\n"


class Kept:
    """What is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.more = asyncio.Event()

    async def send(self, message: Message) -> None:
        if "body" in message:
            self.sent.append(message["body"])
            self.more.set()


@pytest.mark.parametrize("accept", ["text/event-stream", 'text/event-stream;incrementalSpec="v0.2", application/json'])
async def test_a_subscription_is_delivered_as_events(accept: str) -> None:
    async with client() as http:
        answer = await http.post(URL, json=TICKS, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == ":\n\n" + ANSWERED + COMPLETE


async def test_a_browsers_event_source_may_subscribe_by_get() -> None:
    async with client() as http:
        answer = await http.get(URL, params=TICKS, headers=EVENTS)
    assert answer.text.endswith(COMPLETE)


async def test_the_events_come_over_a_real_server() -> None:
    async with serving(endpoint()) as port, httpx.AsyncClient() as http:
        answer = await http.post(f"http://127.0.0.1:{port}/graphql", json=TICKS, headers=EVENTS)
    assert answer.text == ":\n\n" + ANSWERED + COMPLETE


@pytest.mark.parametrize("accept", ["application/json", RESPONSE, "multipart/mixed", "*/*"])
async def test_a_client_of_other_media_types_is_told_what_to_do(accept: str) -> None:
    async with client() as http:
        answer = await http.post(URL, json=TICKS, headers={"Accept": accept, **JSON})
    assert "over WebSocket" in answer.text
    if "multipart" not in accept:
        assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


async def test_a_mutation_is_not_sent_by_get_whatever_is_accepted() -> None:
    async with client() as http:
        answer = await http.get(URL, params={"query": "mutation { shout }"}, headers=EVENTS)
    assert answer.status_code == 405


async def test_a_head_is_not_kept_waiting() -> None:
    async with client() as http:
        answer = await http.head(URL, params=TICKS, headers=EVENTS)
    assert answer.status_code == 405


async def test_a_document_that_cannot_be_executed_is_told_in_one_event() -> None:
    async with client() as http:
        answer = await http.post(URL, json={"query": "subscription { nothing }"}, headers=EVENTS)
    assert answer.text.startswith('event: next\ndata: {"errors":')
    assert answer.text.endswith(COMPLETE)


async def test_a_stream_that_breaks_off_says_why() -> None:
    async def answers() -> AsyncGenerator[Answer]:
        yield Answer(b"{}")
        raise BrokenOffError([{"message": "it broke"}])

    kept = Kept()
    await events.deliver(answers(), kept.send)
    assert b"".join(kept.sent).decode() == (
        ':\n\nevent: next\ndata: {}\n\nevent: next\ndata: {"errors":[{"message":"it broke"}]}\n\n' + COMPLETE
    )


async def test_silence_is_filled_with_comments_and_the_stream_ends_with_its_caller() -> None:
    kept, ended = Kept(), asyncio.Event()

    async def answers() -> AsyncGenerator[Answer]:
        try:
            await asyncio.Event().wait()
            yield Answer(b"{}")
        finally:
            ended.set()

    delivering = asyncio.ensure_future(events.deliver(answers(), kept.send, silence=0.01))
    while len(kept.sent) < 3:
        kept.more.clear()
        await kept.more.wait()
    delivering.cancel()
    await asyncio.wait((delivering,))
    assert set(kept.sent) == {b":\n\n"}
    assert ended.is_set()


async def test_a_client_that_goes_ends_its_subscription() -> None:
    watch = Watch()
    app = EndsWithCaller(GraphQLEndpoint(engine(), lambda _: watch), patience=0.01)
    body = {"query": "subscription { stuck }"}
    async with serving(app) as port, httpx.AsyncClient() as http:
        async with http.stream("POST", f"http://127.0.0.1:{port}/graphql", json=body, headers=EVENTS):
            await watch.started.wait()
        await asyncio.wait_for(watch.ended.wait(), 0.5)
