"""The endpoint, from a request to its response."""

from hashlib import sha256
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response

from gateway.execution.operation import Freshness
from gateway.http.apq import AutomaticDocuments
from gateway.http.trusted import TrustedDocuments
from tests.gateway.http.support import (
    RESPONSE,
    URL,
    CoreEngine,
    Sender,
    client,
    codes,
    endpoint,
    http_scope,
)

GREETING = {"query": "{ greeting }"}
GREETED = {"greeting": "Hello, world!"}


async def test_an_operation_is_posted_as_json_and_answered_as_it_is_spelled() -> None:
    answer = await client().post(URL, json={"query": '{ greeting(name: "Zoë 渡辺") }'})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "Hello, Zoë 渡辺!" in answer.content.decode()


async def test_a_query_may_be_got_with_its_variables_and_the_name_of_its_operation() -> None:
    query = "query One($name: String) { greeting(name: $name) } query Two { echo(a: 2) }"
    params = {"query": query, "variables": '{"name": "Ada"}', "operationName": "One", "extensions": "{}"}
    answer = await client().get(URL, params=params)
    assert answer.json() == {"data": {"greeting": "Hello, Ada!"}}


async def test_a_head_request_is_answered_like_a_get() -> None:
    answer = await client().head(URL, params=GREETING)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")


@pytest.mark.parametrize("query", ["mutation { shout }", "subscription { ticks }"])
@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_what_is_no_query_may_not_be_got_and_is_not_executed(query: str, accept: str) -> None:
    answer = await client().get(URL, params={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert codes(answer) == ["METHOD_NOT_ALLOWED"]
    assert "data" not in answer.json()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_told_which_there_are(method: str) -> None:
    answer = await client().request(method, URL, json=GREETING)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert codes(answer) == ["METHOD_NOT_ALLOWED"]


async def test_a_mutation_is_posted_and_a_subscription_is_not() -> None:
    assert (await client().post(URL, json={"query": "mutation { shout }"})).json() == {"data": {"shout": "HELLO"}}
    answer = await client().post(URL, json={"query": "subscription { ticks }"})
    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])
    assert "WebSocket" in answer.json()["errors"][0]["message"]


