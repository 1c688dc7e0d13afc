"""Each rule of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, over a real server and client."""

import asyncio
import json

import pytest

from gateway.http.apq import AutomaticDocuments
from gateway.http.sockets.messages import LIMIT, PROTOCOL
from gateway.http.sockets.socket import Bounds
from gateway.http.trusted import TrustedDocuments
from tests.gateway.http.sockets.world import BEGIN, PATIENCE, Watch, asking, begun, listening, unbegun

STUCK = "subscription { stuck }"


async def test_the_protocol_is_agreed_on_among_those_that_are_offered() -> None:
    async with listening() as url, unbegun(url, "graphql-ws", PROTOCOL) as client:
        assert client.connection.subprotocol == PROTOCOL


@pytest.mark.parametrize("offered", ["graphql-ws", "soap"])
async def test_another_protocol_is_refused_and_the_legacy_one_too(offered: str) -> None:
    async with listening() as url, unbegun(url, offered) as client:
        code, reason = await client.closed()
    assert (code, reason) == (4406, "Subprotocol not acceptable: only graphql-transport-ws is spoken here")


async def test_who_does_not_begin_in_time_is_closed() -> None:
    async with listening(bounds=Bounds(init=0.05)) as url, unbegun(url) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_who_has_begun_stays_beyond_that_time() -> None:
    async with listening(bounds=Bounds(init=0.05)) as url, begun(url) as client:
        await asyncio.sleep(0.1)
        await client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}


async def test_who_begins_twice_is_closed() -> None:
    async with listening() as url, begun(url) as client:
        await client.say(BEGIN)
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_who_asks_before_the_acknowledgement_is_closed() -> None:
    async with listening() as url, unbegun(url) as client:
        await client.say(asking("1", "{ greeting }"))
        assert await client.closed() == (4401, "Unauthorized")


async def test_an_id_that_is_in_use_closes_the_socket() -> None:
    async with listening() as url, begun(url) as client:
        await client.say(asking("same", STUCK), asking("same", STUCK))
        assert await client.closed() == (4409, "Subscriber for same already exists")


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        b"binary",
        "null",
        "[]",
        "{}",
        {"type": "hello"},
        {"type": "start", "id": "1", "payload": {"query": "{ greeting }"}},
        {"type": "ping", "payload": "text"},
        {"type": "complete"},
        {"type": "complete", "id": ""},
        {"type": "subscribe", "id": "1"},
        {"type": "subscribe", "id": 1, "payload": {"query": "{ greeting }"}},
        {"type": "subscribe", "id": "", "payload": {"query": "{ greeting }"}},
        {"type": "subscribe", "id": "1" * 256, "payload": {"query": "{ greeting }"}},
        {"type": "subscribe", "id": "1", "payload": {"query": 5}},
        {"type": "subscribe", "id": "1", "payload": [{"query": "{ greeting }"}]},
        {"type": "subscribe", "id": "1", "payload": {"query": "{ greeting }", "variables": "x"}},
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","query":"{ greeting }"}}',
        '{"type":"ping","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
    ],
)
async def test_a_message_that_the_protocol_does_not_know_closes_the_socket(message: object) -> None:
    async with listening() as url, begun(url) as client:
        await client.say(message)
        code, reason = await client.closed()
    assert code == 4400
    assert reason is not None
    assert reason.startswith("Invalid message: ")


async def test_a_message_that_is_too_large_closes_the_socket() -> None:
    async with listening() as url, begun(url) as client:
        await client.say({"type": "ping", "payload": {"a": "x" * LIMIT}})
        code, _ = await client.closed()
    assert code == 1009


async def test_a_ping_is_answered_with_its_payload_and_a_pong_by_nothing() -> None:
    async with listening() as url, unbegun(url) as client:
        await client.say({"type": "ping", "payload": {"at": 1}}, {"type": "pong"}, {"type": "ping"})
        assert await client.hear() == {"type": "pong", "payload": {"at": 1}}
        assert await client.hear() == {"type": "pong"}


async def test_a_query_is_answered_and_complete() -> None:
    query = "query ($name: String!) { greeting(name: $name) }"
    async with listening() as url, begun(url) as client:
        heard = await client.ask("1", query, variables={"name": "Ada"})
    assert heard == [
        {"id": "1", "type": "next", "payload": {"data": {"greeting": "Hello, Ada!"}}},
        {"id": "1", "type": "complete"},
    ]


async def test_two_mutations_have_two_names_in_the_log_and_for_their_idempotency() -> None:
    async with listening() as url, begun(url) as client:
        first, second = [(await client.ask(id, "mutation { request }"))[0]["payload"]["data"] for id in "ab"]
    socket = first["request"].removesuffix("-1")
    assert (first["request"], second["request"]) == (f"{socket}-1", f"{socket}-2")


async def test_a_subscription_tells_its_events_in_order_and_then_that_it_is_over() -> None:
    async with listening() as url, begun(url) as client:
        heard = await client.ask("1", "subscription { count(to: 20) }")
    assert [message["payload"]["data"]["count"] for message in heard[:-1]] == list(range(1, 21))
    assert heard[-1] == {"id": "1", "type": "complete"}


