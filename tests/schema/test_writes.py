"""Each mutation that writes to a service, over fakes that tell what they were sent, and over the imitations."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.domain.chat import NewMessage
from connectors.domain.crm import NewDeal
from connectors.domain.errors import Rejected
from connectors.domain.money import Money
from connectors.domain.new_issues import NewIssue
from connectors.domain.new_tickets import NewTicket
from connectors.domain.references import ServiceLink
from connectors.domain.refunds import Refund
from connectors.domain.service import Service
from connectors.domain.tickets import Priority
from connectors.sources import Sources
from schema.relay import node_id
from tests.schema.fake_deeds import Deeds
from tests.schema.fake_desks import OpenDesk, OpenTracker, RefundingShop, SellingCrm, Speaker, Writing
from tests.schema.fakes import Book, Shop
from tests.schema.harness import hub, run
from tests.schema.nouns import customer, money

ERRORS = "errors { path message }"
REFUND = f"""mutation($input: RefundPaymentInput!) {{
  refundPayment(input: $input) {{ payment {{ id status refunded {{ amount }} }} {ERRORS} }}
}}"""
TICKET = f"""mutation($input: OpenTicketInput!) {{
  openTicket(input: $input) {{ ticket {{ id service subject }} {ERRORS} }}
}}"""
MESSAGE = f"""mutation($channel: ID!, $text: String!, $key: String) {{
  sendMessage(channelId: $channel, text: $text, idempotencyKey: $key) {{ message {{ text channel }} {ERRORS} }}
}}"""
DEAL = f"mutation($input: CreateDealInput!) {{ createDeal(input: $input) {{ deal {{ id name stage }} {ERRORS} }} }}"
ISSUE = f"mutation($input: CreateIssueInput!) {{ createIssue(input: $input) {{ issue {{ id key title }} {ERRORS} }} }}"
ADA = customer("Ada", ServiceLink(Service.ZENDESK, "9"), ServiceLink(Service.HUBSPOT, "7"))
ADA_ID = node_id("Customer", Service.STORE, ADA.id)
NOBODY = node_id("Customer", Service.STORE, "f" * 24)
PAYMENT = node_id("Payment", Service.STRIPE, "ch_1")
GENERAL = node_id("Channel", Service.SLACK, "C1")


async def sent(query: str, fake: Any, **variables: object) -> object:  # noqa: ANN401 - any of the fakes
    """What the one service was told to do."""
    (payload,) = (await run(hub(fake, customers=Book([ADA])), query, **variables)).whole.values()
    assert payload["errors"] == []
    ((new, _),) = fake.written.sent
    return new


async def refusal(query: str, fake: Any, **variables: object) -> list[str]:  # noqa: ANN401 - any of the fakes
    """The path of the one refused input; nothing was sent, and the refusal is written down."""
    deeds = Deeds()
    (payload,) = (await run(hub(fake, customers=Book([ADA]), deeds=deeds), query, **variables)).whole.values()
    (error,) = payload.pop("errors")
    assert list(payload.values()) == [None]
    assert (fake.written.sent, deeds.kept, deeds.results) == ([], {}, ["refused"])
    path: list[str] = error["path"]
    return path


async def test_a_refund_is_of_all_or_of_a_part() -> None:
    assert await sent(REFUND, RefundingShop(), input={"paymentId": PAYMENT}) == Refund("ch_1")
    part = {"paymentId": PAYMENT, "amount": "2.50", "currency": "EUR", "reason": " broken "}
    assert await sent(REFUND, RefundingShop(), input=part) == Refund("ch_1", money("2.50", "EUR"), "broken")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "1"}, "currency"),
        ({"currency": "EUR"}, "amount"),
        ({"amount": "0", "currency": "EUR"}, "amount"),
        ({"amount": "-1", "currency": "EUR"}, "amount"),
        ({"amount": "1.001", "currency": "EUR"}, "amount"),
        ({"amount": "1.5", "currency": "JPY"}, "amount"),
        ({"amount": "1e400", "currency": "EUR"}, "amount"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_a_refund_that_makes_no_sense_is_refused(given: dict[str, str], field: str) -> None:
    assert await refusal(REFUND, RefundingShop(), input={"paymentId": PAYMENT} | given) == ["input", field]


async def test_a_payment_of_a_service_that_gives_nothing_back_is_refused() -> None:
    payload = (await run(hub(Shop()), REFUND, input={"paymentId": PAYMENT})).whole["refundPayment"]
    assert (payload["payment"], payload["errors"][0]["path"]) == (None, ["input", "paymentId"])


@pytest.mark.parametrize("id", ["nonsense", ADA_ID, GENERAL])
async def test_an_id_that_is_no_payments_is_bad_input(id: str) -> None:
    assert (await run(hub(RefundingShop()), REFUND, input={"paymentId": id})).codes == ["BAD_USER_INPUT"]


async def test_a_ticket_of_a_customer_takes_name_and_address_from_our_records() -> None:
    given = {"customerId": ADA_ID, "subject": " Help ", "text": "It broke.", "priority": "HIGH"}
    expected = NewTicket(
        ref=ADA.ref,
        name="Ada",
        email="ada@example.com",
        subject="Help",
        text="It broke.",
        priority=Priority.HIGH,
    )
    assert await sent(TICKET, OpenDesk(), input=given) == expected


async def test_a_ticket_of_somebody_else_needs_an_address_alone() -> None:
    given = {"email": "eve@example.com", "subject": "Help", "text": "Now."}
    expected = NewTicket(ref=None, name="eve@example.com", email="eve@example.com", subject="Help", text="Now.")
    assert await sent(TICKET, OpenDesk(), input=given) == expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "eve@example.com", "subject": " "}, "subject"),
        ({"email": "eve@example.com", "text": ""}, "text"),
        ({"email": "eve@example.com", "text": "x" * 10_001}, "text"),
        ({"email": "eve@example.com", "name": " "}, "name"),
    ],
)
async def test_a_ticket_that_makes_no_sense_is_refused(given: dict[str, str], field: str) -> None:
    assert await refusal(TICKET, OpenDesk(), input={"subject": "Help", "text": "Now."} | given) == ["input", field]


async def test_a_ticket_is_opened_at_the_desk_that_is_asked_for() -> None:
    first, second = OpenDesk(), OpenDesk(service=Service.INTERCOM)
    given = {"email": "eve@example.com", "subject": "Help", "text": "Now."}
    await run(hub(first, second), TICKET, input=given | {"service": "INTERCOM"})
    assert (len(first.written.sent), len(second.written.sent)) == (0, 1)
    await run(hub(first, second), TICKET, input=given)
    assert (len(first.written.sent), len(second.written.sent)) == (1, 1)
    assert await refusal(TICKET, OpenDesk(), input=given | {"service": "STRIPE"}) == ["input", "service"]


@pytest.mark.parametrize(("query", "fake"), [(TICKET, OpenDesk()), (DEAL, SellingCrm())])
async def test_a_customer_who_is_not_there_is_not_found(query: str, fake: Any) -> None:  # noqa: ANN401 - either
    given = {"subject": "a", "text": "b"} if query is TICKET else {"name": "a"}
    answer = await run(hub(fake, customers=Book([ADA])), query, input=given | {"customerId": NOBODY})
    assert answer.codes == ["NOT_FOUND"]
    assert fake.written.sent == []


async def test_a_message_is_sent_to_the_channel() -> None:
    assert await sent(MESSAGE, Speaker(), channel=GENERAL, text=" Hello ") == NewMessage(channel="C1", text="Hello")


async def test_a_message_that_says_nothing_is_refused() -> None:
    assert await refusal(MESSAGE, Speaker(), channel=GENERAL, text=" ") == ["text"]
    assert await refusal(MESSAGE, Speaker(), channel=GENERAL, text="a", key="") == ["idempotencyKey"]


async def test_a_channel_that_the_service_refuses_is_a_refused_input() -> None:
    speaker = Speaker(written=Writing(ends=[Rejected(Service.SLACK, 200, "SLACK answered channel_not_found")]))
    payload = (await run(hub(speaker), MESSAGE, channel=GENERAL, text="a")).whole["sendMessage"]
    assert payload["errors"] == [{"path": ["channelId"], "message": "SLACK answered channel_not_found"}]


async def test_a_deal_says_what_it_is_worth_and_with_whom() -> None:
    given = {
        "name": "Big",
        "amount": "10",
        "currency": "EUR",
        "stage": "Won",
        "closesOn": "2026-12-01",
        "customerId": ADA_ID,
    }
    expected = NewDeal("Big", Money(Decimal(10), "EUR"), "Won", date(2026, 12, 1), ADA.ref)
    assert await sent(DEAL, SellingCrm(), input=given) == expected
    assert await sent(DEAL, SellingCrm(), input={"name": "Small"}) == NewDeal("Small")


@pytest.mark.parametrize(
    ("given", "field"), [({"name": ""}, "name"), ({"amount": "1"}, "currency"), ({"stage": " "}, "stage")]
)
async def test_a_deal_that_makes_no_sense_is_refused(given: dict[str, str], field: str) -> None:
    assert await refusal(DEAL, SellingCrm(), input={"name": "Big"} | given) == ["input", field]


async def test_an_issue_says_where_and_what() -> None:
    given = {"project": "OPS", "title": "It\nbroke", "text": "Badly.", "labels": ["b", "a", "b"], "kind": "Bug"}
    assert await sent(ISSUE, OpenTracker(), input=given) == NewIssue("OPS", "It broke", "Badly.", ("b", "a"), "Bug")
    least = {"project": "OPS", "title": "It broke"}
    assert await sent(ISSUE, OpenTracker(), input=least) == NewIssue("OPS", "It broke", None, (), "Task")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"project": " "}, "project"),
        ({"title": "x" * 256}, "title"),
        ({"labels": [""]}, "labels"),
        ({"labels": [str(number) for number in range(51)]}, "labels"),
        ({"kind": ""}, "kind"),
    ],
)
async def test_an_issue_that_makes_no_sense_is_refused(given: dict[str, object], field: str) -> None:
    assert await refusal(ISSUE, OpenTracker(), input={"project": "OPS", "title": "a"} | given) == ["input", field]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (DEAL, {"input": {"name": "a"}}),
        (ISSUE, {"input": {"project": "OPS", "title": "a"}}),
        (TICKET, {"input": {"email": "a@example.com", "subject": "a", "text": "b"}}),
        (MESSAGE, {"channel": GENERAL, "text": "a"}),
    ],
)
async def test_without_a_service_that_can_there_is_none_configured(query: str, variables: dict[str, Any]) -> None:
    assert (await run(hub(), query, **variables)).codes == ["SERVICE_NOT_CONFIGURED"]


async def test_what_is_read_after_a_write_shows_it() -> None:
    desk = OpenDesk()
    query = """mutation($input: OpenTicketInput!) {
      a: openTicket(input: $input) { ticket { id } }
      b: openTicket(input: $input) { ticket { id } }
    }"""
    given = {"email": "a@example.com", "subject": "a", "text": "b", "idempotencyKey": "once"}
    whole = (await run(hub(desk), query, input=given)).whole
    assert whole["a"] == whole["b"]
    assert len(desk.written.acts) == 1


async def first(sources: Sources, query: str) -> str:
    """The id of the first item of a list."""
    (page,) = (await run(sources, query)).whole.values()
    id: str = page["edges"][0]["node"]["id"]
    return id


@pytest.mark.parametrize("service", ["STRIPE", "PAYPAL"])
async def test_the_imitations_give_a_payment_back_once(imitated: Sources, service: str) -> None:
    query = "{ payments(first: 100) { edges { node { id service status } } } }"
    edges = (await run(imitated, query)).whole["payments"]["edges"]
    paid = [edge["node"] for edge in edges if edge["node"]["status"] == "SUCCEEDED"]
    id = next(node["id"] for node in paid if node["service"] == service)
    given = {"paymentId": id, "idempotencyKey": "once"}
    one = (await run(imitated, REFUND, input=given)).whole["refundPayment"]
    assert (one["errors"], one["payment"]["status"]) == ([], "REFUNDED")
    answer = await run(imitated, REFUND, input=given)
    assert answer.whole["refundPayment"] == one
    again = (await run(imitated, REFUND, input={"paymentId": id, "idempotencyKey": "twice"})).whole["refundPayment"]
    assert again["payment"] is None
    assert [error["path"] for error in again["errors"]] == [["input"]]


@pytest.mark.parametrize(
    ("query", "variables", "noun"),
    [
        (TICKET, {"service": "ZENDESK", "email": "new@example.com", "subject": "Help", "text": "Now."}, "ticket"),
        (TICKET, {"service": "INTERCOM", "email": "new@example.com", "subject": "Help", "text": "Now."}, "ticket"),
        (DEAL, {"name": "Big", "amount": "10.00", "currency": "EUR"}, "deal"),
        (ISSUE, {"project": "OPS", "title": "It broke"}, "issue"),
    ],
)
async def test_the_imitations_make_one_thing_of_one_key(
    imitated: Sources, query: str, variables: dict[str, Any], noun: str
) -> None:
    given = variables | {"idempotencyKey": "once"}
    (one,) = (await run(imitated, query, input=given)).whole.values()
    (same,) = (await run(imitated, query, input=given)).whole.values()
    (other,) = (await run(imitated, query, input=given | {"idempotencyKey": "twice"})).whole.values()
    assert one["errors"] == same["errors"] == other["errors"] == []
    assert one[noun]["id"] == same[noun]["id"] != other[noun]["id"]


async def test_the_imitated_chat_says_one_thing_for_one_key(imitated: Sources) -> None:
    channel = await first(imitated, "{ channels { edges { node { id } } } }")
    for _ in range(2):
        payload = (await run(imitated, MESSAGE, channel=channel, text="Hello", key="once")).whole["sendMessage"]
        assert (payload["errors"], payload["message"]["text"]) == ([], "Hello")
    said = await run(
        imitated, "{ channels(first: 1) { edges { node { messages(first: 3) { edges { node { text } } } } } } }"
    )
    (edge,) = said.whole["channels"]["edges"]
    assert [one["node"]["text"] for one in edge["node"]["messages"]["edges"]].count("Hello") == 1
