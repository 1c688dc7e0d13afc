"""What can be followed, over channels and services that do what the test says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from connectors.connection import Mode
from connectors.domain.activity import Missed, News, TimelineKind, Turns
from connectors.domain.answers import Answers
from connectors.domain.errors import Unavailable
from connectors.domain.offer import Offer
from connectors.domain.service import Service
from connectors.domain.tickets import Ticket
from connectors.sources import Sources
from connectors.transport.live import is_live
from connectors.transport.stats import ServiceStats
from gateway.execution.operation import Answer, BrokenOffError
from schema.build import new_context
from schema.relay import node_id
from schema.services import LOOK
from tests.schema.fake_activity import Channel
from tests.schema.fake_deeds import Deeds
from tests.schema.fakes import Book, Desk
from tests.schema.harness import REQUEST, engine, offering
from tests.schema.nouns import NOON, customer, ticket

ADA = customer("Ada")
ADA_ID = node_id("Customer", Service.STORE, ADA.id)
ACTIVITY = """subscription($id: ID!) { customerActivity(customerId: $id) {
  kind service at title url node { id ... on Ticket { subject } }
} }"""
STATUS = """subscription($services: [Service!]) { serviceStatus(services: $services) {
  service state lastError calls configured quota { remaining }
} }"""
NEWS = News(
    key="1",
    customer=ADA.id,
    kind=TimelineKind.TICKET,
    service=Service.ZENDESK,
    external_id="1",
    title="Help\n " + "x" * 200,
    url="https://desk.example/1",
)
DOWN = Unavailable(Service.STRIPE, "STRIPE dropped the call")
PATIENCE = 5  # seconds


@dataclass
class Naps:
    """Each sleep of the product lasts until the test wakes it."""

    slept: list[float] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.begun.set()
        await self.over.wait()
        self.over.clear()

    async def wake(self) -> None:
        """Returns when it sleeps again."""
        await self.begun.wait()
        self.begun.clear()
        self.over.set()
        await self.begun.wait()


class Heard:
    """The answers of one subscription."""

    def __init__(self, answers: AsyncIterator[Answer]) -> None:
        self._answers = answers

    async def next(self) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
        async with asyncio.timeout(PATIENCE):
            answer = msgspec.json.decode((await anext(self._answers)).body)
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        return found


@asynccontextmanager
async def subscribed(
    sources: Sources, query: str, naps: Naps | None = None, **variables: object
) -> AsyncIterator[Heard]:
    context = replace(new_context(sources, REQUEST), sleep=(naps or Naps()).sleep)
    over = engine()
    async with over.subscribe(over.prepare(query, None), variables, context) as delivered:
        assert not isinstance(delivered, Answer), delivered.body
        yield Heard(delivered)


async def refused(sources: Sources, query: str, **variables: object) -> dict[str, Any]:
    """The extensions of the one error in the place of a stream."""
    over, context = engine(), new_context(sources, REQUEST)
    async with over.subscribe(over.prepare(query, None), variables, context) as delivered:
        assert isinstance(delivered, Answer)
        (error,) = msgspec.json.decode(delivered.body)["errors"]
    extensions: dict[str, Any] = error["extensions"]
    return extensions


@pytest.fixture
def channel() -> Channel:
    return Channel([ADA.id])


@pytest.fixture
def desk() -> Desk:
    return Desk(cases=[ticket("1")])


@pytest.fixture
def sources(channel: Channel, desk: Desk) -> Sources:
    connections = [offering(one.service, one.offer) for one in (desk,)]
    return Sources(Book([ADA]), ServiceStats(Service.STORE), connections, Deeds(), channel)


async def test_what_happens_is_an_entry_of_the_timeline(sources: Sources, channel: Channel) -> None:
    async with subscribed(sources, ACTIVITY, id=ADA_ID) as heard:
        await channel.publish(NEWS, NOON - timedelta(hours=1))
        entry = await heard.next()
    assert (entry["kind"], entry["service"], entry["url"]) == ("TICKET", "ZENDESK", NEWS.url)
    assert entry["at"] == "2026-11-01T11:00:00+00:00"
    assert (entry["title"][:6], entry["title"][-1], len(entry["title"])) == ("Help x", "…", 140)
    assert entry["node"] == {"id": node_id("Ticket", Service.ZENDESK, "1"), "subject": ticket("1").subject}


async def test_its_node_is_read_anew_for_each_event_and_only_where_it_is_asked_for(
    sources: Sources, channel: Channel, desk: Desk
) -> None:
    async with subscribed(sources, "subscription($id: ID!) { customerActivity(customerId: $id) { title } }", id=ADA_ID):
        await channel.publish(NEWS)
    assert desk.batches == []
    async with subscribed(sources, ACTIVITY, id=ADA_ID) as heard:
        for _ in range(2):
            await channel.publish(NEWS)
            await heard.next()
    assert desk.asked("tickets_by_id") == [("1",), ("1",)]


@dataclass
class Noticing(Desk):
    """Whether each read by id was to be live."""

    live: list[bool] = field(default_factory=list)

    async def tickets_by_id(self, ids: Sequence[str]) -> Answers[str, Ticket | None]:
        self.live.append(is_live())
        await asyncio.sleep(0)
        return await super().tickets_by_id(ids)


async def test_of_many_who_are_told_the_same_one_asks_the_service_and_the_others_may_be_shown_what_it_kept(
    channel: Channel,
) -> None:
    desk = Noticing(cases=[ticket("1")])
    sources = Sources(Book([ADA]), ServiceStats(Service.STORE), [offering(desk.service, desk.offer)], Deeds(), channel)
    async with AsyncExitStack() as stack:
        heard = [await stack.enter_async_context(subscribed(sources, ACTIVITY, id=ADA_ID)) for _ in range(5)]
        await channel.publish(NEWS)
        entries = await asyncio.gather(*(one.next() for one in heard))
    assert desk.live == [True, False, False, False, False]
    assert {entry["node"]["id"] for entry in entries} == {node_id("Ticket", Service.ZENDESK, "1")}


async def test_who_waited_for_one_that_came_to_nothing_asks_for_itself() -> None:
    turns, asked = Turns(), list[bool]()

    async def read(*, fails: bool) -> None:
        async with turns.turn() as first:
            asked.append(first)
            await asyncio.sleep(0)
            if fails:
                raise LookupError

    await asyncio.gather(read(fails=True), read(fails=False), read(fails=False), return_exceptions=True)
    assert asked == [True, True, True]


async def test_a_note_has_no_node(sources: Sources, channel: Channel) -> None:
    note = replace(NEWS, kind=TimelineKind.NOTE, service=Service.STORE, url=None, title="hello")
    async with subscribed(sources, ACTIVITY, id=ADA_ID) as heard:
        await channel.publish(note)
        assert await heard.next() == {
            "kind": "NOTE",
            "service": "STORE",
            "at": "2026-11-01T12:00:00+00:00",
            "title": "hello",
            "url": None,
            "node": None,
        }


async def test_leaving_closes_what_was_followed_even_before_anything_was_told(
    sources: Sources, channel: Channel
) -> None:
    async with subscribed(sources, ACTIVITY, id=ADA_ID):
        assert not channel.following[0].closed
    assert channel.following[0].closed


async def test_it_is_over_when_the_customer_is_gone(sources: Sources, channel: Channel) -> None:
    async with subscribed(sources, ACTIVITY, id=ADA_ID) as heard:
        channel.following[0].coming.put_nowait(StopAsyncIteration())
        with pytest.raises(StopAsyncIteration):
            await heard.next()


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Missed(), "OVERLOADED"),
        (Unavailable(Service.STORE, "STORE dropped the call"), "UPSTREAM_UNAVAILABLE"),
        (LookupError("a secret"), "INTERNAL"),
    ],
)
async def test_a_channel_that_fails_breaks_it_off_with_a_code(
    sources: Sources, channel: Channel, failure: Exception, code: str
) -> None:
    async with subscribed(sources, ACTIVITY, id=ADA_ID) as heard:
        channel.following[0].coming.put_nowait(failure)
        with pytest.raises(BrokenOffError) as broken:
            await heard.next()
    (error,) = broken.value.errors
    assert (error["path"], error["extensions"]["code"]) == (["customerActivity"], code)
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("id", "code"),
    [
        (node_id("Customer", Service.STORE, "f" * 24), "NOT_FOUND"),
        (node_id("Ticket", Service.ZENDESK, "1"), "BAD_USER_INPUT"),
        ("forged", "BAD_USER_INPUT"),
    ],
)
async def test_nobody_is_followed_who_is_not_there(sources: Sources, id: str, code: str) -> None:
    assert (await refused(sources, ACTIVITY, id=id))["code"] == code


async def test_without_a_channel_it_is_said_what_is_missing() -> None:
    silent = Sources(Book([ADA]), ServiceStats(Service.STORE), [], Deeds())
    assert await refused(silent, ACTIVITY, id=ADA_ID) == {"code": "SERVICE_NOT_CONFIGURED", "service": "STORE"}


def shop(mode: Mode = Mode.LIVE) -> tuple[Sources, ServiceStats]:
    connection = offering(Service.STRIPE, Offer(), mode=mode)
    return Sources(Book(), ServiceStats(Service.STORE), [connection], Deeds()), connection.stats


async def test_every_service_is_told_as_it_is_first() -> None:
    sources, _ = shop(Mode.OFF)
    async with subscribed(sources, STATUS) as heard:
        found = [await heard.next(), await heard.next()]
    assert [(one["service"], one["state"]) for one in found] == [("STORE", "UP"), ("STRIPE", "DISABLED")]


async def test_a_change_is_told_once_and_what_is_the_same_is_not() -> None:
    sources, stats = shop()
    naps = Naps()
    async with subscribed(sources, STATUS, naps, services=["STRIPE", "STRIPE"]) as heard:
        assert (await heard.next())["state"] == "UP"
        coming = asyncio.ensure_future(heard.next())
        await naps.wake()
        stats.succeeded()
        await naps.wake()
        assert not coming.done()
        stats.failed(DOWN)
        naps.over.set()
        told = await coming
        assert (told["service"], told["state"], told["lastError"]) == ("STRIPE", "DOWN", "STRIPE dropped the call")
    assert set(naps.slept) == {LOOK}


@pytest.mark.parametrize(
    ("services", "code"), [([], "BAD_USER_INPUT"), (["ZENDESK", "STRIPE"], "SERVICE_NOT_CONFIGURED")]
)
async def test_services_that_cannot_be_followed_are_refused(services: list[str], code: str) -> None:
    sources, _ = shop()
    assert (await refused(sources, STATUS, services=services))["code"] == code
