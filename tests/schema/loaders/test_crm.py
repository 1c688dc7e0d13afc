from connectors.domain.crm import DealsAsked
from connectors.domain.errors import Unavailable
from connectors.domain.page import Page
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from schema.loaders.crm import company_by_contact, company_by_id, contact_by_id, deal_by_id, deals, owner_by_id
from schema.loaders.merging import At, Found
from tests.schema.fake_crm import Crm, company, contact, crms, deal
from tests.schema.nouns import ago

HUBSPOT, INTERCOM = Service.HUBSPOT, Service.INTERCOM
DOWN = Unavailable(HUBSPOT, "HUBSPOT dropped the call")
CRM = Crm(
    clients=[contact("1")],
    people={"o": "Ingrid"},
    firms={"1": company("9")},
    pitches={"1": [deal("5", at=ago(1)), deal("6", at=ago(2))]},
    failures={"2": DOWN},
)


async def test_everything_is_found_by_id_in_the_order_of_the_keys() -> None:
    keys = [At(HUBSPOT, "7"), At(HUBSPOT, "1"), At(HUBSPOT, "2"), At(INTERCOM, "1")]
    assert await contact_by_id(crms(CRM), keys) == [None, contact("1"), DOWN, None]
    assert await company_by_contact(crms(CRM), keys) == [None, company("9"), DOWN, None]


async def test_owners_companies_and_deals_have_ids_of_their_own() -> None:
    assert await owner_by_id(crms(CRM), [At(HUBSPOT, "o"), At(HUBSPOT, "p")]) == ["Ingrid", None]
    assert await company_by_id(crms(CRM), [At(HUBSPOT, "9"), At(HUBSPOT, "2")]) == [company("9"), DOWN]
    assert await deal_by_id(crms(CRM), [At(HUBSPOT, "6"), At(HUBSPOT, "7")]) == [deal("6", at=ago(2)), None]


async def test_every_crm_is_asked_once_for_what_is_its_own() -> None:
    one, other = Crm(clients=[contact("1")]), Crm(INTERCOM, clients=[contact("1", service=INTERCOM)])
    answers = await contact_by_id(crms(one, other), [At(INTERCOM, "1"), At(HUBSPOT, "1"), At(HUBSPOT, "3")])
    assert answers == [contact("1", service=INTERCOM), contact("1"), None]
    assert (one.asked("contacts_by_id"), other.asked("contacts_by_id")) == ([("1", "3")], [("1",)])


async def test_deals_of_several_customers_are_one_batch_and_one_can_fail_alone() -> None:
    refs = [CustomerRef(id, (ServiceLink(HUBSPOT, id),)) for id in ("1", "2", "3")]
    first, second, third = await deals(crms(CRM), [DealsAsked(ref, Page(1)) for ref in refs])
    assert isinstance(first, Found)
    assert [one.external_id for one in first.slice.items] == ["5"]
    assert first.slice.horizon is not None
    assert second is DOWN
    assert isinstance(third, Found)
    assert third.slice.items == ()
