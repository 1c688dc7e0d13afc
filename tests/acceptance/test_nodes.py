"""A hundred things by their ids: as few calls as each service allows."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from schema.relay import GlobalId
from tests.acceptance.upstream import sources
from tests.acceptance.world import Graph, gateway

OF_CUSTOMERS = (
    "plans { ...On } invoices(first: 2) { edges { node { ...On } } }",
    "contact { ...On company { ...On } } deals(first: 10) { edges { node { ...On } } }",
    "issues(first: 10) { edges { node { ...On } } } messages(first: 10) { edges { node { ...On } } }",
    "posts(first: 2) { edges { node { ...On } } }",
    "tickets(first: 10) { edges { node { ...On } } } payments(first: 10) { edges { node { ...On } } }",
)
OTHERS = """
  incidents(first: 100) { edges { node { ...On } } }
  repositories(search: "open", first: 30) { edges { node {
    ...On pullRequests(first: 10) { edges { node { ...On } } }
  } } }
"""
ON = "fragment On on Node { __typename id }"
# By the type and who answers: how many calls there are for so many ids. None: one for each, as there is no other way.
COSTS: dict[tuple[str, str], int | None] = {
    ("Customer", "STORE"): 1,
    ("Company", "HUBSPOT"): 1,
    ("Contact", "HUBSPOT"): 1,
    ("Deal", "HUBSPOT"): 1,
    ("Issue", "GITHUB"): 1,
    ("Issue", "JIRA"): 1,
    ("PullRequest", "GITHUB"): 1,
    ("Repository", "GITHUB"): 1,
    ("Post", "BLUESKY"): 4,
    ("Post", "MASTODON"): 5,
    ("Ticket", "ZENDESK"): 1,
    ("Ticket", "INTERCOM"): 8,
    ("Incident", "PAGERDUTY"): None,
    ("Invoice", "STRIPE"): None,
    ("Payment", "STRIPE"): None,
    ("RecurringPlan", "STRIPE"): None,
}
# Several for each: PayPal's capture, its line in the history, and what was given back; Slack's message, and its author.
COSTLY = {("Payment", "PAYPAL"): 5, ("Message", "SLACK"): 2}


def named(data: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Type and id of everything in it that has both."""
    if isinstance(data, dict) and "id" in data:
        yield data["__typename"], data["id"]
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from named(one)


async def ids(graph: Graph) -> dict[tuple[str, str], list[str]]:
    """A hundred at most of each type and service; who answers is learned by asking for one."""
    data = [await graph.data(f"{{ {OTHERS} }} {ON}")]
    for fields in OF_CUSTOMERS:
        query = f"{{ customers(first: 100) {{ edges {{ node {{ ...On {fields} }} }} }} }} {ON}"
        data.append(await graph.data(query))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, id in sorted(set(named(data))):
        found[kind, GlobalId.parse(id).service.name].append(id)
    return {key: some[:100] for key, some in found.items()}


async def test_a_hundred_nodes_of_one_type_cost_as_few_calls_as_their_service_allows(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    known = await ids(graph)
    told = {service for _, service in (*COSTS, *COSTLY)}  # a service that is new takes one for each, or fewer
    assert {key for key in known if key[1] in told} == {*COSTS, *COSTLY}
    costs: dict[tuple[str, str], tuple[int, int]] = {}
    async with gateway(monkeypatch, environment) as fresh:
        for (kind, service), some in known.items():
            answer = await fresh.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=some)
            assert answer["data"]["nodes"] == [{"__typename": kind}] * len(some)
            costs[kind, service] = len(some), sources(answer)[service]["calls"]
    print(*(f"{key}: {calls} calls for {count}" for key, (count, calls) in costs.items()), sep="\n")  # noqa: T201 - told
    assert all(count >= 30 for (_, service), (count, _) in costs.items() if service in told), costs
    for key, (count, calls) in costs.items():
        most = COSTLY[key] * count if key in COSTLY else COSTS.get(key) or count
        assert calls <= most, (key, calls)