UNFIT = {
    "syntax": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "validation": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "operation": ({"query": "query A { greeting }", "operationName": "B"}, "GRAPHQL_VALIDATION_FAILED"),
    "variables": ({"query": "query($a: Int!) { echo(a: $a) }", "variables": {"a": "x"}}, "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("*/*", 200), (RESPONSE, 400)])
@pytest.mark.parametrize("unfit", UNFIT)
async def test_an_unfit_operation_is_a_400_in_the_newer_media_type_alone(unfit: str, accept: str, status: int) -> None:
    request, code = UNFIT[unfit]
    answer = await client().post(URL, json=request, headers={"Accept": accept})
    assert (answer.status_code, codes(answer)) == (status, [code])
    assert "data" not in answer.json()
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_a_field_that_fails_leaves_a_well_formed_result(accept: str) -> None:
    answer = await client().post(URL, json={"query": "{ greeting broken }"}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(accept)
    assert answer.json()["data"] == GREETED | {"broken": None}


async def test_an_answer_that_nobody_accepts_is_a_406() -> None:
    answer = await client().post(URL, json=GREETING, headers={"Accept": "text/csv"})
    assert (answer.status_code, codes(answer)) == (406, ["NOT_ACCEPTABLE"])


async def test_a_body_over_its_limit_is_a_413_and_not_read() -> None:
    sender = Sender(b"x")
    await endpoint()(http_scope(headers=[(b"content-length", b"1000001")]), sender.receive, sender.send)
    assert (sender.status, sender.received) == (413, 0)
    assert sender.headers[b"connection"] == b"close"


async def test_headers_over_their_limit_are_a_431() -> None:
    answer = await client().post(URL, json=GREETING, headers={"X-Large": "x" * 64_000})
    assert (answer.status_code, codes(answer)) == (431, ["HEADERS_TOO_LARGE"])


async def test_a_caller_who_goes_before_the_body_is_complete_is_not_answered() -> None:
    sender = Sender(b'{"query":', complete=False)
    with pytest.raises(ClientDisconnect):
        await endpoint()(http_scope(), sender.receive, sender.send)
    assert sender.sent == []


@pytest.mark.parametrize(("header", "seconds"), [("2.5", 2.5), ("0", None), ("-1", None), ("soon", None), (None, None)])
async def test_a_caller_may_say_how_long_it_waits(header: str | None, seconds: float | None) -> None:
    headers = {} if header is None else {"X-Request-Timeout": header}
    answer = await client().post(URL, json={"query": "{ allowed }"}, headers=headers)
    assert answer.json()["data"] == {"allowed": seconds}


async def test_a_browser_gets_the_page_and_a_program_its_answer() -> None:
    def page(headers: Headers) -> Response | None:
        return HTMLResponse("<h1>GraphiQL</h1>") if "html" in headers.get("accept", "") else None

    async with client(page=page) as caller:
        browser = await caller.get(URL, headers={"Accept": "text/html"})
        assert browser.text == "<h1>GraphiQL</h1>"
        program = await caller.get(URL, params=GREETING, headers={"Accept": "application/json"})
        assert program.json()["data"] == GREETED
        posted = await caller.post(URL, json=GREETING, headers={"Accept": "text/html, */*"})
        assert posted.json()["data"] == GREETED


CACHING = [
    (Freshness(60, 12), "{ greeting }", "private, max-age=60", "12"),
    (Freshness(60, 0, private=False), "{ greeting }", "public, max-age=60", "0"),
    (Freshness(0, 0, private=False), "{ greeting }", "no-store", None),
    (Freshness(60, 60), "{ greeting }", "no-store", None),
    (Freshness(60, 12), "mutation { shout }", "no-store", None),
    (Freshness(60, 12), "{ nothing }", "no-store", None),
]


@pytest.mark.parametrize(("freshness", "query", "cache_control", "age"), CACHING)
async def test_an_answer_says_how_long_it_may_be_stored_and_by_whom(
    freshness: Freshness, query: str, cache_control: str, age: str | None
) -> None:
    answer = await client(engine=CoreEngine(freshness)).post(URL, json={"query": query})
    assert (answer.headers["cache-control"], answer.headers.get("age")) == (cache_control, age)
    assert answer.headers.get("vary", "").startswith("Accept" if age else "")


@pytest.mark.parametrize(
    ("request_", "operation"),
    [
        ({"query": "query Greeting { greeting }"}, "query Greeting"),
        (GREETING, "query"),
        ({"query": "mutation Shout { shout }"}, "mutation Shout"),
        ({"query": f"query {'A' * 500} {{ greeting }}"}, f"query {'A' * 100}"),
        ({"query": "{"}, None),
    ],
)
async def test_the_log_is_told_the_operation(request_: dict[str, Any], operation: str | None) -> None:
    scope, served = http_scope(), endpoint()
    sender = Sender(httpx.Request("POST", URL, json=request_).content)
    await served(scope, sender.receive, sender.send)
    assert scope.get("state", {}).get("operation") == operation


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_document_is_sent_once_and_named_by_its_hash_from_then_on(method: str) -> None:
    digest = sha256(b"{ greeting }").hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    async with client(documents=AutomaticDocuments()) as caller:

        async def ask(**more: str) -> httpx.Response:
            if method == "POST":
                return await caller.post(URL, json={"extensions": extensions} | more)
            params = {"extensions": f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{digest}"}}}}'} | more
            return await caller.get(URL, params=params)

        miss = await ask()
        assert (miss.status_code, codes(miss)) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
        assert miss.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert miss.headers["cache-control"] == "private, no-cache, must-revalidate"
        assert (await ask(query="{ greeting }")).json()["data"] == GREETED
        assert (await ask()).json()["data"] == GREETED


async def test_where_documents_are_trusted_nothing_else_is_executed() -> None:
    engine = CoreEngine()
    async with client(engine=engine, documents=TrustedDocuments({"greet": "{ greeting }\n"})) as caller:
        known = await caller.post(URL, json={"documentId": "greet"})
        assert known.json()["data"] == GREETED
        foreign = await caller.post(URL, json={"query": "{ echo(a: 1) }"})
        assert (foreign.status_code, codes(foreign)) == (403, ["FORBIDDEN"])
        got = await caller.get(URL, params={"id": "another"})
        assert (got.status_code, codes(got)) == (403, ["FORBIDDEN"])
    assert engine.executed == ["{ greeting }\n"]
