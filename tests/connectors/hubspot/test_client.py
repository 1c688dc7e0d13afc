"""What is sent for contacts, owners and companies, and one answer for each key."""

import json

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.crm import Company, Contact, DealsAsked
from connectors.domain.errors import ConnectorError, Rejected, Unavailable
from connectors.domain.page import Page
from connectors.domain.service import Service
from connectors.hubspot.client import HubSpot
from connectors.hubspot.sandbox import imitate
from connectors.hubspot.service import HUBSPOT
from connectors.sandbox import reply
from connectors.transport.cache_store import MemoryStore
from tests.connectors.hubspot.support import (
    ACCOUNT,
    COMPANIES,
    CONTACTS,
    DEALS,
    OWNERS,
    PEOPLE,
    PIPELINES,
    WITH_COMPANIES,
    WITH_DEALS,
    Clock,
    contact_id,
    imitation,
    over,
    paths,
    ref,
    sent,
)
from tests.connectors.support import Recorder, crowd


def contact(answer: Contact | ConnectorError | None) -> Contact:
    assert isinstance(answer, Contact), answer
    return answer


async def test_a_hundred_contacts_are_one_call() -> None:
    people = crowd(100)
    wire = imitation(people)
    ids = [contact_id(number) for number in range(100)]
    answers = await over(wire, people).contacts_by_id(ids)
    assert paths(wire) == [CONTACTS]
    assert [contact(answers[id]).external_id for id in ids] == ids


async def test_a_batch_of_contacts_names_what_it_wants_and_nothing_else(hubspot: HubSpot, wire: Recorder) -> None:
    await hubspot.contacts_by_id([contact_id(1), contact_id(0)])
    properties = [
        "hs_merged_object_ids",
        "phone",
        "mobilephone",
        "lifecyclestage",
        "hubspot_owner_id",
        "firstname",
        "lastname",
        "email",
    ]
    assert sent(wire, CONTACTS) == [
        {
            "inputs": [{"id": contact_id(1)}, {"id": contact_id(0)}],
            "properties": properties,
            "propertiesWithHistory": [],
        }
    ]
    assert wire.requests[0].headers["content-type"] == "application/json"


async def test_more_contacts_than_a_batch_holds_are_a_call_for_every_hundred() -> None:
    people = crowd(250)
    wire = imitation(people)
    answers = await over(wire, people).contacts_by_id([contact_id(number) for number in range(250)] * 2)
    assert [len(body["inputs"]) for body in sent(wire, CONTACTS)] == [100, 100, 50]
    assert len(answers) == 250
    assert all(isinstance(answer, Contact) for answer in answers.values())


@pytest.mark.parametrize("id", ["", "abc", "007", "1.5", "-3", "٣", "1" * 19, "1/../2"])
async def test_what_is_no_id_is_nobody_and_is_not_sent(hubspot: HubSpot, wire: Recorder, id: str) -> None:
    assert await hubspot.contacts_by_id([id]) == {id: None}
    assert await hubspot.companies_by_id([id]) == {id: None}
    assert await hubspot.companies_by_contact([id]) == {id: None}
    assert await hubspot.deals_by_id([id]) == {id: None}
    assert wire.requests == []


async def test_a_contact_that_is_gone_is_none_beside_those_who_are_there(hubspot: HubSpot) -> None:
    answers = await hubspot.contacts_by_id([contact_id(39), contact_id(40), "199"])
    assert isinstance(answers[contact_id(39)], Contact)
    assert answers[contact_id(40)] is None
    assert answers["199"] is None


async def test_nothing_is_asked_for_nothing(hubspot: HubSpot, wire: Recorder) -> None:
    assert await hubspot.contacts_by_id([]) == {}
    assert await hubspot.companies_by_contact([]) == {}
    assert await hubspot.deals([]) == {}
    assert await hubspot.deals_by_id([]) == {}
    assert wire.requests == []


async def test_a_contact_who_was_merged_into_another_is_found_by_the_old_id() -> None:
    record = {"id": "9", "createdAt": "2026-01-01T00:00:00Z", "properties": {"hs_merged_object_ids": "7;8"}}
    wire = httpx.MockTransport(lambda _: reply({"results": [record | {"url": "https://app.hubspot.com/9"}]}))
    answers = await over(wire).contacts_by_id(["7", "8", "9"])
    assert {contact(answer).external_id for answer in answers.values()} == {"9"}
    assert len(answers) == 3


