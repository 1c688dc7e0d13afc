"""Every exchange between the connector and its imitation, held to what Intercom publishes.

The document that there is leaves out the creation of contacts and conversations: of the first, path and answer are
checked; the second has no component to be held to.
"""

from pathlib import Path

import httpx
import msgspec
import pytest

from connectors.domain.errors import Rejected
from connectors.domain.new_tickets import NewTicket
from connectors.domain.page import Page, Position, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.tickets import TicketsAsked, TicketStatus
from connectors.intercom.client import Intercom
from connectors.intercom.sandbox import imitate
from connectors.intercom.wire import API_VERSION
from tests.connectors.intercom.support import BASE, EPOCH, HEADERS, PEOPLE, Clock, linked, listed, over, ref, where
from tests.contracts.checked import Checked, contract
from tests.contracts.violation import ContractViolation

EXTRA = {"POST /contacts": "contact"}
SEARCH, ONE, ADMINS = "POST /conversations/search", "GET /conversations/{conversation_id}", "GET /admins"
PAGES = [Page(), Page(0), Page(1), Page(150), Page(None), Page(5, Position(EPOCH, "intercom:9"))]


class LeftOut(httpx.AsyncBaseTransport):
    """Passes the one operation by that the document does not know."""

    def __init__(self, checked: Checked, bare: httpx.AsyncBaseTransport) -> None:
        self._checked = checked
        self._bare = bare

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        beginning = (request.method, request.url.path) == ("POST", "/conversations")
        return await (self._bare if beginning else self._checked).handle_async_request(request)


@pytest.fixture
def bare() -> httpx.MockTransport:
    return httpx.MockTransport(imitate(PEOPLE, Clock()))


@pytest.fixture
def checked(bare: httpx.MockTransport) -> Checked:
    return Checked(bare, contract("intercom", extra=EXTRA, faults={400, 401, 404, 409, 429}))


@pytest.fixture
def intercom(checked: Checked, bare: httpx.MockTransport) -> Intercom:
    return over(LeftOut(checked, bare))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [None, *TicketStatus])
async def test_tickets_keep_to_the_contract(
    intercom: Intercom, checked: Checked, page: Page, status: TicketStatus | None
) -> None:
    whose = [None, *(ref(number) for number in range(20)), CustomerRef("1"), linked("f" * 24)]
    answers = await intercom.tickets([TicketsAsked(one, page, status) for one in whose])
    assert {type(answer) for answer in answers.values()} == {Slice}
    assert set(checked.seen) <= {SEARCH, ADMINS}
    assert (status is TicketStatus.NEW) is not bool(checked.seen)


async def test_reads_by_id_keep_to_the_contract(intercom: Intercom, checked: Checked) -> None:
    ids = [ticket.external_id for ticket in (await listed(intercom, TicketsAsked(None, Page(40)))).items]
    assert None not in (await intercom.tickets_by_id(ids)).values()
    assert list((await intercom.tickets_by_id(ids[:1])).values()) != [None]
    assert list((await intercom.tickets_by_id(["9"])).values()) == [None]
    assert list((await intercom.tickets_by_id(["9", "8"])).values()) == [None, None]
    assert checked.seen[ONE] == 2


@pytest.mark.parametrize("text", ["trial", "the dashboard", "席数", "a&b <c>", "zyzzyva"])
async def test_text_searches_keep_to_the_contract(intercom: Intercom, checked: Checked, text: str) -> None:
    after = Position(EPOCH, "intercom:1")
    asked = [*(TextAsked(text, first) for first in (1, 30, 200)), TextAsked(text, 5, after)]
    answers = await intercom.search_tickets(asked)
    assert {type(answer) for answer in answers.values()} == {Stretch}
    assert checked.seen[SEARCH] >= 3


async def test_new_tickets_keep_to_the_contract(intercom: Intercom, checked: Checked) -> None:
    for whose, email in ((ref(1), "x"), (None, PEOPLE[2].email), (None, "noor@new.example")):
        new = NewTicket(ref=whose, name="Noor Aziz", email=email, subject="Hi", text="Nothing works.")
        opened = await intercom.open_ticket(new, "key-1")
        assert (await intercom.tickets_by_id([opened.external_id]))[opened.external_id] == opened
    with pytest.raises(Rejected):
        await intercom.open_ticket(NewTicket(ref=None, name="x", email="x", subject="", text=""), "key-1")
    assert checked.seen == {ONE: 3, "POST /contacts/search": 3, "POST /contacts": 2}


async def test_a_ping_keeps_to_the_contract(intercom: Intercom, checked: Checked) -> None:
    await intercom.ping()
    assert checked.seen == {ADMINS: 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"query": where("state", "=", "open")}, 200),
        ({"query": {"operator": "OR", "value": [where("id", "=", "1"), {"operator": "AND", "value": []}]}}, 400),
        ({"query": where("created_at", ">", "1"), "pagination": {"per_page": 3}}, 200),
        ({"query": where("colour", "=", "red")}, 400),
    ],
)
async def test_what_the_imitation_can_do_besides_keeps_to_the_contract(
    checked: Checked, body: object, status: int
) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BASE, headers=HEADERS) as client:
        assert (await client.post("/conversations/search", json=body)).status_code == status


async def test_a_call_without_credentials_keeps_to_the_contract(checked: Checked) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BASE) as client:
        assert (await client.get("/admins")).status_code == 401
        assert (await client.get("/conversations/1")).status_code == 401


async def test_a_request_beyond_the_contract_would_be_noticed(checked: Checked) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BASE, headers=HEADERS) as client:
        with pytest.raises(ContractViolation):
            await client.get("/admins", params={"colour": "red"})
        with pytest.raises(ContractViolation):
            await client.post("/conversations/search", json={"pagination": {}})


def test_the_version_sent_is_the_contracts() -> None:
    assert API_VERSION == "2.15"


def test_a_new_conversation_answers_with_the_documented_message() -> None:
    request = httpx.Request(
        "POST",
        f"{BASE}/conversations",
        json={"from": {"type": "user", "id": ref(1).links[0].external_id}, "body": "Hello there"},
        headers=HEADERS,
    )
    body = imitate(PEOPLE, Clock())(request).json()
    kinds = {name: type(value) for name, value in body.items()}
    assert kinds == {
        "type": str,
        "id": str,
        "created_at": int,
        "body": str,
        "message_type": str,
        "conversation_id": str,
    }


def test_the_recorded_bodies_fit() -> None:
    path = Path(__file__).with_name("bodies") / "conversations.json"
    recorded = msgspec.json.decode(path.read_bytes())
    for item in recorded["conversations"][:3]:
        contract("intercom").check_body("conversation_list_item", item)
