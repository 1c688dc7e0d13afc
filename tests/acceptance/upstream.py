"""Asking a gateway whose services are a test's own, and reading what its answers cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.acceptance.faults import replying
from tests.acceptance.upstream_faults import Upstream
from tests.acceptance.world import Graph, application, gateway, listening

ALONE = "invoices(first: 2) { edges { node { id } } }"  # which Stripe alone has
INVOICES = f"{{ customers(first: 3) {{ edges {{ node {{ name {ALONE} }} }} }} }}"
OTHERS = '{ tickets(first: 2) { edges { node { subject } } } exchangeRate(base: "USD", quote: "EUR") { rate } }'
BOTH = INVOICES[:-1] + OTHERS[1:]
BALANCE = "{ balance { amount } }"  # likewise, and it takes one read
READS = 3  # that INVOICES needs
BROKEN = replying("500 Internal Server Error", b"oops")
Environment = dict[str, str]


def sources(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`extensions.sources` by service."""
    return {source["service"]: source for source in answer["extensions"]["sources"]}


def invoices(answer: dict[str, Any]) -> list[Any]:
    """What stands in each customer's field."""
    return [edge["node"]["invoices"] for edge in answer["data"]["customers"]["edges"]]


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


async def states(graph: Graph) -> dict[str, str]:
    services = (await graph.data("{ services { service state } }"))["services"]
    return {one["service"]: one["state"] for one in services}


async def joined(graph: Graph, reads: int) -> None:
    """Waits until so many reads share another's call."""
    async with asyncio.timeout(10):
        while True:
            services = (await graph.data("{ services { service coalesced } }"))["services"]
            if {"service": "STRIPE", "coalesced": reads} in services:
                return
            await asyncio.sleep(0.01)  # the driver's threads need a turn to get the customers


@asynccontextmanager
async def with_stripe(
    patch: pytest.MonkeyPatch, environment: Environment, stripe: Upstream, seconds: float = 2
) -> AsyncIterator[Graph]:
    """A gateway whose Stripe is this one, and may take so long."""
    async with stripe.listening() as address:
        own = {"STRIPE_BASE_URL": address, "STRIPE_TIMEOUT": str(seconds)}
        async with gateway(patch, environment | own) as graph:
            yield graph


@asynccontextmanager
async def over_sockets(patch: pytest.MonkeyPatch, environment: Environment) -> AsyncIterator[str]:
    """The address of a gateway that waits for its services for 10 s."""
    with listening(application(patch, environment | {"STRIPE_TIMEOUT": "10", "ZENDESK_TIMEOUT": "10"}), "on") as url:
        yield url


@asynccontextmanager
async def caller(url: str) -> AsyncIterator[Graph]:
    """One with connections of their own."""
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        yield Graph(http)
