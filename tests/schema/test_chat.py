"""Channels and messages in the graph, over chat services that a test has made."""

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from connectors.domain.chat import ChannelMessagesAsked, Message, MessagesAsked
from connectors.domain.errors import ConnectorError, Rejected, TimedOut
from connectors.domain.page import Slice
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.sources import Sources
from schema import chat
from schema.arguments import After, First
from schema.context import Context, Info
from schema.loaders.chat import channel_messages, message_by_id, messages
from schema.loaders.merging import At, Found
from schema.relay import Connection, GlobalId, dated_page
from schema.scalars import SCALARS
from tests.schema.harness import engine_over, run_in
from tests.schema.nouns import NOON
from tests.schema.rooms import BARE, GENERAL, Rooms, message

ADA = CustomerRef("1", (ServiceLink(Service.SLACK, "ada"), ServiceLink(Service.JIRA, "ada")))


@strawberry.type
class Query:
    """As much of the graph as leads to chat."""

    @strawberry.field
    async def channels(self, info: Info, first: First = 20, after: After = None) -> Connection[chat.Channel] | None:
        return await chat.channel_page(info, first, after)

    @strawberry.field
    async def said(self, info: Info, first: First = 20, after: After = None) -> Connection[chat.Message] | None:
        return await chat.message_page(info, MessagesAsked(ADA, dated_page(first, after)))


@cache
def graph() -> strawberry.Schema:
    return strawberry.Schema(query=Query, types=[chat.Message], config=StrawberryConfig(scalar_map=SCALARS))


def context(*services: Rooms) -> Context:
    sources = SimpleNamespace(chat={one.service: one for one in services}, changes=0)
    return Context(cast("Sources", sources), lambda customer: customer)


async def run(query: str, *services: Rooms, **variables: object) -> tuple[Any, list[dict[str, Any]]]:
    """The data, and the errors as a caller gets them."""
    answer = await run_in(engine_over(graph()), context(*services), query, variables)
    return answer.data, answer.errors


async def whole(query: str, *services: Rooms, **variables: object) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
    data, errors = await run(query, *services, **variables)
    assert errors == []
    return data


async def test_a_message_shows_what_the_service_says_of_it() -> None:
    query = "{ said { edges { node { id service channel author text createdAt url } } } }"
    assert (await whole(query, Rooms(said=[message("7")])))["said"]["edges"][0]["node"] == {
        "id": str(GlobalId("Message", Service.SLACK, "7")),
        "service": "SLACK",
        "channel": "C1",
        "author": "ada",
        "text": "Said 7",
        "createdAt": NOON.isoformat(),
        "url": "https://chat.example/7",
    }


async def test_a_message_without_author_and_address_is_one_all_the_same() -> None:
    nobodys = Message(
        service=Service.SLACK, external_id="7", channel="x", author=None, text="", created_at=NOON, url=None
    )
    shown = chat.Message.of(nobodys)
    assert (shown.author, shown.text, shown.url) == (None, "", None)


async def test_what_a_customer_said_is_merged_over_every_service() -> None:
    services = [
        Rooms(said=[message("1", 1), message("2", 3), message("x", 0, by="bob")]),
        Rooms(Service.JIRA, said=[message("3", 2, service=Service.JIRA)]),
    ]
    edges = (await whole("{ said { edges { node { text } } } }", *services))["said"]["edges"]
    assert [edge["node"]["text"] for edge in edges] == ["Said 1", "Said 3", "Said 2"]


