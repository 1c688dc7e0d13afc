"""Requests sent for what is asked, and one answer per key."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.chat import Channel, ChannelMessagesAsked, ChatSource, MessagesAsked
from connectors.domain.code import HostPage, HostSlice
from connectors.domain.errors import ConnectorError, RateLimited, Rejected, Unavailable
from connectors.domain.page import Page, Slice, position
from connectors.domain.references import CustomerRef
from connectors.slack.client import CHANNELS, Slack
from connectors.slack.sandbox_team import JOINED, ROOMS, STAFF
from tests.connectors.slack.support import (
    EMEA,
    GENERAL,
    PEOPLE,
    RANDOM,
    FakeTeam,
    Stub,
    calls,
    fake,
    imitation,
    joined,
    linked,
    over,
    ref,
    said_by,
    said_in,
    sliced,
    ts,
)
from tests.connectors.support import Recorder

ENOUGH = settings(derandomize=True, max_examples=60, deadline=None)
SHOWN = [room for room in ROOMS if not room.archived]


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def slack(wire: Recorder) -> Slack:
    return over(wire)


def hosted(answer: HostSlice[Channel] | ConnectorError) -> HostSlice[Channel]:
    assert isinstance(answer, HostSlice), answer
    return answer


def test_slack_is_a_source_of_chat(slack: Slack) -> None:
    source: ChatSource = slack
    assert source.channels.__doc__


async def test_the_token_goes_with_every_call(slack: Slack, wire: Recorder) -> None:
    await slack.ping()
    assert wire.requests[0].headers["authorization"] == "Bearer xoxb-100000000001-200000000002-imitation"
    assert wire.requests[0].url == "https://slack.com/api/auth.test"


async def test_channels_are_one_call_in_slacks_order_without_archived_ones(slack: Slack, wire: Recorder) -> None:
    page = HostPage(100)
    found = hosted((await slack.channels([page, page]))[page])
    assert [channel.name for channel in found.items] == [room.name for room in SHOWN]
    assert not found.more
    assert calls(wire) == {"conversations.list": 1}
    assert found.items[1].topic == "Europe, Middle East, Africa: questions & answers"
    assert [channel.topic for channel in found.items if channel.name == "release-notes"] == [None]


@pytest.mark.parametrize("first", [1, 3, 10])
async def test_pages_of_channels_join_to_the_whole_list(slack: Slack, first: int) -> None:
    names: list[str] = []
    page = HostPage(first)
    while True:
        found = hosted((await slack.channels([page]))[page])
        assert len(found.items) == len(found.cursors) <= first
        names += [channel.name for channel in found.items]
        if not found.more:
            break
        page = HostPage(first, found.cursors[-1])
    assert names == [room.name for room in SHOWN]


@pytest.mark.parametrize("first", [1, 2, 3, 5])
async def test_channels_on_several_of_slacks_pages_join_too(first: int) -> None:
    pages = {"": (["C1", "C2", "C3"], "x"), "x": (["C4", "C5"], "y"), "y": (["C6"], "")}

    def answer(request: httpx.Request) -> httpx.Response:
        ids, following = pages[request.url.params.get("cursor", "")]
        channels = [{"id": id, "name": id} for id in ids]
        return httpx.Response(
            200, json={"ok": True, "channels": channels, "response_metadata": {"next_cursor": following}}
        )

    slack = over(httpx.MockTransport(answer))
    names: list[str] = []
    page = HostPage(first)
    for _ in range(10):
        found = hosted((await slack.channels([page]))[page])
        names += [channel.name for channel in found.items]
        if not found.more:
            break
        page = HostPage(first, found.cursors[-1])
    assert names == ["C1", "C2", "C3", "C4", "C5", "C6"]


async def test_what_a_customer_said_is_newest_first_in_every_channel(slack: Slack) -> None:
    found = (await said_by(slack, ref(2), Page(50))).items
    assert found
    assert list(found) == sorted(found, key=position, reverse=True)
    assert {message.author for message in found} == {PEOPLE[2].name}
    assert {message.channel for message in found} <= {room.name for room in JOINED}
    assert all(message.url and message.url.startswith("https://imitation.slack.com/archives/C06") for message in found)


@pytest.mark.parametrize("customers", [1, 40])
async def test_the_channels_are_read_once_for_everybody(slack: Slack, wire: Recorder, customers: int) -> None:
    asked = [MessagesAsked(ref(number), Page(3)) for number in range(customers)]
    answers = await slack.messages([*asked, *asked])
    assert list(answers) == asked
    counted = calls(wire)
    assert counted["conversations.history"] == len(JOINED)
    assert (counted["conversations.list"], counted["auth.test"]) == (1, 1)
    guests = [number for number in range(customers) if number % 2 == 0]
    assert counted["users.info"] <= len(guests)


async def test_an_authors_name_is_asked_for_once_and_only_where_no_message_brings_it(
    slack: Slack, wire: Recorder
) -> None:
    await slack.messages([MessagesAsked(ref(1), Page(9)), MessagesAsked(ref(3), Page(9))])
    assert "users.info" not in calls(wire)
    await slack.messages([MessagesAsked(ref(2), Page(9))])
    assert calls(wire)["users.info"] == 1


@pytest.mark.parametrize("first", [1, 2])
async def test_pages_of_what_a_customer_said_join_to_the_whole(slack: Slack, first: int) -> None:
    for number in range(6):
        assert await joined(slack, ref(number), first) == list((await said_by(slack, ref(number), Page(None))).items)


async def test_somebody_without_a_link_said_nothing_and_costs_no_call(slack: Slack, wire: Recorder) -> None:
    assert await said_by(slack, CustomerRef("1"), Page(5)) == Slice(())
    assert wire.requests == []
    asked = [MessagesAsked(CustomerRef("1"), Page(5)), MessagesAsked(ref(2), Page(5))]
    answers = await slack.messages(asked)
    assert sliced(answers[asked[0]]) == Slice(())
    assert sliced(answers[asked[1]]).items


async def test_somebody_who_never_spoke_costs_no_names(slack: Slack, wire: Recorder) -> None:
    assert await said_by(slack, linked("UNOBODY99"), Page(5)) == Slice(())
    assert "auth.test" not in calls(wire)


async def test_who_came_and_went_is_not_what_was_said() -> None:
    slack, _ = fake(FakeTeam({"C11": [Stub(1), Stub(2, subtype="channel_join"), Stub(3, subtype="me_message")]}))
    assert [message.text for message in (await said_by(slack, linked("U1"), Page(5))).items] == ["said 1", "said 3"]
    assert [message.text for message in (await said_in(slack, "C11", Page(5))).items] == ["said 1", "said 3"]


async def test_a_look_ends_where_the_first_channel_does_and_says_so() -> None:
    team = FakeTeam({"C11": [Stub(number) for number in range(10)], "C22": [Stub(4.5), Stub(30)]}, most=5)
    slack, wire = fake(team)
    found = await said_by(slack, linked("U1"), Page(20))
    assert [message.text for message in found.items] == ["said 0", "said 1", "said 2", "said 3", "said 4"]
    assert found.horizon == position(found.items[-1])
    second = await said_by(slack, linked("U1"), Page(20, found.horizon))
    assert [message.text for message in second.items] == ["said 4.5", "said 5", "said 6", "said 7", "said 8"]
    rest = await said_by(slack, linked("U1"), Page(20, second.horizon))
    assert [message.text for message in rest.items] == ["said 9", "said 30"]
    assert rest.horizon is None
    assert calls(wire)["conversations.history"] == 6


@ENOUGH
@given(
    st.lists(st.tuples(st.sampled_from(["C11", "C22", "C33"]), st.integers(0, 9), st.sampled_from(["U1", "U2"]))),
    st.integers(1, 3),
    st.integers(2, 4),
)
async def test_however_messages_fall_pages_join_to_the_whole(
    drawn: list[tuple[str, int, str]], first: int, most: int
) -> None:
    channels: dict[str, dict[int, Stub]] = {"C11": {}, "C22": {}, "C33": {}}
    for channel, second, who in drawn:
        channels[channel][second] = Stub(second, who)
    slack, _ = fake(FakeTeam({name: stubs.values() for name, stubs in channels.items()}, most))
    found = [message.external_id for message in await joined(slack, linked("U1"), first)]
    expected = [
        f"{channel}:{ts(second)}"
        for channel, stubs in channels.items()
        for second, stub in stubs.items()
        if stub.user == "U1"
    ]
    assert found == sorted(expected, key=lambda name: (name.partition(":")[2], name), reverse=True)


async def test_a_channel_that_the_bot_has_left_is_passed_over() -> None:
    slack, _ = fake(FakeTeam({"C11": [Stub(1)], "C22": [Stub(2)]}, failing={"C11": "not_in_channel"}))
    assert [message.text for message in (await said_by(slack, linked("U1"), Page(5))).items] == ["said 2"]


@pytest.mark.parametrize(("word", "error"), [("503", Unavailable), ("ratelimited", RateLimited)])
async def test_a_channel_that_fails_fails_whom_it_is_read_for(word: str, error: type[ConnectorError]) -> None:
    slack, _ = fake(FakeTeam({"C11": [Stub(1)], "C22": [Stub(2)]}, failing={"C11": word}))
    asked = [MessagesAsked(linked("U1"), Page(5)), MessagesAsked(CustomerRef("2"), Page(5))]
    answers = await slack.messages(asked)
    assert [type(answers[one]) for one in asked] == [error, Slice]


async def test_no_more_channels_than_the_bound_are_read_those_with_the_most_members() -> None:
    team = FakeTeam({f"C{number:02}": [] for number in range(CHANNELS + 5)})

    def sized(request: httpx.Request) -> httpx.Response:
        response = team(request)
        body = response.json()
        for place, channel in enumerate(body.get("channels", ())):
            channel["num_members"] = place
        return httpx.Response(200, json=body)

    wire = Recorder(httpx.MockTransport(sized))
    await said_by(over(wire), linked("U1"), Page(5))
    read = {request.url.params["channel"] for request in wire.requests if "channel" in request.url.params}
    assert read == {f"C{number:02}" for number in range(5, CHANNELS + 5)}


async def test_one_channels_messages_are_newest_first_and_pages_join(slack: Slack) -> None:
    whole = (await said_in(slack, EMEA.id, Page(None))).items
    assert whole
    assert {message.channel for message in whole} == {"customers-emea"}
    assert list(whole) == sorted(whole, key=position, reverse=True)
    found: list[object] = []
    page = Page(4)
    while True:
        part = await said_in(slack, EMEA.id, page)
        found += part.items
        if part.horizon is None:
            break
        page = Page(4, part.horizon)
    assert found == list(whole)


async def test_a_channel_longer_than_a_page_is_read_on_by_time() -> None:
    slack, wire = fake(FakeTeam({"C11": [Stub(number) for number in range(12)]}, most=5))
    assert len((await said_in(slack, "C11", Page(None))).items) == 12
    bounds = [one.url.params.get("latest") for one in wire.requests if "channel" in one.url.params]
    assert bounds == [None, ts(4), ts(9)]


async def test_our_own_people_are_named(slack: Slack) -> None:
    authors = {message.author for message in (await said_in(slack, EMEA.id, Page(None))).items}
    assert authors & {staff.handle for staff in STAFF}
    assert None not in authors


async def test_one_channel_that_refuses_leaves_the_others(slack: Slack) -> None:
    asked = [ChannelMessagesAsked(id, Page(3)) for id in (GENERAL.id, RANDOM.id, "C0NOWHERE0", "../x")]
    answers = await slack.channel_messages(asked)
    assert [type(answers[one]) for one in asked] == [Slice, Rejected, Rejected, Rejected]
    refusals = [answers[one] for one in asked[1:3]]
    assert [refusal.status for refusal in refusals if isinstance(refusal, Rejected)] == [400, 404]
    assert "not_in_channel: the bot is not in this channel" in str(refusals[0])
