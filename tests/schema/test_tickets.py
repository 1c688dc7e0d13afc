from connectors.domain.errors import NotConfigured
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from schema.relay import GlobalId
from tests.schema.fakes import Book, Desk
from tests.schema.harness import hub, run
from tests.schema.nouns import NOON, ago, customer, ticket

ADA = customer("Ada", ServiceLink(Service.ZENDESK, "Ada"))


async def test_a_ticket_shows_what_the_desk_says_of_it() -> None:
    query = """{ tickets { edges { node {
      id service externalId url subject status priority assignee createdAt updatedAt
    } } } }"""
    assert (await run(hub(Desk(cases=[ticket("7")])), query)).whole["tickets"]["edges"][0]["node"] == {
        "id": str(GlobalId("Ticket", Service.ZENDESK, "7")),
        "service": "ZENDESK",
        "externalId": "7",
        "url": None,
        "subject": "About 7",
        "status": "OPEN",
        "priority": "URGENT",
        "assignee": "Robin",
        "createdAt": NOON.isoformat(),
        "updatedAt": NOON.isoformat(),
    }


async def test_tickets_lead_back_to_their_customers_in_one_call_of_the_store() -> None:
    desk = Desk(cases=[ticket(str(number), at=ago(number), by="Ada" if number else None) for number in range(9)])
    book = Book([ADA])
    edges = (await run(hub(desk, customers=book), "{ tickets { edges { node { customer { name } } } } }")).whole
    names = [edge["node"]["customer"] for edge in edges["tickets"]["edges"]]
    assert names == [None, *[{"name": "Ada"}] * 8]
    assert book.calls == ["by_link"]


async def test_tickets_are_sifted_by_status() -> None:
    desk = Desk(cases=[ticket("1"), ticket("2", status=ticket("2").status.SOLVED)])
    whole = (await run(hub(desk), "{ tickets(status: SOLVED) { edges { node { externalId } } } }")).whole
    assert whole["tickets"]["edges"] == [{"node": {"externalId": "2"}}]


async def test_a_desk_that_is_off_is_an_error_where_it_is_the_only_one() -> None:
    answer = await run(hub(Desk(failure=NotConfigured(Service.ZENDESK))), "{ tickets { totalCount } }")
    assert answer.data == {"tickets": None}
    assert answer.only_error["extensions"] == {"code": "SERVICE_NOT_CONFIGURED", "service": "ZENDESK"}
    assert answer.only_error["message"] == "ZENDESK is not configured"
