"""How deep the sources of a timeline are read: no deeper than the page needs, however far down it lies."""

from collections.abc import Sequence
from random import Random

import httpx
import msgspec
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.page import Page
from connectors.domain.service import Service
from connectors.intercom.service import INTERCOM
from connectors.sources import Sources
from connectors.stripe.service import STRIPE
from connectors.transport.stats import ServiceStats
from connectors.zendesk.service import ZENDESK
from schema.timeline_pages import TimelinePage
from tests.connectors.support import Recorder, connected, crowd
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book
from tests.schema.harness import hub, run
from tests.schema.test_timeline import QUERY, Faked, book, many, shown

FIRST = 10
EACH = 40  # things of each source
PEOPLE = 5
SIZES = {"/v1/charges": "limit", "/v1/invoices": "limit", "/api/v2/search.json": "per_page"}


def asked(fakes: Sequence[Faked]) -> list[tuple[Service, str, Page]]:
    """Which pages of which lists were asked for since the last look."""
    found = [
        (fake.service, method, key.page)  # type: ignore[attr-defined]  # every question here is one for a page
        for fake in fakes
        for method, keys in fake.batches
        for key in keys
    ]
    for fake in fakes:
        fake.batches.clear()
    return found


async def test_on_every_page_each_source_is_asked_once_for_that_page_alone() -> None:
    fakes = many(Random(5), EACH)  # noqa: S311 - made-up events, not secrets
    for fake in fakes:
        fake.seen = None
    lists = {*((Service.STRIPE, "payments"), (Service.STRIPE, "invoices"), (Service.PAYPAL, "payments"))}
    lists |= {*((Service.PAYPAL, "invoices"), (Service.ZENDESK, "tickets"), (Service.HUBSPOT, "deals"))}
    lists |= {(Service.SLACK, "messages"), (Service.JIRA, "issues")}
    after, more, pages = None, True, 0
    while more:
        page = shown(await run(hub(*fakes, customers=book()), QUERY, first=FIRST, after=after))
        questions = asked(fakes)
        place = TimelinePage.of(FIRST, after).after
        assert {(service, method) for service, method, _ in questions} == lists
        assert [one for _, _, one in questions] == [Page(FIRST, place)] * len(lists)
        after, more, pages = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"], pages + 1
    assert pages == EACH * 7 / FIRST


async def test_after_a_failure_each_source_is_asked_from_where_it_is() -> None:
    fakes = many(Random(6), EACH)  # noqa: S311 - made-up events, not secrets
    desk = next(fake for fake in fakes if fake.service is Service.ZENDESK)
    desk.failure = Unavailable(Service.ZENDESK, "down")
    first = await run(hub(*fakes, customers=book()), QUERY, first=FIRST)
    assert (first.codes, len(shown(first)["edges"])) == (["UPSTREAM_UNAVAILABLE"], FIRST)
    desk.failure = None
    asked(fakes)
    await run(hub(*fakes, customers=book()), QUERY, first=FIRST, after=shown(first)["pageInfo"]["endCursor"])
    places = {service: page.after for service, _, page in asked(fakes)}
    assert places.pop(Service.ZENDESK) is None
    assert len(set(places.values())) == 1
    assert None not in places.values()


@pytest.mark.parametrize("first", [1, 3])
async def test_services_are_asked_for_as_many_as_a_page_can_need_and_two_to_be_certain(first: int) -> None:
    """Each has this customer's list sorted and filtered, so that a page of it is one call, wherever it lies."""
    people = crowd(PEOPLE)
    wires = {vendor: Recorder(httpx.MockTransport(vendor.imitate(people))) for vendor in (STRIPE, ZENDESK, INTERCOM)}
    connections = [connected(vendor, people, wire) for vendor, wire in wires.items()]
    kept = Book([people[3].customer()])
    sources = Sources(kept, ServiceStats(Service.STORE), connections, Deeds())
    after, more, pages = None, True, 0
    while more:
        page = shown(await run(sources, QUERY, first=first, after=after))
        sizes = {vendor.service: list(filter(None, map(size, wire.requests))) for vendor, wire in wires.items()}
        assert sizes[Service.STRIPE] == [first + 2] * 2, "charges and invoices"
        assert sizes[Service.ZENDESK] == sizes[Service.INTERCOM] == [first + 2]
        for wire in wires.values():
            wire.requests.clear()
        after, more, pages = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"], pages + 1
    assert pages > 12 / first, "a customer with a history"


def size(request: httpx.Request) -> int | None:
    """How many items a list was asked for; None for what is no list."""
    if request.url.path == "/conversations/search":
        return int(msgspec.json.decode(request.content)["pagination"]["per_page"])
    name = SIZES.get(request.url.path)
    return int(request.url.params[name]) if name else None
