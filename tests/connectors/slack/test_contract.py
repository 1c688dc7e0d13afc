"""Every exchange between the connector and its imitation, held to what Slack publishes.

The document is of 2020, and contradicts itself and today's reference (https://docs.slack.dev/reference/methods) in what
`conversations.history` answers: its example carries the cursor that its schema forbids, and its schema wants at least
one message where a time without any has none. What only that concerns is set right before it is checked. It leaves
`auth.test` out.
"""

from pathlib import Path

import httpx
import msgspec
import pytest

from connectors.domain.chat import ChannelMessagesAsked, MessagesAsked, NewMessage
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.errors import Rejected
from connectors.domain.page import Page, Position, Slice
from connectors.domain.references import CustomerRef
from connectors.slack.client import Slack
from connectors.slack.sandbox import imitate
from connectors.slack.sandbox_team import JOINED, ROOMS
from tests.connectors.slack.support import (
    ARCHIVED,
    BASE,
    EMEA,
    HEADERS,
    NOON,
    PEOPLE,
    RANDOM,
    Clock,
    Json,
    linked,
    over,
    ref,
    said_in,
    ts,
    user,
)
from tests.contracts.checked import Checked, contract
from tests.contracts.openapi import Contract
from tests.contracts.violation import ContractViolation

LIST, HISTORY, INFO = "GET /conversations.list", "GET /conversations.history", "GET /users.info"
LOOKUP, POST = "GET /users.lookupByEmail", "POST /chat.postMessage"
SOMEBODY_SAID: Json = {"type": "message", "text": "", "ts": "1512085950.000216"}
PAGES = [Page(), Page(1), Page(500), Page(None), Page(5, Position(NOON, "slack:C0:1"))]


class SetRight:
    """The contract, with an answer of `conversations.history` as its schema would have it."""

    def __init__(self, inner: Contract) -> None:
        self._inner = inner

    def check_request(self, request: httpx.Request) -> object:
        return self._inner.check_request(request)

    def check_response(self, request: httpx.Request, response: httpx.Response) -> None:
        if request.url.path.endswith("/conversations.history") and response.json()["ok"]:
            body = response.json()
            following = body.pop("response_metadata", None)
            assert (following is not None) is body["has_more"]
            assert following is None or list(following) == ["next_cursor"]
            response = httpx.Response(200, json=body | {"messages": body["messages"] or [SOMEBODY_SAID]})
        self._inner.check_response(request, response)


class LeftOut(httpx.AsyncBaseTransport):
    """Passes the one method by that the document does not know."""

    def __init__(self, checked: Checked, bare: httpx.AsyncBaseTransport) -> None:
        self._checked = checked
        self._bare = bare

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        unknown = request.url.path.endswith("/auth.test")
        return await (self._bare if unknown else self._checked).handle_async_request(request)


@pytest.fixture
def bare() -> httpx.MockTransport:
    return httpx.MockTransport(imitate(PEOPLE, Clock()))


@pytest.fixture
def checked(bare: httpx.MockTransport) -> Checked:
    return Checked(bare, SetRight(contract("slack")))


@pytest.fixture
def slack(checked: Checked, bare: httpx.MockTransport) -> Slack:
    return over(LeftOut(checked, bare))


@pytest.mark.parametrize("first", [1, 4, 100])
async def test_channels_keep_to_the_contract(slack: Slack, checked: Checked, first: int) -> None:
    found = (await slack.channels([HostPage(first)]))[HostPage(first)]
    assert isinstance(found, HostSlice)
    after = HostPage(first, found.cursors[-1])
    assert isinstance((await slack.channels([after]))[after], HostSlice)
    assert checked.seen == {LIST: 2}


@pytest.mark.parametrize("page", PAGES)
async def test_messages_keep_to_the_contract(slack: Slack, checked: Checked, page: Page) -> None:
    whose = [*(ref(number) for number in range(30)), linked("UNOBODY99"), CustomerRef("1")]
    answers = await slack.messages([MessagesAsked(one, page) for one in whose])
    assert {type(answer) for answer in answers.values()} == {Slice}
    assert any(answer.items for answer in answers.values() if isinstance(answer, Slice))
    assert set(checked.seen) == {LIST, HISTORY, INFO}
    assert checked.seen[HISTORY] == len(JOINED)


@pytest.mark.parametrize("page", PAGES)
async def test_messages_of_a_channel_keep_to_the_contract(slack: Slack, checked: Checked, page: Page) -> None:
    answers = await slack.channel_messages([ChannelMessagesAsked(room.id, page) for room in JOINED])
    assert {type(answer) for answer in answers.values()} == {Slice}
    assert checked.seen[HISTORY] >= len(JOINED)


