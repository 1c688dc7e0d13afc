import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.domain.deeds import Begin, Deed, Entry, State, Verdict
from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.mongo.deeds import MongoDeeds
from connectors.mongo.store import Timeouts, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import NOON, Clock, behind

BEGUN, RESUMED, IN_FLIGHT, LOST = (
    Begin(one) for one in (Verdict.BEGUN, Verdict.RESUMED, Verdict.IN_FLIGHT, Verdict.UNKNOWN)
)
REFUND = Deed(
    key="k" * 64,
    fingerprint="f" * 64,
    kind="refundPayment",
    service=Service.STRIPE,
    target="ch_1",
    who="ada",
    request="request-7",
)
DEAL = replace(REFUND, kind="createDeal", service=Service.HUBSPOT, target="")
TICKET = replace(REFUND, kind="openTicket", service=Service.ZENDESK, target="")
ISSUE = replace(REFUND, kind="createIssue", service=Service.JIRA, target="OPS")


@pytest.fixture
async def deeds(store_uri: str, clock: Clock) -> AsyncIterator[MongoDeeds]:
    store = open_store(store_uri, ServiceStats(Service.STORE), clock=clock)
    await store.ensure_indexes()
    yield store.deeds
    await store.close()


def lines(store_uri: str) -> list[dict[str, Any]]:
    with behind(store_uri) as database:
        return [{**line} for line in database["audit"].find().sort("_id")]


async def test_a_new_key_is_begun_and_its_answer_is_told_to_whoever_comes_later(deeds: MongoDeeds) -> None:
    assert await deeds.begin(REFUND) == BEGUN
    await deeds.finish(REFUND, State.DONE, "id of the payment")
    assert await deeds.begin(REFUND) == Begin(Verdict.DONE, "id of the payment")


async def test_of_many_who_come_at_once_one_begins(deeds: MongoDeeds) -> None:
    begun = await asyncio.gather(*(deeds.begin(REFUND) for _ in range(20)))
    assert sorted(one.verdict for one in begun) == [Verdict.BEGUN] + [Verdict.IN_FLIGHT] * 19


async def test_of_many_who_take_an_unknown_deed_over_one_begins(deeds: MongoDeeds, clock: Clock) -> None:
    await deeds.begin(REFUND)
    await deeds.finish(REFUND, State.UNKNOWN)
    clock.advance(seconds=1)
    begun = await asyncio.gather(*(deeds.begin(replace(REFUND, attempt=f"{one}")) for one in range(20)))
    assert sorted(one.verdict for one in begun) == [Verdict.IN_FLIGHT] * 19 + [Verdict.RESUMED]


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.UNKNOWN])
async def test_whoever_comes_back_from_the_dead_changes_nothing_for_who_has_taken_over(
    deeds: MongoDeeds, clock: Clock, state: State
) -> None:
    await deeds.begin(REFUND)
    clock.advance(seconds=60)
    assert await deeds.begin(replace(REFUND, attempt="the second")) == RESUMED
    await deeds.finish(REFUND, state, "of the first")
    assert await deeds.begin(replace(REFUND, attempt="a third")) == IN_FLIGHT
    await deeds.finish(replace(REFUND, attempt="the second"), State.DONE, "of the second")
    assert await deeds.begin(REFUND) == Begin(Verdict.DONE, "of the second")


@pytest.mark.parametrize("state", [State.PENDING, State.DONE, State.UNKNOWN])
async def test_a_key_stands_for_its_first_input(deeds: MongoDeeds, state: State) -> None:
    await deeds.begin(REFUND)
    if state is not State.PENDING:
        await deeds.finish(REFUND, state)
    assert await deeds.begin(replace(REFUND, fingerprint="g" * 64)) == Begin(Verdict.OTHER_INPUT)


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
async def test_what_was_not_done_frees_the_key_for_any_input(deeds: MongoDeeds, state: State) -> None:
    await deeds.begin(REFUND)
    await deeds.finish(REFUND, state)
    assert await deeds.begin(replace(REFUND, fingerprint="g" * 64)) == BEGUN


async def test_keys_are_apart(deeds: MongoDeeds) -> None:
    assert await deeds.begin(REFUND) == await deeds.begin(replace(REFUND, key="l" * 64)) == BEGUN


