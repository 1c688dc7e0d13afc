"""Requests that the endpoint does not execute."""

import re

import pytest

from tests.gateway.http.support import JSON, RESPONSE, URL, CoreEngine, client, codes

GREETING = {"query": "{ greeting }"}
GREETED = {"greeting": "Hello, world!"}


NO_REQUEST = {
    "null": b"null",
    "a number": b"5",
    "a text": b'"x"',
    "nothing": b"",
    "white space": b" \n",
    "an open object": b"{",
    "bytes that are no UTF-8": b"\xff\xfe",
    "a query that is no UTF-8": b'{"query": "\xff"}',
    "an unknown member that is no UTF-8": b'{"query": "{ greeting }", "x": "\xff"}',
    "a lone surrogate": b'{"query": "{ greeting }", "variables": {"a": "\\ud800"}}',
    "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
    "NaN": b'{"query": "{ greeting }", "variables": {"a": NaN}}',
    "an infinity": b'{"query": "{ greeting }", "variables": {"a": 1e999}}',
    "100,000 digits": b'{"query": "{ greeting }", "variables": {"a": ' + b"9" * 100_000 + b"}}",
    "100,000 levels": b'{"query": "{ greeting }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "100,000 levels elsewhere": b"[" * 100_000 + b"]" * 100_000,
    "500 levels": b'{"query": "{ greeting }", "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    "a list": b"[]",
    "two values": b'{"query": "{ greeting }"} {}',
    "a query that is a number": b'{"query": 5}',
    "a name that is a number": b'{"query": "{ greeting }", "operationName": 5}',
    "variables that are a list": b'{"query": "{ greeting }", "variables": []}',
    "extensions that are a text": b'{"query": "{ greeting }", "extensions": "x"}',
    "no query": b'{"variables": {}}',
    "a query of null": b'{"query": null}',
    "a query given twice": b'{"query": "{ greeting }", "query": "mutation { shout }"}',
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ greeting }"}',
    "UTF-16": '{"query": "{ greeting }"}'.encode("utf-16"),
}


@pytest.mark.parametrize("body", NO_REQUEST.values(), ids=NO_REQUEST)
@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_a_body_that_is_no_request_is_a_400_with_errors(body: bytes, accept: str) -> None:
    answer = await client().post(URL, content=body, headers=JSON | {"Accept": accept})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith(accept)
    assert codes(answer) == ["BAD_REQUEST"]
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "media_type", [None, "application/graphql", "application/xml", "application/json; charset=utf-16"]
)
async def test_another_content_type_is_a_415(media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await client().post(URL, content=b'{"query": "{ greeting }"}', headers=headers)
    assert (answer.status_code, codes(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("preflight", [{}, {"Apollo-Require-Preflight": "1"}])
async def test_an_upload_is_refused(preflight: dict[str, str]) -> None:
    fields = {"operations": '{"query": "mutation { shout }"}'}
    answer = await client().post(URL, data=fields, files={"0": ("a.txt", b"content")}, headers=preflight)
    assert answer.status_code == (415 if preflight else 400)
    assert codes(answer) == ["UNSUPPORTED_MEDIA_TYPE" if preflight else "BAD_REQUEST"]
    assert "Files cannot be uploaded here" in answer.text
    assert "HELLO" not in answer.text


@pytest.mark.parametrize(
    "media_type", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_what_another_sites_page_could_send_is_refused(media_type: str, method: str) -> None:
    engine = CoreEngine()
    headers = {"Content-Type": media_type}
    answer = await client(engine=engine).request(method, URL, params=GREETING, content=b"{}", headers=headers)
    assert (answer.status_code, codes(answer), engine.executed) == (400, ["BAD_REQUEST"], [])
    assert "GraphQL-Require-Preflight" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("header", ["X-Apollo-Operation-Name", "Apollo-Require-Preflight", "GraphQL-Require-Preflight"])
async def test_a_header_that_no_page_can_send_unasked_lets_it_pass(header: str) -> None:
    answer = await client().get(URL, params=GREETING, headers={"Content-Type": "text/plain", header: "1"})
    assert answer.json()["data"] == GREETED


async def test_every_refusal_is_well_formed_and_is_not_stored() -> None:
    async with client() as caller:
        refusals = [
            await caller.put(URL),
            await caller.post(URL, content=b"5", headers=JSON),
            await caller.post(URL, json=GREETING, headers={"Accept": "text/csv"}),
            await caller.post(URL, content=b"x", headers={"Content-Type": "text/csv"}),
            await caller.get(URL, params={"query": "mutation { shout }"}),
            await caller.get(URL, params={"query": "x" * 64_001}),
        ]
    assert [answer.status_code for answer in refusals] == [405, 400, 406, 415, 405, 414]
    for answer in refusals:
        (error,) = answer.json()["errors"]
        assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", error["extensions"]["code"])
        assert error["message"].endswith(".")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
