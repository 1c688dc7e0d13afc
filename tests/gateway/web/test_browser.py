import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from strawberry.asgi import GraphQL

from gateway.web.graphiql import HOW_TO_BUILD, assets, graphiql_page, is_built, wants_html
from tests.gateway.web import browser

pytestmark = [
    pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.NO_CHROMIUM),
    pytest.mark.skipif(not is_built(), reason=HOW_TO_BUILD),
]

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations"


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def authorization(self, info: strawberry.Info[dict[str, Request], None]) -> str | None:
        return info.context["request"].headers.get("authorization")


def page(request: Request) -> Response:
    return graphiql_page() if wants_html(request.headers) else Response(status_code=406)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of an application that runs in a thread, on a port that was free."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    graphql = GraphQL[None, None](strawberry.Schema(Query), graphql_ide=None)
    app = Starlette(
        routes=[
            Route("/graphql", page, methods=["GET"]),
            Route("/graphql", graphql, methods=["POST"]),
            Mount("/graphiql", assets()),
        ]
    )
    with served(app) as url:
        yield f"{url}/graphql"


async def test_the_examples_of_the_documentation_are_open_as_tabs_in_file_name_order(address: str) -> None:
    async with browser.visit(address) as seen:
        titles = await browser.tab_titles(seen)
        assert await seen.page.title() == "Tributary"
    assert len(titles) == len(list(OPERATIONS.glob("*.graphql")))
    assert titles[:2] == ["FirstLook", "Customer360"]
    assert "MorningOverview" in titles


async def test_a_week_in_a_tab_is_the_last_one(address: str) -> None:
    async with browser.visit(address) as seen:
        await browser.open_tab(seen, "RevenueThisWeek")
        stored = await seen.page.evaluate("localStorage.getItem('tributary:graphiql:tabState')")
    (tab,) = [one for one in json.loads(stored)["tabs"] if one["title"] == "RevenueThisWeek"]
    since = datetime.fromisoformat(json.loads(tab["variables"])["since"])
    assert timedelta(days=7) <= datetime.now(UTC) - since <= timedelta(days=8, minutes=5)


async def test_a_field_is_completed_and_its_query_answered_without_leaving_our_origin(address: str) -> None:
    async with browser.visit(address) as seen:
        await browser.open_tab(seen)
        await browser.write(seen, "{ gree")
        await browser.complete(seen, "greeting")
        assert "greeting" in await browser.query(seen)
        assert '"greeting": "Hello, world!"' in await browser.run(seen)
    assert seen.foreign == []
    assert seen.complaints == []


async def test_a_header_is_sent_and_never_stored(address: str) -> None:
    async with browser.visit(address) as seen:
        await browser.open_tab(seen)
        await browser.write(seen, "{ authorization")
        await browser.write_headers(seen, '{"Authorization": "Bearer hidden"')
        assert '"authorization": "Bearer hidden"' in await browser.run(seen)
        await seen.page.wait_for_function("() => localStorage.getItem('tributary:graphiql:queries')")
        stored = str(await seen.page.evaluate("() => ({...localStorage})"))
    assert "{ authorization" in stored
    assert "hidden" not in stored


async def test_the_dark_theme_of_the_system_is_followed(address: str) -> None:
    async with browser.visit(address, color_scheme="dark") as seen:
        dark = await seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    async with browser.visit(address, color_scheme="light") as seen:
        assert dark != await seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