@pytest.mark.parametrize(
    ("deed", "verdict"), [(REFUND, "resumed"), (TICKET, "resumed"), (ISSUE, "resumed"), (DEAL, "unknown")]
)
async def test_whoever_died_a_minute_ago_left_an_unknown_fate(
    deeds: MongoDeeds, clock: Clock, deed: Deed, verdict: str
) -> None:
    await deeds.begin(deed)
    clock.advance(seconds=59)
    assert await deeds.begin(deed) == IN_FLIGHT
    clock.advance(seconds=1)
    assert (await deeds.begin(deed)).verdict == verdict


@pytest.mark.parametrize(
    ("deed", "hours", "begun"),
    [
        (REFUND, 0, RESUMED),
        (REFUND, 23.9, RESUMED),
        (TICKET, 1.9, RESUMED),
        (TICKET, 2, LOST),
        (ISSUE, 0, LOST),
        (ISSUE, 0.01, RESUMED),
        (ISSUE, 23, LOST),
        (DEAL, 12, LOST),
    ],
)
async def test_an_unknown_deed_is_resumed_while_the_service_knows_the_key(
    deeds: MongoDeeds, clock: Clock, deed: Deed, hours: float, begun: Begin
) -> None:
    await deeds.begin(deed)
    await deeds.finish(deed, State.UNKNOWN)
    clock.advance(hours=hours)
    assert await deeds.begin(deed) == begun


async def test_the_services_time_is_counted_from_the_first_attempt(deeds: MongoDeeds, clock: Clock) -> None:
    for hours, begun in ((0, BEGUN), (1.5, RESUMED), (1, LOST)):
        clock.advance(hours=hours)
        assert await deeds.begin(TICKET) == begun
        if begun != LOST:
            await deeds.finish(TICKET, State.UNKNOWN)


async def test_a_key_is_forgotten_after_a_day_even_where_the_server_has_not_looked_yet(
    deeds: MongoDeeds, clock: Clock
) -> None:
    await deeds.begin(REFUND)
    await deeds.finish(REFUND, State.DONE, "id")
    clock.advance(hours=24, seconds=-1)
    assert (await deeds.begin(REFUND)).answer == "id"
    clock.advance(seconds=1)
    assert await deeds.begin(replace(REFUND, fingerprint="g" * 64)) == BEGUN


async def test_the_server_forgets_deeds_and_never_the_audit(deeds: MongoDeeds, store_uri: str) -> None:
    await deeds.begin(REFUND)
    with behind(store_uri) as database:
        index = database["deeds"].index_information()["forgotten"]
        assert (index["key"], index["expireAfterSeconds"]) == ([("createdAt", 1)], 86_400)
        assert all("expireAfterSeconds" not in one for one in database["audit"].index_information().values())


async def test_every_step_is_a_line_of_the_audit(deeds: MongoDeeds, store_uri: str, clock: Clock) -> None:
    await deeds.begin(REFUND)
    clock.advance(seconds=2)
    await deeds.finish(REFUND, State.DONE, "id")
    await deeds.begin(replace(REFUND, fingerprint="g" * 64))
    written = lines(store_uri)
    assert [(line["result"], line["answer"]) for line in written] == [
        ("begun", None),
        ("done", "id"),
        ("other_input", None),
    ]
    assert written[0]["at"] == NOON < written[1]["at"]
    assert {name: written[0][name] for name in ("kind", "service", "target", "who", "request", "key")} == {
        "kind": "refundPayment",
        "service": "stripe",
        "target": "ch_1",
        "who": "ada",
        "request": "request-7",
        "key": REFUND.key,
    }


async def test_a_line_about_our_own_records_needs_no_deed(deeds: MongoDeeds, store_uri: str) -> None:
    await deeds.audit(Entry(kind="addNote", target="id", who="ada", request="request-7", result="done"))
    (line,) = lines(store_uri)
    assert (line["kind"], line["service"], line["target"], line["key"]) == ("addNote", "store", "id", None)


async def test_without_the_store_nothing_is_begun() -> None:
    store = open_store("mongodb://127.0.0.1:1", ServiceStats(Service.STORE), timeouts=Timeouts(selection=0.05))
    with pytest.raises(Unavailable):
        await store.deeds.begin(REFUND)
    await store.close()
