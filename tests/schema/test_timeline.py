"""Everything that happened with a customer, over sources that a test made and over the imitations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from connectors.domain.customers import Note
from connectors.domain.errors import ConnectorError, NotConfigured, TimedOut, Unavailable
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.sources import Sources
from schema.timeline import LONGEST
from tests.schema.fake_crm import Crm, deal
from tests.schema.fakes import Book, Desk, Fake, Network, Shop, Tracker
from tests.schema.harness import Answer, Source, hub, run
from tests.schema.nouns import ago, customer, invoice, issue, payment, post, ticket
from tests.schema.rooms import Rooms, message

DOWN = Unavailable(Service.ZENDESK, "ZENDESK dropped the call")
QUERY = """query($first: Int = 20, $after: String, $kinds: [TimelineKind!]) {
  customers { edges { node { timeline(first: $first, after: $after, kinds: $kinds) {
    edges { cursor node { kind service at title url node { id __typename } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  } } } }
}"""
KINDS = ["PAYMENT", "INVOICE", "TICKET", "DEAL", "POST", "MESSAGE", "NOTE", "ISSUE"]


Faked = Shop | Desk | Crm | Rooms | Tracker


def book(*notes: Note) -> Book:
    services = (Service.STRIPE, Service.PAYPAL, Service.ZENDESK, Service.HUBSPOT, Service.SLACK)
    ada = customer("Ada", *(ServiceLink(service, "Ada") for service in services))
    return Book([replace(ada, notes=notes)])


def note(id: str, hours: float, text: str = "Met her") -> Note:
    return Note(id=id, text=text, author="Robin", created_at=ago(hours))


def one_of_each() -> list[Source]:
    """One thing of each kind but notes, an hour apart, in the order of the kinds, the newest first."""
    return [
        Shop(charges=[payment("1", at=ago(0))], bills={"Ada": [invoice("2", at=ago(1))]}),
        Desk(cases=[ticket("3", at=ago(2))]),
        Crm(pitches={"Ada": [deal("4", at=ago(3))]}),
        Network(said=[post("5", at=ago(4))]),
        Rooms(said=[message("6", 5, by="Ada")]),
        Tracker(entries=[issue("8", at=ago(7), service=Service.JIRA)]),
    ]


def shown(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.data["customers"]["edges"][0]["node"]["timeline"]
    return found


def entries(answer: Answer) -> list[dict[str, Any]]:
    return [edge["node"] for edge in shown(answer)["edges"]]


async def test_one_thing_of_each_kind_comes_in_the_order_of_time() -> None:
    answer = await run(hub(*one_of_each(), customers=book(note("7", 6))), QUERY)
    assert answer.errors == []
    assert [entry["kind"] for entry in entries(answer)] == KINDS
    assert [entry["at"] for entry in entries(answer)] == [ago(hours).isoformat() for hours in range(8)]
    assert [entry["service"] for entry in entries(answer)] == [
        *("STRIPE", "STRIPE", "ZENDESK", "HUBSPOT", "BLUESKY", "SLACK", "STORE", "JIRA")
    ]


async def test_an_entry_says_in_a_line_what_happened_and_leads_to_the_rest() -> None:
    answer = await run(hub(*one_of_each(), customers=book(note("7", 6))), QUERY)
    assert [entry["title"] for entry in entries(answer)] == [
        *("10.00 USD", "Invoice N-2", "About 3", "Deal 4", "Said 5", "Said 6", "Met her", "Issue 8")
    ]
    assert [entry["node"] and entry["node"]["__typename"] for entry in entries(answer)] == [
        *("Payment", "Invoice", "Ticket", "Deal", "Post", "Message", None, "Issue")
    ]
    assert [entry["url"] for entry in entries(answer)][:2] == ["https://pay.example/1", None]
    again = await run(
        hub(*one_of_each()), "query($id: ID!) { node(id: $id) { __typename } }", id=entries(answer)[0]["node"]["id"]
    )
    assert again.whole == {"node": {"__typename": "Payment"}}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Two\n\n lines\tin one ", "Two lines in one"),
        ("x" * LONGEST, "x" * LONGEST),
        ("漢" * 500, "漢" * (LONGEST - 1) + "…"),
        ("", ""),
    ],
    ids=["lines", "just so long", "too long, without a space", "nothing"],
)
async def test_a_title_is_one_line_of_bounded_length(text: str, title: str) -> None:
    answer = await run(hub(customers=book(note("1", 0, text))), QUERY, kinds=["NOTE"])
    assert [entry["title"] for entry in entries(answer)] == [title]


async def test_only_the_kinds_that_are_asked_for_are_read() -> None:
    fakes = one_of_each()
    answer = await run(hub(*fakes, customers=book(note("7", 6))), QUERY, kinds=["DEAL", "NOTE", "DEAL"])
    assert [entry["kind"] for entry in entries(answer)] == ["DEAL", "NOTE"]
    assert [name for fake in fakes if isinstance(fake, Fake) for name, _ in fake.batches] == ["deals"]
    assert entries(await run(hub(*fakes, customers=book()), QUERY, kinds=[])) == []


async def test_no_source_is_read_deeper_than_the_page() -> None:
    shop = Shop(charges=[payment(str(number), at=ago(number)) for number in range(30)])
    await run(hub(shop, customers=book()), QUERY, first=5, kinds=["PAYMENT", "NOTE"])
    [[asked]] = shop.asked("payments")
    assert getattr(asked, "page").first == 5  # noqa: B009 - the batches of every method are kept as objects


async def test_the_timelines_of_many_customers_are_one_batch_a_kind() -> None:
    fakes = one_of_each()
    people = Book([customer(name, number=number) for number, name in enumerate(("Ada", "Bob", "Eve"), 1)])
    assert (await run(hub(*fakes, customers=people), QUERY)).errors == []
    batches = [(name, len(keys)) for fake in fakes if isinstance(fake, Fake) for name, keys in fake.batches]
    assert sorted(batches) == [
        *(("deals", 3), ("invoices", 3), ("issues", 3), ("messages", 3), ("payments", 3), ("posts", 3), ("tickets", 3))
    ]


async def test_a_source_that_failed_is_told_beside_what_the_others_have() -> None:
    sources = hub(*one_of_each()[:1], Desk(failure=DOWN), customers=book(note("7", 6)))
    answer = await run(sources, QUERY)
    assert [entry["kind"] for entry in entries(answer)] == ["PAYMENT", "INVOICE", "NOTE"]
    assert answer.only_error["path"] == ["customers", "edges", 0, "node", "timeline"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "ZENDESK"}
    assert shown(answer)["pageInfo"]["hasNextPage"], "what ZENDESK has is still to come"


async def test_one_of_two_services_of_a_kind_can_fail_by_itself() -> None:
    late = TimedOut(Service.PAYPAL, "PAYPAL did not answer in time")
    sources = hub(Shop(charges=[payment("1")]), Shop(Service.PAYPAL, late), customers=book())
    answer = await run(sources, QUERY, kinds=["PAYMENT"])
    assert [entry["service"] for entry in entries(answer)] == ["STRIPE"]
    assert answer.codes == ["UPSTREAM_TIMEOUT"]


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([NotConfigured(Service.ZENDESK), NotConfigured(Service.HUBSPOT)], "SERVICE_NOT_CONFIGURED"),
        ([NotConfigured(Service.ZENDESK), Unavailable(Service.HUBSPOT, "down")], "UPSTREAM_UNAVAILABLE"),
    ],
)
async def test_a_timeline_of_which_nothing_can_be_read_is_an_error(
    failures: Sequence[ConnectorError], code: str
) -> None:
    sources = hub(Desk(failure=failures[0]), Crm(failure=failures[1]), customers=book())
    answer = await run(sources, QUERY, kinds=["TICKET", "DEAL"])
    assert answer.data["customers"]["edges"][0]["node"]["timeline"] is None
    assert answer.codes == [code]


async def test_a_service_that_is_off_is_silent_beside_others() -> None:
    sources = hub(Desk(failure=NotConfigured(Service.ZENDESK)), customers=book(note("7", 6)))
    answer = await run(sources, QUERY)
    assert [entry["kind"] for entry in entries(answer)] == ["NOTE"]
    assert answer.errors == []
    assert not shown(answer)["pageInfo"]["hasNextPage"]


def many(random: Random, count: int) -> list[Faked]:
    """Things of every kind at random hours, several at the same one, in sources that look at few in one go."""

    def times() -> list[datetime]:
        return [ago(random.randrange(60)) for _ in range(count)]

    slack, zendesk, hubspot = Service.SLACK, Service.ZENDESK, Service.HUBSPOT
    return [
        Shop(
            charges=[payment(f"c{n}", at=at) for n, at in enumerate(times())],
            bills={"Ada": [invoice(f"i{n}", at=at) for n, at in enumerate(times())]},
            seen=7,
        ),
        Shop(Service.PAYPAL, charges=[payment(f"p{n}", at=at, service=Service.PAYPAL) for n, at in enumerate(times())]),
        Desk(zendesk, cases=[ticket(f"t{n}", at=at) for n, at in enumerate(times())], seen=3),
        Crm(hubspot, pitches={"Ada": [deal(f"d{n}", at=at) for n, at in enumerate(times())]}),
        Rooms(slack, said=[message(f"m{n}", by="Ada", hours=random.randrange(60)) for n in range(count)], seen=9),
        Tracker(entries=[issue(f"j{n}", at=at, service=Service.JIRA) for n, at in enumerate(times())]),
    ]


async def paged(fakes: Sequence[Faked], kept: Book, random: Random, rate: float) -> list[tuple[str, str]]:
    """Every entry, by a reader who goes on whatever failed, and looks again at the end where something was missing.

    On each page each source fails at a rate.
    """
    found: list[tuple[str, str]] = []
    after, more = None, True
    while more:
        for fake in fakes:
            fake.failure = Unavailable(fake.service, "down") if random.random() < rate else None
        answer = await run(hub(*fakes, customers=kept), QUERY, first=10, after=after)
        page = shown(answer)
        found += [
            (entry["kind"], entry["node"]["id"] if entry["node"] else entry["title"]) for entry in entries(answer)
        ]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"] or bool(answer.errors)
    return found


@pytest.mark.parametrize("rate", [0, 0.15], ids=["all well", "some fail"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_pages_join_to_the_whole_timeline_whatever_fails_on_the_way(seed: int, rate: float) -> None:
    random = Random(seed)  # noqa: S311 - made-up events, not secrets
    fakes = many(random, 12)
    kept = book(*(note(f"n{number}", random.randrange(60), f"Note {number}") for number in range(12)))
    found = await paged(fakes, kept, random, rate)
    assert len(found) == len(set(found)) == 12 * 8
    assert {kind for kind, _ in found} == set(KINDS) - {"POST"}


async def test_without_failures_pages_are_in_the_order_of_time() -> None:
    random = Random(4)  # noqa: S311 - made-up events, not secrets
    fakes, times = many(random, 6), []
    after, more = None, True
    while more:
        page = shown(await run(hub(*fakes, customers=book()), QUERY, first=7, after=after))
        times += [edge["node"]["at"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert times == sorted(times, reverse=True)
    assert len(times) == 6 * 7


async def test_a_page_can_begin_at_any_entry() -> None:
    sources = hub(*one_of_each(), customers=book(note("7", 6)))
    whole = shown(await run(sources, QUERY))
    assert whole["pageInfo"]["startCursor"] == whole["edges"][0]["cursor"]
    assert (whole["pageInfo"]["hasNextPage"], whole["pageInfo"]["hasPreviousPage"]) == (False, False)
    for number, edge in enumerate(whole["edges"]):
        rest = shown(await run(sources, QUERY, after=edge["cursor"]))
        assert rest["edges"] == whole["edges"][number + 1 :]
        assert rest["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("given", [{"first": 0}, {"first": 101}, {"after": "nonsense"}])
async def test_what_is_no_page_is_refused(given: dict[str, object]) -> None:
    answer = await run(hub(customers=book()), QUERY, **given)
    assert answer.data["customers"]["edges"][0]["node"]["timeline"] is None
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_the_imitations_tell_a_story_of_every_kind(imitated: Sources) -> None:
    query = """query($kinds: [TimelineKind!]) {
      customers(first: 12) { edges { node { timeline(first: 50, kinds: $kinds) { edges { node { kind title } } } } } }
    }"""
    told = []
    for kinds in (None, ["NOTE", "DEAL"]):
        customers = (await run(imitated, query, kinds=kinds)).whole["customers"]["edges"]
        told += [edge["node"] for one in customers for edge in one["node"]["timeline"]["edges"]]
    assert {entry["kind"] for entry in told} == set(KINDS)
    assert all(entry["title"] for entry in told if entry["kind"] != "POST")
