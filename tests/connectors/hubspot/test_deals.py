"""Deals of customers and of everybody: what is sent, how pages join, and when a search takes over."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.crm import Deal, DealsAsked
from connectors.domain.errors import Malformed, Unavailable
from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, Page, Position, Slice, position
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.hubspot.client import HubSpot
from connectors.hubspot.deals import FEW
from tests.connectors.hubspot.support import (
    ACCOUNT,
    DEAL_SEARCH,
    DEALS,
    EVERYTHING,
    NEWEST,
    PIPELINES,
    WITH_DEALS,
    FakeAccount,
    Stub,
    contact_id,
    expected,
    fake,
    filtered,
    imitation,
    listed,
    names,
    over,
    paged,
    paths,
    ref,
    sent,
    value,
)
from tests.connectors.support import NOW, Recorder, crowd

DOWN = httpx.Response(503)
READ = [
    *("hs_merged_object_ids", "dealname", "dealstage", "amount"),
    *("deal_currency_code", "closedate", "createdate"),
]


async def test_the_deals_of_a_hundred_customers_are_two_calls_and_the_pipelines() -> None:
    people = crowd(100)
    wire = imitation(people)
    asked = [DealsAsked(ref(number), Page(20)) for number in range(100)]
    answers = await over(wire, people).deals(asked)
    assert [path for path in paths(wire) if path not in {PIPELINES, ACCOUNT}] == [WITH_DEALS, DEALS]
    assert list(answers) == asked
    assert 40 < sum(len(value(answer).items) for answer in answers.values()) <= 100
    assert max(len(value(answer).items) for answer in answers.values()) > 2


async def test_deals_are_asked_for_by_contact_and_then_by_id(hubspot: HubSpot, wire: Recorder) -> None:
    found = await listed(hubspot, DealsAsked(ref(3), EVERYTHING))
    assert found.items
    assert list(found.items) == sorted(found.items, key=position, reverse=True)
    assert sent(wire, WITH_DEALS) == [{"inputs": [{"id": contact_id(3)}]}]
    [body] = sent(wire, DEALS)
    assert {one["id"] for one in body["inputs"]} == {deal.external_id for deal in found.items}
    assert (body["properties"], body["propertiesWithHistory"]) == (READ, [])


async def test_customers_who_share_a_contact_and_pages_of_one_list_are_read_once() -> None:
    account = FakeAccount([Stub(str(one), "1", one) for one in range(1, 6)])
    hubspot, wire = fake(account)
    twin = CustomerRef("twin", (ServiceLink(Service.HUBSPOT, "1"),))
    asked = [DealsAsked(ref("1"), Page(2)), DealsAsked(twin, Page(2)), DealsAsked(ref("1"), Page(4))]
    answers = await hubspot.deals(asked)
    assert [names(value(answers[one])) for one in asked] == [
        ["deal 5", "deal 4"],
        ["deal 5", "deal 4"],
        ["deal 5", "deal 4", "deal 3", "deal 2"],
    ]
    assert paths(wire) == [WITH_DEALS, DEALS, PIPELINES]


@pytest.mark.parametrize("link", [None, ServiceLink(Service.STRIPE, "1"), ServiceLink(Service.HUBSPOT, "nobody")])
async def test_whoever_is_not_linked_has_no_deals_and_costs_no_call(
    hubspot: HubSpot, wire: Recorder, link: ServiceLink | None
) -> None:
    asked = DealsAsked(CustomerRef("c", (link,) if link else ()), Page(3))
    assert await hubspot.deals([asked]) == {asked: Slice(())}
    assert wire.requests == []


async def test_a_contact_without_deals_costs_one_call(hubspot: HubSpot, wire: Recorder) -> None:
    assert await listed(hubspot, DealsAsked(ref(1), Page(3))) == Slice(())
    assert paths(wire) == [WITH_DEALS]


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_pages_of_one_customers_deals_join_to_the_whole(hubspot: HubSpot, size: int) -> None:
    whole = (await listed(hubspot, DealsAsked(ref(0), EVERYTHING))).items
    assert await paged(hubspot, ref(0), size) == list(whole)


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_pages_of_everybodys_deals_join_to_the_whole(hubspot: HubSpot, size: int) -> None:
    whole = (await listed(hubspot, DealsAsked(None, EVERYTHING))).items
    assert len(whole) > 15
    assert await paged(hubspot, None, size) == list(whole)


async def test_everybodys_deals_are_those_of_all_customers_together(hubspot: HubSpot) -> None:
    whole = (await listed(hubspot, DealsAsked(None, EVERYTHING))).items
    answers = await hubspot.deals([DealsAsked(ref(number), EVERYTHING) for number in range(40)])
    theirs = [deal for answer in answers.values() for deal in value(answer).items]
    assert sorted(theirs, key=position, reverse=True) == list(whole)


async def test_everybodys_first_page_is_one_search_of_two_deals_more(hubspot: HubSpot, wire: Recorder) -> None:
    assert len((await listed(hubspot, DealsAsked(None, Page(5)))).items) == 5
    assert sent(wire, DEAL_SEARCH) == [{"properties": READ, "filterGroups": [], "sorts": NEWEST, "limit": 7}]


async def test_a_later_page_is_searched_for_by_time(hubspot: HubSpot, wire: Recorder) -> None:
    await listed(hubspot, DealsAsked(None, Page(5, Position(NOW, AFTER_ALL_OF_ITS_TIME))))
    until = str(int(NOW.timestamp() * 1000))
    assert sent(wire, DEAL_SEARCH)[0]["filterGroups"] == filtered(("createdate", "LTE", until))


async def test_a_contact_with_many_deals_is_searched_instead_of_read_whole() -> None:
    stubs = [Stub(str(one), "1", one) for one in range(1, FEW + 2)] + [Stub("999", "2", 5)]
    hubspot, wire = fake(FakeAccount(stubs))
    asked = [DealsAsked(ref("1"), Page(3)), DealsAsked(ref("2"), Page(3))]
    answers = await hubspot.deals(asked)
    assert names(value(answers[asked[0]])) == ["deal 101", "deal 100", "deal 99"]
    assert names(value(answers[asked[1]])) == ["deal 999"]
    assert [len(body["inputs"]) for body in sent(wire, DEALS)] == [1]
    [search] = sent(wire, DEAL_SEARCH)
    assert search["filterGroups"] == filtered(("associations.contact", "EQ", "1"))
    assert search["limit"] == 5


async def test_as_many_deals_as_one_batch_holds_are_read_whole() -> None:
    hubspot, wire = fake(FakeAccount([Stub(str(one), "1", one) for one in range(1, FEW + 1)]))
    assert len((await listed(hubspot, DealsAsked(ref("1"), EVERYTHING))).items) == FEW
    assert paths(wire) == [WITH_DEALS, DEALS, PIPELINES]


async def test_associations_that_go_on_are_not_walked_but_searched() -> None:
    hubspot, wire = fake(FakeAccount([Stub(str(one), "1", one) for one in range(1, 9)], listed=5))
    assert len((await listed(hubspot, DealsAsked(ref("1"), EVERYTHING))).items) == 8
    assert paths(wire)[:2] == [WITH_DEALS, DEAL_SEARCH]


async def test_a_deal_that_is_deleted_meanwhile_is_left_out() -> None:
    account = FakeAccount([Stub("1", "1", 1), Stub("2", "1", 2)])

    def deleted(_: httpx.Request) -> httpx.Response | None:
        account.stubs = [stub for stub in account.stubs if stub.id != "2"]
        return None

    account.failing[DEALS] = deleted
    hubspot, _ = fake(account)
    assert names(await listed(hubspot, DealsAsked(ref("1"), Page(5)))) == ["deal 1"]


async def test_a_batch_of_deals_that_fails_costs_the_customers_whose_deals_were_in_it() -> None:
    stubs = [Stub(str(contact * 100 + one), str(contact), one) for contact in (1, 2, 3) for one in range(60)]
    account = FakeAccount(stubs)
    account.failing[DEALS] = lambda request: DOWN if b'"100"' in request.content else None
    hubspot, wire = fake(account)
    asked = [DealsAsked(ref(str(contact)), Page(3)) for contact in (1, 2, 3, 4)]
    answers = list((await hubspot.deals(asked)).values())
    assert len(sent(wire, DEALS)) == 2
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable, Slice, Slice]


async def test_a_failure_of_the_associations_leaves_everybodys_list() -> None:
    account = FakeAccount([Stub("1", "1", 1)])
    account.failing[WITH_DEALS] = lambda _: DOWN
    hubspot, _ = fake(account)
    asked = [DealsAsked(ref("1"), Page(3)), DealsAsked(None, Page(3))]
    answers = await hubspot.deals(asked)
    assert isinstance(answers[asked[0]], Unavailable)
    assert names(value(answers[asked[1]])) == ["deal 1"]


async def test_deals_whose_stages_cannot_be_named_are_an_error_and_none_at_all_is_none() -> None:
    account = FakeAccount([Stub("1", "1", 1)])
    account.failing[PIPELINES] = lambda _: DOWN
    hubspot, _ = fake(account)
    asked = [DealsAsked(ref("1"), Page(3)), DealsAsked(ref("2"), Page(3))]
    answers = await hubspot.deals(asked)
    assert isinstance(answers[asked[0]], Unavailable)
    assert answers[asked[1]] == Slice(())


async def test_a_deal_that_does_not_fit_costs_its_own_lists_only() -> None:
    stubs = [Stub("1", "1", 1, {"amount": "a lot"}), Stub("2", "2", 2), Stub("3", "1", 3)]
    hubspot, _ = fake(FakeAccount(stubs))
    asked = [DealsAsked(ref("1"), Page(3)), DealsAsked(ref("2"), Page(3)), DealsAsked(None, Page(3))]
    answers = list((await hubspot.deals(asked)).values())
    assert [type(answer) for answer in answers] == [Malformed, Slice, Malformed]
    by_id = await hubspot.deals_by_id(["1", "2", "7"])
    assert [type(answer) for answer in by_id.values()] == [Malformed, Deal, type(None)]


async def test_an_amount_without_currency_is_in_that_of_the_account() -> None:
    stubs = [Stub("1", "1", 1, {"amount": "12.50"}), Stub("2", "1", 2, {"amount": "3", "deal_currency_code": "EUR"})]
    hubspot, wire = fake(FakeAccount(stubs))
    found = await listed(hubspot, DealsAsked(ref("1"), Page(3)))
    assert [(str(one.amount.amount), one.amount.currency) for one in found.items if one.amount] == [
        ("3", "EUR"),
        ("12.50", "DKK"),
    ]
    assert paths(wire).count(ACCOUNT) == 1


async def test_deals_by_id_are_a_call_for_every_hundred() -> None:
    hubspot, wire = fake(FakeAccount([Stub(str(one), "1", one) for one in range(1, 151)]))
    answers = await hubspot.deals_by_id([str(one) for one in range(1, 152)])
    assert [len(body["inputs"]) for body in sent(wire, DEALS)] == [100, 51]
    assert paths(wire).count(PIPELINES) == 1
    assert [isinstance(answer, Deal) for answer in answers.values()] == [True] * 150 + [False]


MOMENTS = st.lists(st.tuples(st.sampled_from(["1", "2"]), st.integers(0, 6)), max_size=24)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 6), st.sampled_from([None, "1"]), st.sampled_from([1, 500]), st.integers(2, 5))
async def test_pages_join_to_the_whole_however_many_deals_are_of_one_moment(
    moments: list[tuple[str, int]],
    size: int,
    contact: str | None,
    most_listed: int,
    most: int,
) -> None:
    stubs = [Stub(str(10 + place), who, moment) for place, (who, moment) in enumerate(moments)]
    hubspot, _ = fake(FakeAccount(stubs, most=most, listed=most_listed))
    found = await paged(hubspot, ref(contact) if contact else None, size)
    assert [deal.external_id for deal in found] == expected(stubs, contact, EVERYTHING)


async def test_a_search_goes_on_by_time_and_never_reaches_the_end_of_its_offsets() -> None:
    stubs = [Stub(str(one), "1", one) for one in range(1, 1_100)]
    hubspot, wire = fake(FakeAccount(stubs))
    found = await listed(hubspot, DealsAsked(None, EVERYTHING))
    assert len(found.items) == len(stubs)
    assert all("after" not in body for body in sent(wire, DEAL_SEARCH))


async def test_deals_of_one_moment_are_gone_through_by_offset() -> None:
    stubs = [Stub(str(one), "1", 0) for one in range(1, 451)]
    hubspot, wire = fake(FakeAccount(stubs))
    assert len((await listed(hubspot, DealsAsked(None, EVERYTHING))).items) == 450
    assert [body.get("after") for body in sent(wire, DEAL_SEARCH)] == [None, None, "200", "400"]