async def test_one_batch_that_fails_leaves_the_others() -> None:
    people = crowd(250)
    handle = imitate(people, Clock())

    def second_fails(request: httpx.Request) -> httpx.Response:
        first = json.loads(request.content)["inputs"][0]["id"]
        return httpx.Response(500) if first == contact_id(100) else handle(request)

    ids = [contact_id(number) for number in range(250)]
    answers = await over(httpx.MockTransport(second_fails), people).contacts_by_id(ids)
    assert [isinstance(answers[id], Unavailable) for id in ids] == [100 <= number < 200 for number in range(250)]


async def test_a_record_that_hubspot_could_not_read_is_an_error_and_not_nobody() -> None:
    problem = {"status": "error", "category": "INTERNAL_ERROR", "message": "try later", "context": {"ids": ["7"]}}
    absent = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": ["8"]}}
    wire = httpx.MockTransport(lambda _: reply({"results": [], "errors": [problem, absent]}, 207))
    answers = await over(wire).companies_by_id(["7", "8"])
    assert isinstance(answers["7"], Rejected)
    assert str(answers["7"]) == "HUBSPOT answered: try later"
    assert answers["8"] is None


async def test_a_problem_that_names_nobody_is_that_of_all_who_have_no_answer() -> None:
    wire = httpx.MockTransport(lambda _: reply({"results": [], "errors": [{"message": "odd"}]}, 207))
    answers = await over(wire).companies_by_id(["7", "8"])
    assert {type(answer) for answer in answers.values()} == {Rejected}


async def test_contacts_cost_no_second_call_where_their_addresses_come_along(hubspot: HubSpot, wire: Recorder) -> None:
    found = await hubspot.contacts_by_id([contact_id(3)])
    assert contact(found[contact_id(3)]).url == f"https://app.hubspot.com/contacts/50123456/record/0-1/{contact_id(3)}"
    assert paths(wire) == [CONTACTS]


async def test_an_address_that_does_not_come_along_is_made_from_the_account() -> None:
    record = {"id": "9", "createdAt": "2026-01-01T00:00:00Z", "properties": {}}

    def answer(request: httpx.Request) -> httpx.Response:
        account = {"portalId": 7, "companyCurrency": "EUR", "uiDomain": "app-eu1.hubspot.com"}
        return reply(account if request.url.path == ACCOUNT else {"results": [record]})

    found = await over(httpx.MockTransport(answer)).contacts_by_id(["9"])
    assert contact(found["9"]).url == "https://app-eu1.hubspot.com/contacts/7/record/0-1/9"


async def test_contacts_fail_together_where_the_account_they_need_does() -> None:
    record = {"id": "9", "createdAt": "2026-01-01T00:00:00Z", "properties": {}}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if request.url.path == ACCOUNT else reply({"results": [record]})

    answers = await over(httpx.MockTransport(answer)).contacts_by_id(["8", "9"])
    assert answers["8"] is None
    assert isinstance(answers["9"], Unavailable)


async def test_companies_of_many_contacts_are_two_calls_and_each_company_is_read_once() -> None:
    people = crowd(100)
    wire = imitation(people)
    ids = [contact_id(number) for number in range(100)]
    answers = await over(wire, people).companies_by_contact(ids)
    assert paths(wire) == [WITH_COMPANIES, COMPANIES]
    assert sent(wire, WITH_COMPANIES) == [{"inputs": [{"id": id} for id in ids]}]
    read = [one["id"] for one in sent(wire, COMPANIES)[0]["inputs"]]
    assert len(read) == len(set(read))
    assert None in answers.values()


async def test_the_company_of_a_contact_is_the_primary_one(hubspot: HubSpot) -> None:
    ids = [contact_id(number) for number in range(40)]
    answers = await hubspot.companies_by_contact(ids)
    for number, id in enumerate(ids):
        company = answers[id]
        assert company is None or (isinstance(company, Company) and company.name == PEOPLE[number].company)


