"""Who is told of what is done through the graph."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.domain.activity import News, TimelineKind
from connectors.domain.errors import Unavailable
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.sources import Sources
from connectors.transport.stats import ServiceStats
from schema.relay import node_id
from tests.schema.fake_activity import Channel
from tests.schema.fake_deeds import Deeds
from tests.schema.fake_desks import OpenDesk, OpenTracker, RefundingShop, SellingCrm, Speaker, Writing
from tests.schema.fakes import Book
from tests.schema.harness import Answer, offering, run
from tests.schema.nouns import customer, payment, ticket
from tests.schema.test_writes import DEAL, GENERAL, ISSUE, NOBODY, PAYMENT, REFUND, TICKET

ADA = customer("Ada", *(ServiceLink(service, "Ada") for service in (Service.STRIPE, Service.ZENDESK, Service.HUBSPOT)))
ADA_ID = node_id("Customer", Service.STORE, ADA.id)
MESSAGE = """mutation($where: ID!, $customer: ID) {
  sendMessage(channelId: $where, text: "Hello", customerId: $customer) { errors { message } }
}"""


async def done(channel: Channel, fake: Any, query: str, **variables: object) -> Answer:  # noqa: ANN401 - any of the fakes
    sources = Sources(Book([ADA]), ServiceStats(Service.STORE), [offering(fake.service, fake.offer)], Deeds(), channel)
    return await run(sources, query, **variables)


async def told(fake: Any, query: str, **variables: object) -> list[News]:  # noqa: ANN401 - as above
    channel = Channel()
    assert (await done(channel, fake, query, **variables)).errors == []
    return channel.published


async def test_a_refund_is_told_to_who_follows_the_payer() -> None:
    (news,) = await told(RefundingShop(charges=[payment("ch_1")]), REFUND, input={"paymentId": PAYMENT})
    assert (news.customer, news.kind, news.service, news.external_id) == (
        ADA.id,
        TimelineKind.PAYMENT,
        Service.STRIPE,
        "ch_1",
    )
    assert news.title.startswith("Refunded ")


async def test_a_refund_to_somebody_whom_our_records_do_not_know_is_told_to_nobody() -> None:
    strange = RefundingShop(charges=[replace(payment("ch_1"), customer="somebody")])
    assert await told(strange, REFUND, input={"paymentId": PAYMENT}) == []


@pytest.mark.parametrize(
    ("fake", "query", "given", "kind", "title"),
    [
        (OpenDesk(), TICKET, {"subject": "Help", "text": "me"}, TimelineKind.TICKET, ticket("1").subject),
        (SellingCrm(), DEAL, {"name": "Big"}, TimelineKind.DEAL, "Big"),
        (OpenTracker(), ISSUE, {"project": "OPS", "title": "Broken"}, TimelineKind.ISSUE, None),
    ],
)
async def test_what_is_made_for_a_customer_is_told(
    fake: Any,  # noqa: ANN401 - any of the fakes
    query: str,
    given: dict[str, str],
    kind: TimelineKind,
    title: str | None,
) -> None:
    (news,) = await told(fake, query, input={**given, "customerId": ADA_ID})
    assert (news.customer, news.kind, news.service) == (ADA.id, kind, fake.service)
    assert news.external_id == "1"
    assert title is None or news.title == title


async def test_a_message_is_told_where_it_is_said_whom_it_is_for() -> None:
    assert await told(Speaker(), MESSAGE, where=GENERAL) == []
    (news,) = await told(Speaker(), MESSAGE, where=GENERAL, customer=ADA_ID)
    assert (news.customer, news.kind, news.external_id, news.title) == (ADA.id, TimelineKind.MESSAGE, "C1 1", "Hello")


async def test_nobody_is_written_to_for_a_customer_who_is_not_there() -> None:
    speaker, tracker, channel = Speaker(), OpenTracker(), Channel()
    message = await done(channel, speaker, MESSAGE, where=GENERAL, customer=NOBODY)
    issue = {"project": "OPS", "title": "Broken", "customerId": NOBODY}
    opened = await done(channel, tracker, ISSUE, input=issue)
    assert (message.codes, opened.codes) == (["NOT_FOUND"], ["NOT_FOUND"])
    assert (speaker.written.sent, tracker.written.sent, channel.published) == ([], [], [])


async def test_what_was_done_before_or_failed_is_not_told_again() -> None:
    desk, channel, deeds = OpenDesk(), Channel(), Deeds()
    sources = Sources(Book([ADA]), ServiceStats(Service.STORE), [offering(desk.service, desk.offer)], deeds, channel)
    given = {"subject": "Help", "text": "me", "customerId": ADA_ID, "idempotencyKey": "once"}
    for _ in range(2):
        assert (await run(sources, TICKET, input=given)).errors == []
    assert len(channel.published) == 1
    broken = OpenDesk(written=Writing(ends=[Unavailable(Service.ZENDESK, "ZENDESK dropped the call")]))
    failing = Channel()
    assert (await done(failing, broken, TICKET, input=given)).errors
    assert failing.published == []


async def test_a_channel_that_fails_does_not_hide_what_was_done() -> None:
    channel = Channel(failure=Unavailable(Service.STORE, "STORE dropped the call"))
    answer = await done(channel, SellingCrm(), DEAL, input={"name": "Big", "customerId": ADA_ID})
    assert answer.whole["createDeal"]["deal"]["name"] == "Big"
