"""HubSpot's word for its account is read when the gateway has started, and by no operation."""

import asyncio

import httpx
import pytest

from tests.acceptance.upstream import sources
from tests.acceptance.world import Graph, application, listening

# A noun of a hundred customers, and what of HubSpot it costs beside what was there when the gateway had started.
NOUNS = {
    "deals(first: 5) { edges { node { name stage url amount { amount currency } } } }": 2,
    "contact { url phone lifecycleStage }": 1,
    "contact { owner }": 2,
}
AT_THE_START = 3
A_HUNDRED = "{{ customers(first: 100) {{ edges {{ node {{ {} }} }} }} }}"


async def warm(graph: Graph) -> None:
    """Returns when HubSpot has answered all that it was asked at the start."""
    async with asyncio.timeout(10):
        while True:
            services = (await graph.data("{ services { service calls latencyMs } }"))["services"]
            (hubspot,) = (one for one in services if one["service"] == "HUBSPOT")
            if hubspot["calls"] == AT_THE_START and hubspot["latencyMs"]:
                return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("field", NOUNS, ids=["deals", "contacts", "owners"])
async def test_an_operation_costs_hubspot_no_more_than_its_own_records(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], field: str
) -> None:
    with listening(application(monkeypatch, environment), "on") as url:
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:
            graph = Graph(http)
            await warm(graph)
            answer = await graph.ask(A_HUNDRED.format(field))
    assert "errors" not in answer
    assert sources(answer)["HUBSPOT"]["calls"] == NOUNS[field]


@pytest.mark.parametrize("field", NOUNS, ids=["deals", "contacts", "owners"])
async def test_nor_does_one_that_comes_before_the_account_has_been_read(graph: Graph, field: str) -> None:
    answer = await graph.ask(A_HUNDRED.format(field))
    assert "errors" not in answer
    assert sources(answer)["HUBSPOT"]["calls"] == NOUNS[field]
