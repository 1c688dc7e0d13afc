"""A new deal: what is sent, what comes back, and what is refused."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from connectors.domain.crm import DealDesk, DealsAsked, NewDeal
from connectors.domain.errors import Rejected, Unauthorized, Unavailable
from connectors.domain.money import Money
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef
from connectors.hubspot.client import HubSpot
from connectors.hubspot.new_deal import body
from connectors.hubspot.sandbox import imitate
from connectors.hubspot.service import HUBSPOT
from connectors.hubspot.wire import Pipeline, Pipelines, Stage
from connectors.sandbox import reply
from tests.connectors.hubspot.support import (
    ACCOUNT,
    EVERYTHING,
    PEOPLE,
    PIPELINES,
    Clock,
    contact_id,
    listed,
    names,
    over,
    paths,
    ref,
    sent,
)
from tests.connectors.support import Recorder, answering, connected

CREATE = "/crm/v3/objects/deals"
STEPS = Pipelines(
    [
        Pipeline("second", [Stage("7", "Renewed", 1), Stage("6", "Up for renewal", 0)], 1),
        Pipeline("first", [Stage("won", "Closed Won", 1), Stage("new", "New", 0), Stage("8", "renewed", 2)], 0),
    ]
)


async def test_a_new_deal_is_sent_whole_and_comes_back_as_it_is_shown(hubspot: HubSpot, wire: Recorder) -> None:
    new = NewDeal("Årslicens", Money(Decimal("1250.50"), "SEK"), "Contract Sent", date(2026, 12, 24), ref(1))
    desk: DealDesk = hubspot
    deal = await desk.create_deal(new, "key-1")
    assert sent(wire, CREATE) == [
        {
            "properties": {
                "dealname": "Årslicens",
                "pipeline": "default",
                "dealstage": "contractsent",
                "amount": "1250.50",
                "deal_currency_code": "SEK",
                "closedate": "2026-12-24T12:00:00.000Z",
            },
            "associations": [
                {
                    "to": {"id": contact_id(1)},
                    "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}],
                }
            ],
        }
    ]
    assert (deal.name, deal.stage, deal.amount, deal.closes_on) == (
        "Årslicens",
        "Contract Sent",
        Money(Decimal("1250.50"), "SEK"),
        date(2026, 12, 24),
    )
    assert paths(wire) == [PIPELINES, CREATE]


async def test_the_key_is_not_sent_anywhere(hubspot: HubSpot, wire: Recorder) -> None:
    await hubspot.create_deal(NewDeal("x"), "a-very-special-key")
    assert not any(
        "a-very-special-key" in f"{request.url}{request.headers}{request.content!r}" for request in wire.requests
    )


async def test_a_new_deal_is_in_its_customers_list_and_in_everybodys(hubspot: HubSpot) -> None:
    deal = await hubspot.create_deal(NewDeal("Pilot", ref=ref(1)), "k")
    assert (await listed(hubspot, DealsAsked(ref(1), EVERYTHING))).items == (deal,)
    assert (await listed(hubspot, DealsAsked(None, Page(1)))).items == (deal,)
    assert await hubspot.deals_by_id([deal.external_id]) == {deal.external_id: deal}


async def test_a_customer_with_more_deals_than_a_batch_holds_sees_the_newest_first(clock: Clock) -> None:
    hubspot = over(Recorder(httpx.MockTransport(imitate(PEOPLE, clock))))
    for number in range(105):
        clock.now += 1
        if number % 50 == 0:
            clock.now += 20  # another interval of the rate limit
        await hubspot.create_deal(NewDeal(f"Deal {number}", ref=ref(1)), f"k{number}")
    assert names(await listed(hubspot, DealsAsked(ref(1), Page(2)))) == ["Deal 104", "Deal 103"]


async def test_a_deal_of_nobody_has_no_associations(hubspot: HubSpot, wire: Recorder) -> None:
    await hubspot.create_deal(NewDeal("Nobody's"), "k")
    assert sent(wire, CREATE)[0]["associations"] == []


async def test_a_customer_who_is_not_linked_is_refused_before_anything_is_sent(
    hubspot: HubSpot, wire: Recorder
) -> None:
    with pytest.raises(Rejected, match="not linked to HUBSPOT") as refused:
        await hubspot.create_deal(NewDeal("x", ref=CustomerRef("c")), "k")
    assert refused.value.status == 422
    assert wire.requests == []


async def test_what_hubspot_refuses_is_refused_in_its_words(hubspot: HubSpot) -> None:
    with pytest.raises(Rejected, match="Negotiating was not one of the allowed options") as refused:
        await hubspot.create_deal(NewDeal("x", stage="Negotiating"), "k")
    assert refused.value.status == 400
    with pytest.raises(Rejected, match="no CONTACT with id 199"):
        await hubspot.create_deal(NewDeal("x", ref=ref("199")), "k")
    with pytest.raises(Rejected, match="KWD was not one of the allowed options"):
        await hubspot.create_deal(NewDeal("x", Money(Decimal(1), "KWD")), "k")


@pytest.mark.parametrize(("status", "error"), [(401, Unauthorized), (403, Unauthorized), (503, Unavailable)])
async def test_what_goes_wrong_is_raised(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        await over(answering(status)).create_deal(NewDeal("x"), "k")


async def test_a_deal_that_was_opened_is_told_of_though_the_account_cannot_be_read() -> None:
    record = {"id": "9", "createdAt": "2026-01-01T00:00:00Z", "properties": {"dealname": "x", "dealstage": "new"}}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == ACCOUNT:
            return httpx.Response(500)
        return reply({"results": []} if request.url.path == PIPELINES else record, 201)

    deal = await over(httpx.MockTransport(answer)).create_deal(NewDeal("x", stage="new"), "k")
    assert (deal.external_id, deal.url, deal.stage) == ("9", None, "new")


async def test_a_deal_is_never_sent_twice() -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return reply({"results": []}) if request.url.path == PIPELINES else httpx.Response(503)

    connection = connected(HUBSPOT, PEOPLE, httpx.MockTransport(answer))
    assert isinstance(connection.connector, HubSpot)
    with pytest.raises(Unavailable):
        await connection.connector.create_deal(NewDeal("x"), "k")
    assert calls == [PIPELINES, CREATE]


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (None, {"pipeline": "first", "dealstage": "new"}),
        ("won", {"pipeline": "first", "dealstage": "won"}),
        ("6", {"pipeline": "second", "dealstage": "6"}),
        ("Closed Won", {"pipeline": "first", "dealstage": "won"}),
        ("  closed WON ", {"pipeline": "first", "dealstage": "won"}),
        ("Renewed", {"pipeline": "first", "dealstage": "8"}),
        ("up for renewal", {"pipeline": "second", "dealstage": "6"}),
        ("lost", {"dealstage": "lost"}),
    ],
)
def test_a_stage_is_named_by_id_or_as_people_call_it(stage: str | None, step: dict[str, str]) -> None:
    assert body(NewDeal("x", stage=stage), None, STEPS)["properties"] == {"dealname": "x"} | step


def test_an_account_without_pipelines_is_left_to_choose() -> None:
    assert body(NewDeal("x"), None, Pipelines([]))["properties"] == {"dealname": "x"}


@pytest.mark.parametrize(
    ("amount", "written"), [("1E+3", "1000"), ("0.10", "0.10"), ("12345678901234567890.99", "12345678901234567890.99")]
)
def test_an_amount_is_written_out(amount: str, written: str) -> None:
    properties = body(NewDeal("x", Money(Decimal(amount), "EUR")), None, STEPS)["properties"]
    assert isinstance(properties, dict)
    assert (properties["amount"], properties["deal_currency_code"]) == (written, "EUR")
