"""What an account says of itself, and how long that is kept."""

import httpx
import pytest

from connectors.connection import Access, Connection, Mode, connect, imitated
from connectors.domain.crm import DealsAsked, NewDeal
from connectors.domain.errors import Malformed
from connectors.hubspot.client import HubSpot
from connectors.hubspot.service import HUBSPOT
from connectors.sandbox import reply
from connectors.transport.cache_store import MemoryStore
from tests.connectors.hubspot.support import EVERYTHING, OWNERS, PEOPLE, contact_id, imitation, over, paths, ref, value
from tests.connectors.support import Recorder


def paged(request: httpx.Request) -> httpx.Response:
    """Five owners, two a page."""
    start = int(request.url.params.get("after", "0"))
    page = {"results": [{"id": str(one), "firstName": f"O{one}"} for one in range(start, min(start + 2, 5))]}
    return reply(page | ({"paging": {"next": {"after": str(start + 2)}}} if start + 2 < 5 else {}))


async def test_owners_are_walked_page_by_page_to_the_end() -> None:
    wire = Recorder(httpx.MockTransport(paged))
    assert await over(wire).owners_by_id(["0", "4"]) == {"0": "O0", "4": "O4"}
    assert [request.url.params.get("after") for request in wire.requests] == [None, "2", "4"]
    assert set(paths(wire)) == {OWNERS}


async def test_a_walk_that_is_promised_more_and_given_nothing_ends() -> None:
    body = {"results": [], "paging": {"next": {"after": "again"}}}
    wire = Recorder(httpx.MockTransport(lambda _: reply(body)))
    assert await over(wire).owners_by_id(["1"]) == {"1": None}
    assert len(wire.requests) == 2  # those who are there, and those who left


async def test_owners_that_do_not_fit_are_malformed() -> None:
    wire = httpx.MockTransport(lambda _: reply({"results": [{"id": 7}]}))
    assert isinstance((await over(wire).owners_by_id(["7"]))["7"], Malformed)


def behind_the_stack(wire: httpx.AsyncBaseTransport) -> tuple[HubSpot, Connection]:
    access = Access(mode=Mode.LIVE, base_url=HUBSPOT.base_url, credentials=imitated(HUBSPOT))
    connection = connect(HUBSPOT, access, PEOPLE, wire, store=MemoryStore())
    assert isinstance(connection.connector, HubSpot)
    return connection.connector, connection


async def test_what_changes_seldom_is_asked_for_once() -> None:
    wire = imitation()
    hubspot, connection = behind_the_stack(wire)
    for _ in range(3):
        await hubspot.owners_by_id(["41629779"])
    assert paths(wire) == [OWNERS]
    assert (connection.stats.totals.calls, connection.stats.totals.cached) == (1, 2)


async def test_reads_by_post_are_kept_like_any_other() -> None:
    wire = imitation()
    hubspot, _ = behind_the_stack(wire)
    ids = [contact_id(number) for number in range(3)]
    first = await hubspot.contacts_by_id(ids)
    assert await hubspot.contacts_by_id(ids) == first
    assert len(wire.requests) == 1
    await hubspot.contacts_by_id(ids[:2])
    assert len(wire.requests) == 2


async def test_a_deal_that_was_just_opened_is_in_every_list_that_was_kept() -> None:
    hubspot, _ = behind_the_stack(imitation())
    lists = [DealsAsked(ref(1), EVERYTHING), DealsAsked(ref(0), EVERYTHING), DealsAsked(None, EVERYTHING)]
    before = [len(value(answer).items) for answer in (await hubspot.deals(lists)).values()]
    await hubspot.create_deal(NewDeal("Pilot", ref=ref(0)), "k")
    after = [len(value(answer).items) for answer in (await hubspot.deals(lists)).values()]
    assert [later - earlier for earlier, later in zip(before, after, strict=True)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("path", "fresh"),
    [
        ("/crm/v3/owners", 3600),
        ("/crm/v3/pipelines/deals", 3600),
        ("/account-info/v3/details", 3600),
        ("/crm/v3/objects/deals/search", 10),
        ("/crm/v4/associations/contacts/deals/batch/read", 10),
    ],
)
def test_every_path_has_its_lifetime(path: str, fresh: float) -> None:
    assert next(keep.fresh for keep in HUBSPOT.keeps if path.startswith(keep.path)) == fresh