async def test_an_id_can_be_used_again_once_its_operation_is_over() -> None:
    async with listening() as url, begun(url) as client:
        for _ in range(20):
            assert (await client.ask("same", "{ greeting }"))[-1]["type"] == "complete"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ greeting", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($to: Int!) { count(to: $to) }", "BAD_USER_INPUT"),
        ("query ($name: String!) { greeting(name: $name) }", "BAD_USER_INPUT"),
        ("{ " + "greeting " * 1000 + "}", "OPERATION_TOO_COMPLEX"),
        (None, "BAD_REQUEST"),
    ],
)
async def test_what_cannot_be_executed_is_an_error_and_the_socket_stays_open(query: str, code: str) -> None:
    async with listening() as url, begun(url) as client:
        heard = await client.ask("1", query)
        assert [(message["type"], message["payload"][0]["extensions"]["code"]) for message in heard] == [
            ("error", code)
        ]
        assert (await client.ask("1", "{ greeting }"))[-1]["type"] == "complete"


async def test_a_subscription_that_cannot_be_opened_says_so() -> None:
    async with listening() as url, begun(url) as client:
        heard = await client.ask("1", "subscription { refusing }")
    assert [message["type"] for message in heard] == ["error"]
    assert heard[0]["payload"][0]["path"] == ["refusing"]


async def test_a_stream_that_fails_is_an_error_after_what_it_told() -> None:
    async with listening() as url, begun(url) as client:
        heard = await client.ask("1", "subscription { mine: failing }")
    assert [message["type"] for message in heard] == ["next", "error"]
    assert heard[1]["payload"][0]["path"] == ["mine"]


@pytest.mark.parametrize("query", [STUCK, "{ stuck }"])
async def test_complete_from_the_client_cancels_what_runs_at_once(query: str) -> None:
    watch = Watch()
    async with listening(watch) as url, begun(url) as client:
        await client.say(asking("1", query))
        await asyncio.wait_for(watch.started.wait(), PATIENCE)
        await client.say({"id": "1", "type": "complete"})
        await asyncio.wait_for(watch.ended.wait(), 0.5)
        assert (await client.ask("1", "subscription { count(to: 1) }"))[-1]["type"] == "complete"


async def test_complete_for_what_nobody_knows_is_passed_over() -> None:
    async with listening() as url, begun(url) as client:
        await client.say({"id": "unknown", "type": "complete"})
        assert (await client.ask("1", "{ greeting }"))[-1]["type"] == "complete"


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_socket_that_goes_away_cancels_everything(*, abruptly: bool) -> None:
    watch = Watch()
    async with listening(watch) as url, begun(url) as client:
        await client.say(asking("1", STUCK))
        await asyncio.wait_for(watch.started.wait(), PATIENCE)
        if abruptly:
            client.connection.transport.abort()
        else:
            await client.connection.close()
        await asyncio.wait_for(watch.ended.wait(), 0.5)


async def test_more_operations_than_allowed_are_refused_and_those_that_run_go_on() -> None:
    watch = Watch()
    async with listening(watch, bounds=Bounds(operations=2)) as url, begun(url) as client:
        await client.say(asking("1", STUCK), asking("2", STUCK))
        assert {(await client.hear())["id"], (await client.hear())["id"]} == {"1", "2"}
        refused = await client.ask("3", "{ greeting }")
        assert [(one["type"], one["payload"][0]["extensions"]["code"]) for one in refused] == [("error", "OVERLOADED")]
        assert not watch.ended.is_set()
        await client.say({"id": "1", "type": "complete"})
        assert (await client.ask("3", "{ greeting }"))[-1]["type"] == "complete"


async def test_documents_are_remembered_and_trusted_as_over_http() -> None:
    digest = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"
    named = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    payload = {"id": "1", "type": "subscribe", "payload": {"extensions": named}}
    async with listening(documents=AutomaticDocuments()) as url, begun(url) as client:
        await client.say(payload)
        (unknown,) = await client.hear_of("1")
        assert unknown["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    trusted = TrustedDocuments({"greet": "{ greeting }"})
    async with listening(documents=trusted) as url, begun(url) as client:
        (refused,) = await client.ask("1", "{ large(size: 1) }")
        assert refused["payload"][0]["extensions"]["code"] == "FORBIDDEN"
        await client.say({"id": "2", "type": "subscribe", "payload": {"documentId": "greet"}})
        assert (await client.hear_of("2"))[0]["payload"]["data"] == {"greeting": "Hello, world!"}


async def test_every_operation_has_a_context_of_its_own() -> None:
    watch = Watch()
    async with listening(watch) as url, begun(url) as client:
        for id in "abc":
            await client.ask(id, "{ greeting }")
    assert watch.contexts == 3


async def test_text_beyond_ascii_and_an_id_with_quotes_arrive_as_they_were_sent() -> None:
    async with listening() as url, begun(url) as client:
        heard = await client.ask('"\u00e9\\', '{ greeting(name: "葵") }')
    assert heard[0]["payload"]["data"] == {"greeting": "Hello, 葵!"}
    assert json.loads(json.dumps(heard))[0]["id"] == '"\u00e9\\'
