"""The endpoint over a real engine: what a client is sent that takes parts, and one that does not."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from gateway.execution.operation import Part
from gateway.http.apq import AutomaticDocuments
from gateway.http.gone import EndsWithCaller
from gateway.http.graphql import GraphQLEndpoint
from tests.gateway.execution.people import Gates, Graph
from tests.gateway.http import merging
from tests.gateway.http.serving import serving
from tests.gateway.http.support import JSON, RESPONSE, URL

NEWER = "multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json, application/json;q=0.9"
OLDER = "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9"
EVENTS = "text/event-stream"
DEFERRED = '{ me { name ... @defer(label: "later") { slow lost } } }'
PLAIN = "{ me { name } }"
LOST = {"message": "masked", "path": ["me", "lost"], "extensions": {"code": "INTERNAL"}}


def endpoint(gates: Gates | None = None, graph: Graph | None = None, **options: Any) -> GraphQLEndpoint:  # noqa: ANN401 - of an endpoint
    opened = gates or Gates("slow 1", "lost")
    return GraphQLEndpoint((graph or Graph()).engine, lambda _: opened, **options)


async def answered(accept: str, query: str, app: ASGIApp | None = None, **more: object) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app or endpoint())) as client:
        return await client.post(URL, json={"query": query, **more}, headers={"Accept": accept})


def read(answer: httpx.Response) -> list[Part]:
    """The parts of a response, as it is framed."""
    if answer.headers["content-type"].startswith("text/event-stream"):
        *events, complete, end = answer.text.split("\n\n")
        assert (complete, end) == ("event: complete\ndata:", "")
        return [json.loads(event.removeprefix("event: next\ndata: ")) for event in events]
    opening, *parts, end = answer.text.split("\r\n---")
    assert (opening, end) == ("", "--\r\n")
    return [json.loads(part.partition("\r\n\r\n")[2]) for part in parts]


async def test_the_newer_format_is_delivered_to_who_asks_for_it() -> None:
    answer = await answered(NEWER, DEFERRED)
    assert answer.headers["content-type"] == 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'
    first, second, last = read(answer)
    assert first["pending"] == [{"id": "0", "path": ["me"], "label": "later"}]
    assert second["incremental"] == [{"id": "0", "data": {"slow": "slow 1", "lost": None}, "errors": [LOST]}]
    assert last == {"hasNext": False, "extensions": {"reached": 2}}
    assert merging.newer([first, second, last])[0] == {"me": {"name": "Person 1", "slow": "slow 1", "lost": None}}


async def test_the_older_format_is_delivered_to_who_asks_for_it() -> None:
    answer = await answered(OLDER, DEFERRED)
    assert answer.headers["content-type"] == 'multipart/mixed; boundary="-"; deferSpec=20220824'
    assert read(answer) == [
        {"data": {"me": {"name": "Person 1"}}, "extensions": {"reached": 0}, "hasNext": True},
        {
            "incremental": [
                {"data": {"slow": "slow 1", "lost": None}, "path": ["me"], "label": "later", "errors": [LOST]}
            ],
            "hasNext": True,
        },
        {"extensions": {"reached": 2}, "hasNext": False},
    ]


async def test_events_may_come_in_a_format_too() -> None:
    answer = await answered("text/event-stream;incrementalSpec=v0.2", DEFERRED)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8; incrementalSpec=v0.2"
    assert merging.newer(read(answer))[0]["me"]["slow"] == "slow 1"


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", RESPONSE, f"{RESPONSE}, text/event-stream, multipart/mixed"]
)
async def test_who_names_no_format_is_answered_at_once(accept: str) -> None:
    answer = await answered(accept, DEFERRED)
    assert answer.headers["content-type"].startswith("application/")
    assert answer.json()["data"] == {"me": {"name": "Person 1", "slow": "slow 1", "lost": None}}
    assert answer.json()["errors"][0]["message"] == "masked"


@pytest.mark.parametrize("accept", [NEWER, OLDER])
@pytest.mark.parametrize(
    ("query", "variables"),
    [(PLAIN, None), ("query($if: Boolean!) { me { ... @defer(if: $if) { name } } }", {"if": False})],
)
async def test_an_answer_without_more_to_come_is_plain_json(accept: str, query: str, variables: object) -> None:
    answer = await answered(accept, query, variables=variables)
    assert answer.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert answer.json()["data"] == {"me": {"name": "Person 1"}}


@pytest.mark.parametrize("accept", ["multipart/mixed;incrementalSpec=v0.2", "multipart/mixed;deferSpec=20220824"])
async def test_who_takes_nothing_but_parts_is_sent_one(accept: str) -> None:
    assert read(await answered(accept, PLAIN)) == [
        {"data": {"me": {"name": "Person 1"}}, "extensions": {"reached": 0}, "hasNext": False}
    ]


@pytest.mark.parametrize("accept", [EVENTS, "multipart/mixed"])
@pytest.mark.parametrize("query", [PLAIN, DEFERRED, 'mutation { rename(name: "Ada") { name } }'])
async def test_any_operation_may_be_answered_by_one_part_in_no_format(accept: str, query: str) -> None:
    answer = await answered(accept, query)
    (only,) = read(answer)
    assert "hasNext" not in only
    assert next(iter(only["data"].values()))["name"] in ("Person 1", "Ada")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ me { name @defer } }"])
async def test_a_stream_of_events_tells_of_an_unfit_operation(query: str) -> None:
    """The protocol asks for it: an EventSource does not show the body of a 400."""
    answer = await answered(EVENTS, query)
    assert answer.status_code == 200
    (only,) = read(answer)
    assert only.keys() == {"errors"}


@pytest.mark.parametrize(
    ("accept", "status"), [(NEWER, 400), ("multipart/mixed;deferSpec=20220824, application/json", 200)]
)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($if: Boolean!) { me { ... @defer(if: $if) { id } } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_unfit_is_told_in_json_where_that_is_accepted(
    accept: str, status: int, query: str, code: str
) -> None:
    answer = await answered(accept, query)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_what_is_no_request_has_its_own_status_even_for_a_stream() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint())) as client:
        bad = await client.post(URL, content=b"5", headers=JSON | {"Accept": EVENTS})
        assert (bad.status_code, bad.headers["content-type"]) == (400, "application/json; charset=utf-8")
        params = {"query": 'mutation { rename(name: "A") { id } }'}
        assert (await client.get(URL, params=params, headers={"Accept": NEWER})).status_code == 405
        assert (await client.get(URL, params={"query": PLAIN}, headers={"Accept": "text/csv"})).status_code == 406


async def test_a_query_may_be_got_as_events() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint())) as client:
        answer = await client.get(URL, params={"query": PLAIN}, headers={"Accept": EVENTS})
    assert read(answer)[0]["data"] == {"me": {"name": "Person 1"}}


async def test_a_text_that_is_not_known_yet_is_asked_for_by_an_event() -> None:
    asked = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    app = endpoint(documents=AutomaticDocuments())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        answer = await client.post(URL, json={"extensions": asked}, headers={"Accept": EVENTS})
    assert read(answer)[0]["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_a_batch_is_answered_in_json_alone() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint(batch=2))) as client:
        batch = [{"query": PLAIN}, {"query": DEFERRED}]
        taken = await client.post(URL, json=batch, headers={"Accept": NEWER})
        assert [one["data"]["me"]["name"] for one in taken.json()] == ["Person 1", "Person 1"]
        refused = await client.post(URL, json=batch, headers={"Accept": EVENTS})
        assert refused.status_code == 406


@pytest.mark.parametrize("accept", [NEWER, OLDER, "text/event-stream;deferSpec=20220824"])
async def test_every_part_is_flushed_before_the_next_is_ready(accept: str) -> None:
    gates = Gates()
    async with serving(endpoint(gates)) as port, httpx.AsyncClient() as client:
        asking = client.stream(
            "POST", f"http://127.0.0.1:{port}/", json={"query": DEFERRED}, headers={"Accept": accept}, timeout=10
        )
        async with asking as answer:
            chunks = answer.aiter_text()
            assert '"hasNext":true' in await anext(chunks)
            gates.open("slow 1", "lost")
            rest = "".join([chunk async for chunk in chunks])
    assert '"slow":"slow 1"' in rest
    assert '"hasNext":false' in rest


@pytest.mark.parametrize("accept", [NEWER, "text/event-stream;incrementalSpec=v0.2"])
async def test_a_client_that_goes_away_ends_the_delivery(accept: str) -> None:
    gates = Gates()
    before = asyncio.all_tasks()
    async with serving(EndsWithCaller(endpoint(gates), patience=0.01)) as port:
        async with httpx.AsyncClient() as client:
            asking = client.stream(
                "POST", f"http://127.0.0.1:{port}/", json={"query": DEFERRED}, headers={"Accept": accept}, timeout=10
            )
            async with asking as answer:
                await anext(answer.aiter_text())
                assert gates.around == ["entered"]
        async with asyncio.timeout(5):
            await gates.left.wait()
    assert gates.cancelled == ["slow 1", "lost"]
    assert asyncio.all_tasks() == before


async def test_a_name_of_the_operation_is_noted_for_the_log() -> None:
    noted: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        scope["state"] = noted
        await endpoint()(scope, receive, send)

    await answered(NEWER, "query Mine { me { ... @defer { name } } }", app)
    assert noted["operation"] == "query Mine"
