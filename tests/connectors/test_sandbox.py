import json

import httpx
import pytest

from connectors.sandbox import Router, reply

BASE = "https://vendor.example"


def named(name: str) -> httpx.Response:
    return reply({"route": name})


ROUTER = Router(
    {
        "GET /v1/charges": lambda _: named("list"),
        "GET /v1/charges/search": lambda _: named("search"),
        "GET /v1/charges/{charge}": lambda _, charge: named(f"one {charge}"),
        "POST /v1/charges": lambda _: named("create"),
        "GET /{owner}/{repo}/x.json": lambda _, owner, repo: named(f"{owner} {repo}"),
        "GET /query": lambda request: named(request.url.params["q"]),
    },
    unknown=lambda request: reply({"route": None, "path": request.url.path}, 404),
)


def route(method: str, path: str) -> object:
    return json.loads(ROUTER(httpx.Request(method, BASE + path)).content)["route"]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/charges", "list"),
        ("GET", "/v1/charges?limit=3", "list"),
        ("GET", "/v1/charges/search", "search"),
        ("GET", "/v1/charges/ch_1", "one ch_1"),
        ("GET", "/v1/charges/a%20b", "one a b"),
        ("GET", "/v1/charges/%C3%BC", "one ü"),
        ("POST", "/v1/charges", "create"),
        ("GET", "/ada/engine/x.json", "ada engine"),
        ("GET", "/query?q=a%26b", "a&b"),
    ],
)
def test_the_first_route_that_fits_answers_with_the_segments_named(method: str, path: str, name: str) -> None:
    assert route(method, path) == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1/charges/"),
        ("GET", "/v1/charges/a/b"),
        ("GET", "/v1/charges/a%2Fb"),
        ("GET", "/v2/v1/charges"),
        ("DELETE", "/v1/charges"),
        ("GET", "/ada/engine/xajson"),
        ("get", "/V1/charges"),
    ],
)
def test_anything_else_is_unknown(method: str, path: str) -> None:
    assert route(method, path) is None


def test_a_reply_is_json_with_its_status_and_headers() -> None:
    response = reply({"ü": [1, None]}, 422, {"Retry-After": "1"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/json"
    assert response.headers["retry-after"] == "1"
    assert response.json() == {"ü": [1, None]}
    assert reply([]).status_code == 200
