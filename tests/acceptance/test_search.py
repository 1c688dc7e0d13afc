"""One search over real sockets: all services together, and with one of them down."""

import time
from typing import Any

import pytest

from connectors.domain.search import SearchKind
from connectors.domain.service import Service
from connectors.seed.people import People
from schema.loaders.search import Place, Source
from schema.search_pages import Question, SearchPage
from tests.acceptance.faults import Answer, hanging, replying, resetting, serving
from tests.acceptance.world import Graph, gateway
from tests.connectors.support import offering, searching

QUERY = """query($text: String!, $kinds: [SearchKind!], $first: Int = 20, $after: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after) {
    edges { node { __typename
      ... on Node { id }
      ... on Customer { name }
      ... on Payment { service }
      ... on Ticket { service }
      ... on Contact { service }
      ... on Deal { service }
      ... on Repository { service }
      ... on Issue { service }
      ... on Post { service }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""


def found(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in answer["data"]["search"]["edges"]]


def asked(answer: dict[str, Any]) -> set[str]:
    return {source["service"] for source in answer["extensions"]["sources"]}


async def read(graph: Graph, most: int, first: int, **variables: object) -> list[str]:
    """The ids of the first `most` or more, page by page."""
    ids: list[str] = []
    after, more = None, True
    while more and len(ids) < most:
        found = (await graph.data(QUERY, first=first, after=after, **variables))["search"]
        ids += [edge["node"]["id"] for edge in found["edges"]]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    return ids


async def test_every_service_that_can_search_is_asked_and_results_are_typed(graph: Graph, people: People) -> None:
    answer = await graph.ask(QUERY, text=people[7].name)
    assert "errors" not in answer
    assert {"Customer", "Payment", "Contact"} <= {node["__typename"] for node in found(answer)}
    assert found(answer)[0]["name"] == people[7].name
    services = {service.name for service in offering("searches")}
    assert asked(await graph.ask(QUERY, text="export")) == {"STORE", *services}
    assert len(services) >= 8


async def test_kinds_that_are_not_wanted_cost_no_call(graph: Graph) -> None:
    answer = await graph.ask(QUERY, text="export", kinds=["TICKET"])
    assert {node["__typename"] for node in found(answer)} == {"Ticket"}
    assert asked(answer) == {service.name for service in searching(SearchKind.TICKET)}


@pytest.mark.parametrize("kinds", [["TICKET", "ISSUE"], ["DEAL", "REPOSITORY", "CUSTOMER"], ["POST"]])
async def test_pages_join_to_the_same_list_whatever_their_size(graph: Graph, kinds: list[str]) -> None:
    text = {"TICKET": "csv export", "DEAL": "studio", "POST": "coffee"}[kinds[0]]
    whole = await read(graph, 200, 100, text=text, kinds=kinds)
    parts = await read(graph, 60, 23, text=text, kinds=kinds)
    assert len(set(whole)) == len(whole) > len(parts) >= 60
    assert parts == whole[: len(parts)]


@pytest.mark.parametrize(
    ("kind", "text", "calls"),
    [
        ("CUSTOMER", "a", {"STORE": [1] * 10}),
        ("TICKET", "export", {"ZENDESK": [1, 1, 1, 1, 1, 2, 1, 1, 1, 1], "INTERCOM": [1] + [0] * 9}),
        ("CONTACT", "a", {"HUBSPOT": [1, 1, 1, 1, 1, 2, 1, 1, 1, 1]}),
        ("REPOSITORY", "a", {"GITHUB": [1] * 10}),
        ("ISSUE", "export", {"GITHUB": [1] * 10, "JIRA": [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}),
        ("POST", "coffee", {"BLUESKY": [1] * 10, "MASTODON": [1] * 10}),
    ],
)
async def test_a_deep_page_costs_what_the_first_one_does_and_once_more_where_a_services_own_page_ends(
    graph: Graph, kind: str, text: str, calls: dict[str, list[int]]
) -> None:
    """200 matches, 20 at a time. What a cache answers is a call here, so that it is as if there were none."""
    read, after, made = list[str](), None, dict[str, list[int]]()
    for _ in range(10):
        answer = await graph.ask(QUERY, text=text, kinds=[kind], after=after)
        read += [node["id"] for node in found(answer)]
        after = answer["data"]["search"]["pageInfo"]["endCursor"]
        sources = {one["service"]: one for one in answer["extensions"]["sources"]}
        for service in calls:
            told = sources.get(service, {"calls": 0, "cached": 0, "coalesced": 0})
            made.setdefault(service, []).append(told["calls"] + told["cached"] + told["coalesced"])
    assert made == calls
    assert len(set(read)) == len(read) == 200
    first = await graph.ask(QUERY, text=text, kinds=[kind], first=100)
    after = first["data"]["search"]["pageInfo"]["endCursor"]
    whole = [*found(first), *found(await graph.ask(QUERY, text=text, kinds=[kind], first=100, after=after))]
    assert read == [node["id"] for node in whole]


@pytest.mark.parametrize(
    ("kind", "service", "code"),
    [
        ("CUSTOMER", Service.STORE, "BAD_USER_INPUT"),
        ("PAYMENT", Service.STRIPE, "UPSTREAM_REJECTED"),
        ("TICKET", Service.ZENDESK, "UPSTREAM_REJECTED"),
        ("CONTACT", Service.HUBSPOT, "UPSTREAM_REJECTED"),
        ("DEAL", Service.HUBSPOT, "UPSTREAM_REJECTED"),
        ("REPOSITORY", Service.GITHUB, "UPSTREAM_REJECTED"),
        ("ISSUE", Service.GITHUB, "UPSTREAM_REJECTED"),
        ("ISSUE", Service.JIRA, "UPSTREAM_REJECTED"),
        ("POST", Service.MASTODON, "UPSTREAM_REJECTED"),
    ],
)
@pytest.mark.parametrize("start", ["made up", "cus_1 made up", "\0", "-1"])
async def test_a_place_that_somebody_made_up_is_refused(
    graph: Graph, kind: str, service: Service, code: str, start: str
) -> None:
    question = Question.of("export", [SearchKind[kind]])
    places = {Source(SearchKind[kind], service): Place(3, "0123456789ab", start=start, passed=3)}
    answer = await graph.ask(QUERY, text="export", kinds=[kind], after=SearchPage(question, 20, places).cursor)
    assert code in [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (replying("500 Internal Server Error", b"oops"), "UPSTREAM_UNAVAILABLE"),
        (replying("401 Unauthorized", b"{}"), "UPSTREAM_UNAUTHORIZED"),
        (replying("200 OK", b"<html>"), "UPSTREAM_MALFORMED"),
        (hanging, "UPSTREAM_TIMEOUT"),
        (resetting, "UPSTREAM_UNAVAILABLE"),
    ],
    ids=["500", "401", "not JSON", "hang", "reset"],
)
async def test_a_service_that_is_down_costs_its_own_matches_and_one_error(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], fault: Answer, code: str
) -> None:
    async with serving(fault) as address:
        broken = environment | {"HUBSPOT_BASE_URL": address, "HUBSPOT_TIMEOUT": "1"}
        async with gateway(monkeypatch, broken) as graph:
            start = time.monotonic()
            answer = await graph.ask(QUERY, text="studio")
            assert time.monotonic() - start <= 3
    assert {node["__typename"] for node in found(answer)} >= {"Customer"}
    [error] = answer["errors"]
    assert error["path"] == ["search"]
    assert error["extensions"] == {"code": code, "service": "HUBSPOT"}
    assert answer["data"]["search"]["pageInfo"]["hasNextPage"], "HubSpot's are still to come"


async def test_what_a_service_missed_comes_once_it_answers_again(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    async with serving(resetting) as address:
        broken = environment | {f"{Service.ZENDESK.name}_BASE_URL": address}
        async with gateway(monkeypatch, broken) as graph:
            first = await graph.ask(QUERY, text="export", kinds=["TICKET", "ISSUE"])
    assert {node["service"] for node in found(first)} <= {"INTERCOM", "GITHUB", "JIRA"}
    after = first["data"]["search"]["pageInfo"]["endCursor"]
    async with gateway(monkeypatch, environment) as graph:
        second = await graph.ask(QUERY, text="export", kinds=["TICKET", "ISSUE"], after=after)
        whole = await graph.ask(QUERY, text="export", kinds=["TICKET", "ISSUE"], first=100)
    assert "ZENDESK" in {node["service"] for node in found(second)[:5]}
    seen = [node["id"] for node in (*found(first), *found(second))]
    assert len(seen) == len(set(seen)) == 40
    assert set(seen) <= {node["id"] for node in found(whole)}


@pytest.mark.parametrize(
    "text", ["x" * 1000, "word " * 200, "日本語" * 300, "\\\"'(){}[]:*~^", "it's x\0y", "\0\t\n -", "a OR b AND NOT c"]
)
async def test_no_text_makes_a_service_refuse_the_search(graph: Graph, text: str) -> None:
    answer = await graph.ask(QUERY, text=text)
    assert "errors" not in answer, answer["errors"]
