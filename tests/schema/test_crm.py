import pytest
from graphql import ObjectTypeDefinitionNode, parse, print_ast
from strawberry.types import get_object_definition

from connectors.domain.errors import NotConfigured, TimedOut, Unavailable
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from schema.crm import Company, Contact, Deal
from schema.relay import GlobalId
from tests.contracts.document import folder
from tests.schema.fake_crm import Crm, ask, company, contact, crms, deal, described
from tests.schema.nouns import ago

HUBSPOT = Service.HUBSPOT
DOWN = Unavailable(HUBSPOT, "HUBSPOT dropped the call")
PUBLIC = folder().parent / "graph.graphql"


def linked(id: str, service: Service = HUBSPOT) -> CustomerRef:
    return CustomerRef(f"customer {id}", (ServiceLink(service, id),))


async def test_a_contact_shows_what_the_crm_says_of_them() -> None:
    crm = Crm(clients=[contact("7", owner="o")], people={"o": "Ingrid"}, firms={"7": company("9")})
    query = """{ customers { contact {
      id service externalId url owner lifecycleStage phone company { id service name domain industry employees }
    } } }"""
    assert (await ask(crms(crm), query, linked("7"))).whole["customers"] == [
        {
            "contact": {
                "id": str(GlobalId("Contact", HUBSPOT, "7")),
                "service": "HUBSPOT",
                "externalId": "7",
                "url": "https://crm.example/contacts/7",
                "owner": "Ingrid",
                "lifecycleStage": "lead",
                "phone": None,
                "company": {
                    "id": str(GlobalId("Company", HUBSPOT, "9")),
                    "service": "HUBSPOT",
                    "name": "Acme",
                    "domain": "acme.example",
                    "industry": None,
                    "employees": 12,
                },
            }
        }
    ]


async def test_owners_and_companies_are_read_only_where_they_are_asked_for() -> None:
    crm = Crm(clients=[contact("7", owner="o")])
    await ask(crms(crm), "{ customers { contact { phone } } }", linked("7"))
    assert [method for method, _ in crm.batches] == ["contacts_by_id"]


async def test_a_contact_whom_nobody_looks_after_costs_no_read_of_owners() -> None:
    crm = Crm(clients=[contact("7")])
    whole = (await ask(crms(crm), "{ customers { contact { owner } } }", linked("7"))).whole
    assert whole["customers"] == [{"contact": {"owner": None}}]
    assert crm.asked("owners_by_id") == []


async def test_many_customers_are_one_batch_a_noun() -> None:
    ids = [str(number) for number in range(30)]
    crm = Crm(
        clients=[contact(id, owner=f"o{int(id) % 3}") for id in ids],
        people={"o0": "Ada", "o1": "Bo"},
        firms={id: company("1") for id in ids},
        pitches={id: [deal(id)] for id in ids},
    )
    query = "{ customers { contact { owner company { name } } deals { edges { node { name } } } } }"
    customers = (await ask(crms(crm), query, *map(linked, ids))).whole["customers"]
    assert [one["contact"]["owner"] for one in customers[:3]] == ["Ada", "Bo", None]
    assert sorted(method for method, _ in crm.batches) == [
        "companies_by_contact",
        "contacts_by_id",
        "deals",
        "owners_by_id",
    ]
    assert crm.asked("owners_by_id") == [("o0", "o1", "o2")]


@pytest.mark.parametrize("ref", [CustomerRef("c"), linked("7", Service.STRIPE), linked("8")])
async def test_whoever_is_not_linked_or_is_gone_has_no_contact(ref: CustomerRef) -> None:
    whole = (await ask(crms(Crm(clients=[contact("7")])), "{ customers { contact { phone } } }", ref)).whole
    assert whole["customers"] == [{"contact": None}]


async def test_without_a_crm_there_are_no_contacts() -> None:
    assert (await ask(crms(), "{ customers { contact { phone } } }", linked("7"))).whole["customers"] == [
        {"contact": None}
    ]


async def test_the_first_crm_that_knows_a_customer_tells_of_them() -> None:
    ref = CustomerRef("c", (ServiceLink(Service.INTERCOM, "i"), ServiceLink(HUBSPOT, "h")))
    first = Crm(clients=[contact("h")])
    second = Crm(Service.INTERCOM, clients=[contact("i", service=Service.INTERCOM)])
    whole = (await ask(crms(first, second), "{ customers { contact { externalId } } }", ref)).whole
    assert whole["customers"] == [{"contact": {"externalId": "h"}}]
    assert second.batches == []