async def test_a_contact_without_primary_company_has_the_first() -> None:
    plain = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
    label = {"category": "USER_DEFINED", "typeId": 1, "label": "Adviser"}
    to = [{"toObjectId": "5", "associationTypes": [plain, label]}, {"toObjectId": 6}]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == WITH_COMPANIES:
            return reply({"results": [{"from": {"id": "1"}, "to": to}]})
        record = {"id": "5", "createdAt": "2026-01-01T00:00:00Z", "properties": {"name": "First"}}
        return reply({"results": [record]})

    [company] = (await over(httpx.MockTransport(answer)).companies_by_contact(["1"])).values()
    assert isinstance(company, Company)
    assert company.name == "First"


async def test_companies_fail_with_what_leads_to_them_and_with_themselves() -> None:
    handle = imitate(PEOPLE, Clock())
    for path in (WITH_COMPANIES, COMPANIES):

        def broken(request: httpx.Request, path: str = path) -> httpx.Response:
            return httpx.Response(502) if request.url.path == path else handle(request)

        answers = await over(httpx.MockTransport(broken)).companies_by_contact([contact_id(0), contact_id(1)])
        assert {type(answer) for answer in answers.values()} == {Unavailable}


async def test_owners_are_walked_once_for_all_and_the_archived_only_where_one_is_missing(
    hubspot: HubSpot, wire: Recorder
) -> None:
    assert await hubspot.owners_by_id(["41629779", "41631870"]) == {"41629779": "Ingrid Solberg", "41631870": "彩花 森"}
    assert [dict(request.url.params) for request in wire.requests] == [{"limit": "500", "archived": "false"}]
    found = await hubspot.owners_by_id(["41629779", "39980017", "1"])
    assert found == {"41629779": "Ingrid Solberg", "39980017": "Delphine Okoye", "1": None}
    assert [request.url.params["archived"] for request in wire.requests[1:]] == ["false", "true"]


async def test_owners_fail_all_at_once() -> None:
    answers = await over(httpx.MockTransport(lambda _: httpx.Response(500))).owners_by_id(["1", "2"])
    assert {type(answer) for answer in answers.values()} == {Unavailable}
    assert list(answers) == ["1", "2"]


async def test_a_ping_is_one_contact(hubspot: HubSpot, wire: Recorder) -> None:
    await hubspot.ping()
    assert [(request.method, request.url.path, str(request.url.query, "ascii")) for request in wire.requests] == [
        ("GET", "/crm/v3/objects/contacts", "limit=1")
    ]


async def test_a_dashboard_of_a_hundred_costs_two_calls_a_noun_once_what_changes_seldom_is_kept() -> None:
    people = crowd(100)
    wire = imitation(people)
    access = Access(mode=Mode.LIVE, base_url=HUBSPOT.base_url, credentials=imitated(HUBSPOT))
    connector = connect(HUBSPOT, access, people, wire, store=MemoryStore()).connector
    assert isinstance(connector, HubSpot)
    await connector.owners_by_id(["1"])
    await connector.deals([DealsAsked(None, Page(20))])
    wire.requests.clear()
    ids = [contact_id(number) for number in range(100)]
    contacts = await connector.contacts_by_id(ids)
    await connector.owners_by_id([one.owner for one in contacts.values() if isinstance(one, Contact) and one.owner])
    await connector.companies_by_contact(ids)
    await connector.deals([DealsAsked(ref(number), Page(20)) for number in range(100)])
    seldom = {OWNERS, PIPELINES, ACCOUNT}
    assert [path for path in paths(wire) if path not in seldom] == [
        CONTACTS,
        WITH_COMPANIES,
        COMPANIES,
        WITH_DEALS,
        DEALS,
    ]
    assert len(seldom & set(paths(wire))) <= 1  # the account's currency, where the latest deals did not need it


async def test_every_answer_is_a_value_or_an_error_of_hubspot() -> None:
    hubspot = over(httpx.MockTransport(lambda _: httpx.Response(401)))
    asked = DealsAsked(ref(1), Page(3))
    answers = [
        *(await hubspot.contacts_by_id(["1"])).values(),
        *(await hubspot.owners_by_id(["1"])).values(),
        *(await hubspot.companies_by_id(["1"])).values(),
        *(await hubspot.companies_by_contact(["1"])).values(),
        *(await hubspot.deals([asked])).values(),
        *(await hubspot.deals_by_id(["1"])).values(),
    ]
    assert len(answers) == 6
    for answer in answers:
        assert isinstance(answer, ConnectorError)
        assert answer.service is Service.HUBSPOT