async def test_pages_of_what_was_said_join_to_the_whole_also_where_a_look_ends_early() -> None:
    rooms = Rooms(said=[message(str(number), number) for number in range(9)], seen=4)
    query = """query($after: String) { said(first: 3, after: $after) {
      edges { node { text } } pageInfo { hasNextPage endCursor } } }"""
    texts: list[str] = []
    after = None
    while True:
        found = (await whole(query, rooms, after=after))["said"]
        texts += [edge["node"]["text"] for edge in found["edges"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert texts == [f"Said {number}" for number in range(9)]


async def test_a_service_that_is_late_is_told_beside_what_was_said_elsewhere() -> None:
    late = TimedOut(Service.JIRA, "JIRA did not answer in time")
    given = context(Rooms(said=[message("1")]), Rooms(Service.JIRA, late))
    result = await run_in(engine_over(graph()), given, "{ said { edges { node { text } } } }")
    assert result.data == {"said": {"edges": [{"node": {"text": "Said 1"}}]}}
    assert [(failure.original_error, failure.path) for failure in given.failures] == [(late, ["said"])]


async def test_channels_are_a_page_of_the_services_own() -> None:
    rooms = Rooms(places=[GENERAL, BARE])
    query = "{ channels { totalCount edges { node { id name topic members } } pageInfo { hasNextPage } } }"
    found = (await whole(query, rooms))["channels"]
    assert [edge["node"] for edge in found["edges"]] == [
        {
            "id": str(GlobalId("Channel", Service.SLACK, "C1")),
            "name": "general",
            "topic": "Everything",
            "members": 7,
        },
        {"id": str(GlobalId("Channel", Service.SLACK, "C2")), "name": "bare", "topic": None, "members": None},
    ]
    assert (found["totalCount"], found["pageInfo"]) == (None, {"hasNextPage": False})


async def test_pages_of_channels_join_to_the_whole() -> None:
    rooms = Rooms(places=[GENERAL, BARE] * 4)
    query = """query($after: String) { channels(first: 3, after: $after) {
      edges { node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    names: list[str] = []
    after = None
    for more in (True, True, False):
        found = (await whole(query, rooms, after=after))["channels"]
        names += [edge["node"]["name"] for edge in found["edges"]]
        assert found["pageInfo"]["hasNextPage"] is more
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = found["pageInfo"]["endCursor"]
    assert names == ["general", "bare"] * 4


async def test_the_messages_of_many_channels_are_one_batch() -> None:
    rooms = Rooms(places=[GENERAL, BARE], said=[message("1"), message("2", 1), message("3", 2, channel="C2")])
    query = """{ channels { edges { node {
      name messages(first: 1) { edges { node { text } } pageInfo { hasNextPage } }
    } } } }"""
    edges = (await whole(query, rooms))["channels"]["edges"]
    shown = [edge["node"]["messages"] for edge in edges]
    assert [one["edges"] for one in shown] == [[{"node": {"text": "Said 1"}}], [{"node": {"text": "Said 3"}}]]
    assert [one["pageInfo"]["hasNextPage"] for one in shown] == [True, False]
    assert [(name, len(keys)) for name, keys in rooms.batches] == [("channels", 1), ("channel_messages", 2)]


async def test_a_channel_that_is_not_ours_to_read_costs_its_own_messages_alone() -> None:
    refusal = Rejected(Service.SLACK, 400, "SLACK answered not_in_channel: the bot is not in this channel")
    rooms = Rooms(places=[GENERAL, BARE], said=[message("1")], failures={"C2": refusal})
    data, errors = await run("{ channels { edges { node { name messages { edges { node { text } } } } } } }", rooms)
    assert [edge["node"]["messages"] for edge in data["channels"]["edges"]] == [
        {"edges": [{"node": {"text": "Said 1"}}]},
        None,
    ]
    assert [error["path"] for error in errors] == [["channels", "edges", 1, "node", "messages"]]
    assert errors[0]["message"] == str(refusal)


async def test_without_a_chat_service_there_are_no_channels() -> None:
    assert await whole("{ channels { totalCount } }") == {"channels": None}


@pytest.mark.parametrize("arguments", ["first: 0", "first: 101", 'after: "nonsense"'])
@pytest.mark.parametrize(
    "query",
    [
        "{ channels(ARGUMENTS) { totalCount } }",
        "{ said(ARGUMENTS) { totalCount } }",
        "{ channels { edges { node { messages(ARGUMENTS) { totalCount } } } } }",
    ],
)
async def test_a_page_that_is_none_is_bad_input(query: str, arguments: str) -> None:
    _, errors = await run(query.replace("ARGUMENTS", arguments), Rooms(places=[GENERAL]))
    assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]


async def test_messages_by_id_come_from_their_own_service() -> None:
    slack = Rooms(said=[message("1")])
    other = Rooms(Service.JIRA, said=[message("1", service=Service.JIRA)])
    sources = context(slack, other).sources
    keys = [At(Service.JIRA, "1"), At(Service.SLACK, "1"), At(Service.SLACK, "gone"), At(Service.ZENDESK, "1")]
    found = await message_by_id(sources, keys)
    assert [one.service if isinstance(one, Message) else one for one in found] == [
        Service.JIRA,
        Service.SLACK,
        None,
        None,
    ]
    assert slack.asked("messages_by_id") == [("1", "gone")]


async def test_loaders_answer_every_key_with_a_value_or_its_error() -> None:
    failure: ConnectorError = TimedOut(Service.SLACK, "SLACK did not answer in time")
    sources = context(Rooms(said=[message("1")], failures={"C2": failure, "bob": failure})).sources
    page = dated_page(5, None)
    first, second = await channel_messages(
        sources, [At(Service.SLACK, ChannelMessagesAsked(channel, page)) for channel in ("C1", "C2")]
    )
    assert isinstance(first, Slice)
    assert second is failure
    bob = CustomerRef("2", (ServiceLink(Service.SLACK, "bob"),))
    ours, theirs = await messages(sources, [MessagesAsked(ADA, page), MessagesAsked(bob, page)])
    assert isinstance(ours, Found)
    assert theirs is failure
