import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from gateway.http.shortcut import Shortcut


async def _straight(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("straight")(scope, receive, send)


async def _routed(_: Request) -> PlainTextResponse:
    return PlainTextResponse("routed")


APP = Starlette(
    routes=[Route("/graphql", _routed), Route("/other", _routed)],
    middleware=[Middleware(Shortcut, path="/graphql", to=_straight)],
)


@pytest.mark.parametrize(
    ("root_path", "path", "text"),
    [
        ("", "/graphql", "straight"),
        ("", "/graphql?a=b", "straight"),
        ("", "/other", "routed"),
        ("/api", "/api/graphql", "routed"),
    ],
)
async def test_one_path_goes_straight_and_the_others_by_their_routes(root_path: str, path: str, text: str) -> None:
    transport = httpx.ASGITransport(APP, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(path)).text == text
        assert (await client.get(f"{root_path}/graphql/more")).status_code == 404


async def test_what_is_no_request_takes_the_usual_way() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    await Shortcut(app, path="/graphql", to=_straight)({"type": "lifespan"}, _nothing, _ignored)
    assert seen == ["lifespan"]


async def _nothing() -> Message:
    raise AssertionError


async def _ignored(_: Message) -> None:
    raise AssertionError
