from collections.abc import Callable

import httpx
import pytest
import strawberry
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from gateway.http.endpoint import Endpoint

JSON = {"Content-Type": "application/json"}
URL = "http://gateway/graphql"


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def allowed(self, info: strawberry.Info[list[float | None], None]) -> float | None:
        return info.context[0]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def shout(self) -> str:
        return "HELLO"


def client(page: Callable[[Headers], Response | None] | None = None) -> httpx.AsyncClient:
    endpoint = Endpoint(strawberry.Schema(Query, Mutation), lambda seconds: [seconds], page=page)
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint))


async def test_an_operation_is_posted_as_json_and_answered_as_it_is_spelled() -> None:
    answer = await client().post(URL, json={"query": '{ greeting(name: "Zoë 渡辺") }'})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert "Hello, Zoë 渡辺!" in answer.content.decode()


async def test_a_query_may_be_got() -> None:
    answer = await client().get(URL, params={"query": "{ greeting }"})
    assert answer.json()["data"] == {"greeting": "Hello, world!"}


async def test_a_mutation_may_not_be_got() -> None:
    answer = await client().get(URL, params={"query": "mutation { shout }"})
    assert answer.status_code in (400, 405)
    assert "HELLO" not in answer.text


@pytest.mark.parametrize(
    "media_type", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
async def test_what_another_sites_page_could_send_is_refused(media_type: str) -> None:
    answer = await client().post(URL, content=b'{"query": "mutation { shout }"}', headers={"Content-Type": media_type})
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "GraphQL-Require-Preflight" in error["message"]


@pytest.mark.parametrize("header", ["X-Apollo-Operation-Name", "Apollo-Require-Preflight", "GraphQL-Require-Preflight"])
async def test_a_header_that_no_page_can_send_unasked_lets_it_pass(header: str) -> None:
    headers = {"Content-Type": "text/plain", header: "1"}
    answer = await client().post(URL, content=b'{"query": "{ greeting }"}', headers=headers)
    assert "forged" not in answer.text


async def test_a_browser_gets_the_page_and_a_program_its_answer() -> None:
    def page(headers: Headers) -> Response | None:
        return HTMLResponse("<h1>GraphiQL</h1>") if "html" in headers.get("accept", "") else None

    browser = await client(page).get(URL, headers={"Accept": "text/html"})
    assert browser.text == "<h1>GraphiQL</h1>"
    program = await client(page).get(URL, params={"query": "{ greeting }"}, headers={"Accept": "application/json"})
    assert program.json()["data"] == {"greeting": "Hello, world!"}


@pytest.mark.parametrize(("header", "seconds"), [("2.5", 2.5), ("0", None), ("-1", None), ("soon", None), (None, None)])
async def test_a_caller_may_say_how_long_it_waits(header: str | None, seconds: float | None) -> None:
    headers = JSON | ({} if header is None else {"X-Request-Timeout": header})
    answer = await client().post(URL, json={"query": "{ allowed }"}, headers=headers)
    assert answer.json()["data"] == {"allowed": seconds}


@pytest.mark.parametrize("body", [b"null", b"5", b'"x"', b"{", b"\xff\xfe", b"[]", b'{"query": 5}'])
async def test_a_body_that_is_no_request_is_refused_and_is_no_failure_of_ours(body: bytes) -> None:
    answer = await client().post(URL, content=body, headers=JSON)
    assert 400 <= answer.status_code < 500