async def test_a_failure_costs_its_own_field_alone() -> None:
    crm = Crm(clients=[contact("7", owner="o")], firms={"7": company("9")}, failures={"o": DOWN})
    answer = await ask(crms(crm), "{ customers { contact { owner company { name } } } }", linked("7"))
    assert answer.data == {"customers": [{"contact": {"owner": None, "company": {"name": "Acme"}}}]}
    assert answer.only_error["path"] == ["customers", 0, "contact", "owner"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "HUBSPOT"}


async def test_a_deal_shows_what_the_crm_says_of_it() -> None:
    query = """{ deals { edges { node {
      id service externalId url name stage amount { amount currency } closesOn
    } } } }"""
    crm = Crm(pitches={"7": [deal("1")]})
    assert (await ask(crms(crm), query)).whole["deals"]["edges"] == [
        {
            "node": {
                "id": str(GlobalId("Deal", HUBSPOT, "1")),
                "service": "HUBSPOT",
                "externalId": "1",
                "url": "https://crm.example/deals/1",
                "name": "Deal 1",
                "stage": "Contract Sent",
                "amount": {"amount": "12.50", "currency": "EUR"},
                "closesOn": "2026-12-24",
            }
        }
    ]


async def test_deals_are_paged_newest_first_over_every_crm() -> None:
    hubspot = Crm(pitches={"7": [deal("1", at=ago(1)), deal("2", at=ago(3))]})
    other = Crm(Service.INTERCOM, pitches={"i": [deal("3", at=ago(2), service=Service.INTERCOM)]})
    found: list[str] = []
    after = "null"
    for _ in range(3):
        shown = "{ edges { node { name } } pageInfo { hasNextPage endCursor } }"
        query = f"{{ deals(first: 1, after: {after}) {shown} }}"
        page = (await ask(crms(hubspot, other), query)).whole["deals"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        after = f'"{page["pageInfo"]["endCursor"]}"'
    assert found == ["Deal 1", "Deal 3", "Deal 2"]
    assert page["pageInfo"]["hasNextPage"] is False


async def test_a_customers_deals_are_theirs_alone() -> None:
    crm = Crm(pitches={"7": [deal("1", url=False)], "8": [deal("2")]})
    query = "{ customers { deals { edges { node { externalId url } } } } }"
    customers = (await ask(crms(crm), query, linked("7"), CustomerRef("c"))).whole["customers"]
    assert [one["deals"]["edges"] for one in customers] == [[{"node": {"externalId": "1", "url": None}}], []]


async def test_a_crm_that_is_late_is_told_beside_the_deals_of_the_others() -> None:
    late = Crm(Service.INTERCOM, TimedOut(Service.INTERCOM, "INTERCOM did not answer in time"))
    answer = await ask(crms(Crm(pitches={"7": [deal("1")]}), late), "{ deals { edges { node { name } } } }")
    assert answer.data["deals"]["edges"] == [{"node": {"name": "Deal 1"}}]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "INTERCOM"}


async def test_a_crm_that_is_off_is_an_error_where_it_is_the_only_one() -> None:
    answer = await ask(crms(Crm(failure=NotConfigured(HUBSPOT))), "{ deals { edges { node { name } } } }")
    assert answer.data == {"deals": None}
    assert answer.only_error["extensions"] == {"code": "SERVICE_NOT_CONFIGURED", "service": "HUBSPOT"}


def fields(text: str) -> dict[str, dict[str, str]]:
    """The types of contacts, companies and deals: each field's own type."""
    kinds = [one for one in parse(text).definitions if isinstance(one, ObjectTypeDefinitionNode)]
    return {
        one.name.value: {each.name.value: print_ast(each.type) for each in one.fields or ()}
        for one in kinds
        if one.name.value in {"Company", "Contact", "Deal"}
    }


@pytest.mark.skipif(not PUBLIC.is_file(), reason=f"no {PUBLIC.name} beside the contracts: set CONTRACTS_DIR")
def test_the_types_are_those_of_the_public_graph() -> None:
    assert fields(described()) == fields(PUBLIC.read_text(encoding="utf-8"))


def test_every_field_says_what_it_is() -> None:
    for kind in (Company, Contact, Deal):
        definition = get_object_definition(kind, strict=True)
        assert definition.description
        assert all(one.description for one in definition.fields)
