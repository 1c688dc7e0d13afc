"""What a service is asked for at the start: nothing waits for it, nothing depends on it, and nobody asks twice."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO

import pytest

from connectors.connection import imitated
from connectors.hubspot.service import HUBSPOT
from gateway import telemetry
from gateway.app import create_app
from gateway.variables import Run
from tests.acceptance.faults import Answer, hanging, replying, resetting
from tests.acceptance.upstream_faults import Upstream
from tests.gateway.test_app import given

pytestmark = pytest.mark.usefixtures("bare", "logging_restored")
FACTS = 3  # that HubSpot is asked for
TOKEN = imitated(HUBSPOT)["HUBSPOT_ACCESS_TOKEN"]
REFUSED = replying("401 Unauthorized", b'{"message": "no %s here"}' % TOKEN.encode())


class Started:
    """A gateway whose HubSpot is in a test's hands."""

    def __init__(self, hubspot: Upstream, log: StringIO) -> None:
        self.hubspot = hubspot
        self.log = log

    async def told(self) -> list[dict[str, object]]:
        """What is logged of it; waits until something is."""
        async with asyncio.timeout(5):
            while True:
                if lines := [line for line in self.log.getvalue().splitlines() if "not warmed up" in line]:
                    return [json.loads(line) for line in lines]
                await asyncio.sleep(0.01)


@asynccontextmanager
async def started(uri: str, answer: Answer, seconds: str = "10") -> AsyncIterator[Started]:
    log = StringIO()
    telemetry.configure(pretty=False, level="info", secrets=[TOKEN], stream=log)
    hubspot = Upstream(answer)
    async with hubspot.listening() as address:
        settings = {"HUBSPOT_BASE_URL": address, "HUBSPOT_TIMEOUT": seconds, "HUBSPOT_ATTEMPTS": "1"}
        app = create_app(given(Run.SERVE, uri, HUBSPOT_ACCESS_TOKEN=TOKEN, **settings))
        async with app.router.lifespan_context(app):
            yield Started(hubspot, log)
        await hubspot.until(lambda one: not one.open)


async def test_a_service_that_hangs_delays_neither_the_start_nor_the_end(store_uri: str) -> None:
    began = time.perf_counter()
    async with started(store_uri, hanging) as gateway:
        await gateway.hubspot.until(lambda one: one.open == FACTS)
    assert time.perf_counter() - began < 2
    assert "not warmed up" not in gateway.log.getvalue()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (hanging, "UPSTREAM_TIMEOUT"),
        (resetting, "UPSTREAM_UNAVAILABLE"),
        (replying("503 Service Unavailable", b""), "UPSTREAM_UNAVAILABLE"),
        (replying("429 Too Many Requests", b"", "Retry-After: 7"), "UPSTREAM_RATE_LIMITED"),
        (REFUSED, "UPSTREAM_UNAUTHORIZED"),
        (replying("200 OK", b"<html>"), "UPSTREAM_MALFORMED"),
    ],
    ids=["hangs", "resets", "fails", "is asked too much", "refuses", "talks nonsense"],
)
async def test_a_service_that_fails_at_the_start_is_told_of_in_one_coded_line(
    store_uri: str, answer: Answer, code: str
) -> None:
    async with started(store_uri, answer, seconds="0.2") as gateway:
        (line,) = await gateway.told()
        calls = gateway.hubspot.calls
        await asyncio.sleep(0.2)
        assert gateway.hubspot.calls == calls <= FACTS, "nothing is tried again"
    assert (line["service"], line["code"], line["level"]) == ("HUBSPOT", code, "info")
    assert TOKEN not in gateway.log.getvalue()


async def test_a_service_that_nobody_has_set_up_is_not_spoken_of(store_uri: str) -> None:
    log = StringIO()
    telemetry.configure(pretty=False, level="info", stream=log)
    app = create_app(given(Run.SERVE, store_uri))
    async with app.router.lifespan_context(app):
        await app.state.health.prepared.wait()
    assert "not warmed up" not in log.getvalue()