async def test_reads_by_id_keep_to_the_contract(slack: Slack, checked: Checked) -> None:
    ids = [message.external_id for message in (await said_in(slack, EMEA.id, Page(4))).items]
    gone = [f"{EMEA.id}:{ts(10**7)}", "C0NOWHERE0:1512085950.000216"]
    answers = await slack.messages_by_id([*ids, *gone])
    assert [answer is None for answer in answers.values()] == [False] * 4 + [True] * 2
    assert checked.seen[HISTORY] == 7


async def test_addresses_keep_to_the_contract(slack: Slack, checked: Checked) -> None:
    answers = await slack.members_by_email([PEOPLE[1].email, "nobody@new.example"])
    assert list(answers.values()) == [user(1), None]
    assert checked.seen == {LOOKUP: 2}


async def test_what_is_sent_keeps_to_the_contract(slack: Slack, checked: Checked) -> None:
    said = await slack.send_message(NewMessage(channel=EMEA.id, text="Hello <all> & everybody"), "key-1")
    assert (await said_in(slack, EMEA.id, Page(1))).items == (said,)
    for channel, text in (("C0NOWHERE0", "x"), (RANDOM.id, "x"), (ARCHIVED.id, "x"), (EMEA.id, "")):
        with pytest.raises(Rejected):
            await slack.send_message(NewMessage(channel=channel, text=text), "key-1")
    assert checked.seen[POST] == 5


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("conversations.list", {}),
        ("conversations.list", {"types": "private_channel", "limit": "1"}),
        ("conversations.list", {"limit": "2", "cursor": ""}),
        ("conversations.history", {"channel": EMEA.id, "limit": "3"}),
        ("conversations.history", {"channel": EMEA.id, "oldest": ts(10**6), "inclusive": "true"}),
        ("conversations.history", {"channel": "C0NOWHERE0"}),
        ("conversations.history", {"channel": EMEA.id, "latest": "999999999999999"}),
        ("users.info", {"user": "nobody"}),
        ("users.info", {"user": user(2), "include_locale": "true"}),
    ],
)
async def test_what_the_imitation_can_do_besides_keeps_to_the_contract(
    checked: Checked, method: str, query: dict[str, str]
) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BASE, headers=HEADERS) as client:
        assert (await client.get(f"/{method}", params=query)).status_code == 200


async def test_a_call_without_credentials_keeps_to_the_contract(checked: Checked) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        async with httpx.AsyncClient(transport=checked, base_url=BASE, headers=headers) as client:
            for method in ("conversations.list", "conversations.history", "users.info"):
                assert (await client.get(f"/{method}")).json()["ok"] is False


async def test_a_request_beyond_the_contract_would_be_noticed(checked: Checked) -> None:
    async with httpx.AsyncClient(transport=checked, base_url=BASE, headers=HEADERS) as client:
        with pytest.raises(ContractViolation):
            await client.get("/conversations.list", params={"colour": "red"})
        with pytest.raises(ContractViolation):
            await client.post("/chat.postMessage", data={"text": "no channel"})


def test_a_history_is_all_that_is_set_right() -> None:
    assert len(ROOMS) > len(JOINED)
    request = httpx.Request("GET", f"{BASE}/conversations.history", params={"channel": EMEA.id})
    body = {
        "ok": True,
        "messages": [],
        "has_more": False,
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    SetRight(contract("slack")).check_response(request, httpx.Response(200, json=body))
    with pytest.raises(ContractViolation):
        contract("slack").check_response(request, httpx.Response(200, json=body))
    with pytest.raises(ContractViolation):
        SetRight(contract("slack")).check_response(request, httpx.Response(200, json=body | {"pin_count": "0"}))


@pytest.mark.parametrize("method", ["conversations.list", "conversations.history"])
def test_the_recorded_bodies_fit(method: str) -> None:
    path = Path(__file__).with_name("bodies") / f"{method}.json"
    request = httpx.Request("GET", f"{BASE}/{method}")
    body = msgspec.json.decode(path.read_bytes())
    contract("slack").check_response(request, httpx.Response(200, json=body))


def test_the_bot_is_told_what_the_reference_documents() -> None:
    request = httpx.Request("POST", f"{BASE}/auth.test", headers=HEADERS)
    body = imitate(PEOPLE, Clock())(request).json()
    strings = {name: value for name, value in body.items() if isinstance(value, str)}
    assert set(strings) == {"url", "team", "user", "team_id", "user_id", "bot_id"}
