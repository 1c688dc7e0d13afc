"""The graph in a real browser, with everything but loopback cut off."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.web.graphiql import HOW_TO_BUILD, is_built
from tests.acceptance.world import application, listening
from tests.gateway.web import browser

pytestmark = [
    pytest.mark.skipif(browser.CHROMIUM is None, reason=browser.NO_CHROMIUM),
    pytest.mark.skipif(not is_built(), reason=HOW_TO_BUILD),
]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Iterator[str]:
    with listening(application(monkeypatch, environment), lifespan="on") as server:
        yield f"{server}/graphql"


async def test_graphiql_completes_a_field_of_the_graph_and_shows_its_answer(address: str) -> None:
    async with browser.visit(address) as seen:
        await browser.open_tab(seen)
        await browser.write(seen, "{ exchangeRa")
        await browser.complete(seen, "exchangeRates")
        assert "exchangeRates" in await browser.query(seen)
        await browser.open_tab(seen)
        await browser.write(seen, "{ services { serv")
        await browser.complete(seen, "service")
        assert '"service": "STRIPE"' in await browser.run(seen)
    assert seen.foreign == []
    assert seen.complaints == []


async def test_a_subscription_is_told_and_stopped_over_a_socket_of_our_own_origin(address: str) -> None:
    async with browser.visit(address) as seen:
        addresses: list[str] = []
        seen.page.on("websocket", lambda socket: addresses.append(socket.url))
        await browser.open_tab(seen)
        await browser.write(seen, "subscription { serviceStatus(services: STRIPE) { service state")
        told = await browser.subscribe(seen, "UP")
        await browser.unsubscribe(seen)
    assert '"serviceStatus"' in told
    assert '"service": "STRIPE"' in told
    assert '"errors"' not in told
    assert addresses == [address.replace("http://", "ws://")]
    assert seen.foreign == []
    assert seen.complaints == []


async def test_the_first_tab_shows_customers_of_every_service(address: str, tmp_path: Path) -> None:
    """`SCREENSHOT=docs/graphiql.png` keeps the picture that the README shows."""
    async with browser.visit(address) as seen:
        await browser.open_tab(seen, "FirstLook")
        answer = await browser.run(seen)
        picture = Path(os.environ.get("SCREENSHOT") or tmp_path / "graphiql.png")
        await browser.screenshot(seen, picture)
    assert '"customers"' in answer
    assert '"errors"' not in answer
    assert os.path.getsize(picture) > 10_000  # noqa: ASYNC240, PTH202 - the browser is closed: nothing else waits
