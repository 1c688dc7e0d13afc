"""One search over every service that can search: over sources that a test made, and over the imitations."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.connection import Mode
from connectors.domain.answers import Answers
from connectors.domain.customers import CustomerPage, CustomersAsked
from connectors.domain.errors import NotConfigured, TimedOut, Unavailable
from connectors.domain.offer import Offer
from connectors.domain.search import Searches, Stretch, TextAsked
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket
from connectors.seed.people import People
from schema.loaders.search import REACH
from tests.schema.fakes import Book
from tests.schema.finders import Contacts, Issues, Square, Tickets, contact, titled_issue, titled_ticket
from tests.schema.harness import Answer, hub, imitations, run
from tests.schema.nouns import ago, customer, post

QUERY = """query($text: String! = "csv export", $kinds: [SearchKind!], $first: Int = 20, $after: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after) {
    edges { cursor node { __typename
      ... on Node { id }
      ... on Customer { name }
      ... on Ticket { service subject }
      ... on Issue { service title }
      ... on Contact { service phone }
      ... on Post { service text }
    } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}"""
DOWN = Unavailable(Service.ZENDESK, "ZENDESK dropped the call")


def shown(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.data["search"]
    return found


def nodes(answer: Answer) -> list[dict[str, Any]]:
    return [edge["node"] for edge in shown(answer)["edges"]]


def types(answer: Answer) -> list[str]:
    return [node["__typename"] for node in nodes(answer)]


@dataclass
class Both:
    """A service that finds two kinds."""

    desk: Tickets
    square: Square
    service: Service = Service.INTERCOM

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(ticket=self.desk.search, post=self.square.search))


def tickets(count: int, service: Service = Service.ZENDESK) -> Tickets:
    items = [titled_ticket(f"t{number}", f"Ticket {number}", service) for number in range(count)]
    return Tickets(service=service, items=items)


def issues(count: int) -> Issues:
    return Issues(items=[titled_issue(f"i{number}", f"Issue {number}") for number in range(count)])


async def test_results_are_typed_and_lead_to_what_they_name() -> None:
    sources = hub(tickets(1), issues(1), Contacts(items=[contact("c")]), customers=Book([customer("Ada")]))
    answer = await run(sources, QUERY)
    assert answer.errors == []
    assert types(answer) == ["Customer", "Ticket", "Contact", "Issue"]
    assert nodes(answer)[0]["name"] == "Ada"
    assert nodes(answer)[1] == {
        "__typename": "Ticket",
        "id": nodes(answer)[1]["id"],
        "service": "ZENDESK",
        "subject": "Ticket 0",
    }
    assert shown(answer)["totalCount"] is None
    again = await run(sources, "query($id: ID!) { node(id: $id) { id __typename } }", id=nodes(answer)[0]["id"])
    assert again.whole == {"node": {"id": nodes(answer)[0]["id"], "__typename": "Customer"}}


async def test_sources_are_ranked_together_by_their_own_order_and_then_by_the_text() -> None:
    desk = Tickets(items=[titled_ticket("1", "Something else"), titled_ticket("2", "My CSV export")])
    tracker = Issues(items=[titled_issue("1", "The export of CSV"), titled_issue("2", "An export")])
    answer = await run(hub(desk, tracker), QUERY)
    assert [node.get("subject") or node.get("title") for node in nodes(answer)] == [
        *("The export of CSV", "Something else", "My CSV export", "An export")
    ]


async def test_a_kind_that_is_not_wanted_costs_no_call() -> None:
    desk, tracker, store = tickets(2), issues(2), Book([customer("Ada")])
    answer = await run(hub(desk, tracker, customers=store), QUERY, kinds=["ISSUE", "POST", "ISSUE"])
    assert types(answer) == ["Issue", "Issue"]
    assert (desk.batches, store.calls, len(tracker.batches)) == ([], [], 1)


async def test_every_source_is_asked_while_the_others_are() -> None:
    barrier = asyncio.Barrier(3)

    @dataclass
    class Waiting(Tickets):
        async def search(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Ticket]]:
            await barrier.wait()
            return await super().search(asked)

    class Slow(Book):
        async def page(self, asked: CustomersAsked) -> CustomerPage:
            await barrier.wait()
            return await super().page(asked)

    async with asyncio.timeout(5):
        answer = await run(hub(Waiting(), Waiting(service=Service.INTERCOM), customers=Slow()), QUERY)
    assert answer.errors == []


async def test_fields_that_look_for_the_same_share_a_read() -> None:
    desk = tickets(30)
    text = """{
      few: search(text: "a", kinds: [TICKET], first: 3) { edges { node { ... on Node { id } } } }
      many: search(text: " a ", kinds: [TICKET, POST], first: 9) { edges { node { ... on Node { id } } } }
    }"""
    found = (await run(hub(desk), text)).whole
    assert found["few"]["edges"] == found["many"]["edges"][:3]
    assert desk.depths == [9]


async def test_a_source_that_fails_leaves_the_others_and_one_coded_error() -> None:
    answer = await run(hub(Tickets(failure=DOWN), issues(2)), QUERY)
    assert types(answer) == ["Issue", "Issue"]
    assert answer.only_error["path"] == ["search"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "ZENDESK"}
    assert shown(answer)["pageInfo"]["hasNextPage"], "Zendesk's are still to come"


async def test_a_service_that_fails_for_two_kinds_is_told_once() -> None:
    both = Both(Tickets(failure=DOWN), Square(failure=DOWN))
    answer = await run(hub(both), QUERY, kinds=["TICKET", "POST"])
    assert answer.codes == ["UPSTREAM_UNAVAILABLE"]
    people = People(20)
    answer = await run(imitations(people, Book(), {Service.HUBSPOT: Mode.OFF}), QUERY, kinds=["CONTACT", "DEAL"])
    assert answer.codes == ["SERVICE_NOT_CONFIGURED"]


async def test_where_the_store_is_down_the_services_are_searched_all_the_same() -> None:
    class Broken(Book):
        async def page(self, asked: CustomersAsked) -> CustomerPage:
            raise TimedOut(Service.STORE, str(asked))

    answer = await run(hub(issues(1), customers=Broken()), QUERY)
    assert types(answer) == ["Issue"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "STORE"}


async def test_where_all_fail_the_page_is_empty_and_each_is_told() -> None:
    later = TimedOut(Service.JIRA, "JIRA did not answer in time")
    answer = await run(hub(Tickets(failure=DOWN), Issues(failure=later)), QUERY, kinds=["TICKET", "ISSUE"])
    assert shown(answer)["edges"] == []
    assert sorted(answer.codes) == ["UPSTREAM_TIMEOUT", "UPSTREAM_UNAVAILABLE"]
    assert not shown(answer)["pageInfo"]["hasNextPage"]


async def test_a_service_that_is_off_is_passed_over_beside_one_that_answers() -> None:
    off = Tickets(failure=NotConfigured(Service.ZENDESK))
    answer = await run(hub(off, tickets(1, Service.INTERCOM)), QUERY, kinds=["TICKET"])
    assert (types(answer), answer.errors) == (["Ticket"], [])
    assert not shown(answer)["pageInfo"]["hasNextPage"]
    answer = await run(hub(off), QUERY, kinds=["TICKET"])
    assert (nodes(answer), answer.codes) == ([], ["SERVICE_NOT_CONFIGURED"])


async def test_pages_go_on_for_every_source_and_each_match_comes_once() -> None:
    square = Square(items=[post(f"p{number}", at=ago(number)) for number in range(12)])
    sources = hub(tickets(40), issues(7), square)
    seen: list[str] = []
    after = None
    while True:
        answer = await run(sources, QUERY, first=5, after=after)
        page = shown(answer)
        seen += [node["id"] for node in nodes(answer)]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        square.items.append(post(f"new{len(seen)}", at=ago(-len(seen))))
    assert len(seen) == len(set(seen)) == 59
    whole = await run(hub(tickets(40), issues(7), Square(items=square.items[:12])), QUERY, first=100)
    assert seen == [node["id"] for node in nodes(whole)]


async def test_what_a_source_missed_comes_with_the_next_page() -> None:
    desk, tracker = tickets(2), issues(3)
    desk.failure = DOWN
    first = await run(hub(desk, tracker), QUERY, first=2)
    desk.failure = None
    second = await run(hub(desk, tracker), QUERY, first=9, after=shown(first)["pageInfo"]["endCursor"])
    assert types(first) == ["Issue", "Issue"]
    assert [node.get("subject") or node.get("title") for node in nodes(second)] == ["Ticket 0", "Ticket 1", "Issue 2"]
    assert not shown(second)["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": " \n"},
        {"kinds": []},
        {"kinds": ["WEATHER"]},
        {"first": 0},
        {"first": 101},
        {"after": "nonsense"},
    ],
    ids=str,
)
async def test_a_bad_argument_is_refused_before_anybody_is_asked(given: dict[str, object]) -> None:
    desk = tickets(2)
    answer = await run(hub(desk), QUERY, **given)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert desk.batches == []


async def test_a_cursor_belongs_to_its_own_search() -> None:
    sources = hub(tickets(5))
    after = shown(await run(sources, QUERY, first=2))["pageInfo"]["endCursor"]
    assert (await run(sources, QUERY, after=after)).errors == []
    assert (await run(sources, QUERY, after=after, text="other")).codes == ["BAD_USER_INPUT"]
    assert (await run(sources, QUERY, after=after, kinds=["TICKET"])).codes == ["BAD_USER_INPUT"]


async def test_the_rule_of_the_order_stands_in_the_schema() -> None:
    asked = '{ __type(name: "Query") { fields { name description } } }'
    fields = (await run(hub(), asked)).whole["__type"]["fields"]
    (about,) = (field["description"] for field in fields if field["name"] == "search")
    for rule in ("its own order", "whole text in its title", "all of its words", "`errors`", f"{REACH:,}"):
        assert rule in about


async def test_all_imitations_are_searched_together() -> None:
    people = People(200)
    name = people[7].name
    sources = imitations(people, Book([people[7].customer()]))
    answer = await run(sources, QUERY, text=name, first=100)
    assert answer.errors == []
    assert {"Customer", "Payment", "Contact"} <= set(types(answer))
    words = await run(sources, QUERY, text="export", first=100)
    assert words.errors == []
    assert {(node["__typename"], node.get("service")) for node in nodes(words)} >= {
        ("Ticket", "ZENDESK"),
        ("Issue", "GITHUB"),
        ("Issue", "JIRA"),
    }
    coffee = await run(sources, QUERY, text="coffee", kinds=["POST"], first=100)
    assert {node["service"] for node in nodes(coffee)} == {"BLUESKY", "MASTODON"}


async def test_what_was_found_in_an_imitation_is_read_again_by_its_id() -> None:
    people = People(200)
    sources = imitations(people, Book([people[7].customer()]))
    found = [*nodes(await run(sources, QUERY, text=people[7].name)), *nodes(await run(sources, QUERY, text="export"))]
    ids = list({node["__typename"]: node["id"] for node in found}.values())
    again = await run(sources, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in again.whole["nodes"]] == ids
    assert len(ids) >= 5
