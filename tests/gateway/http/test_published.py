import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

import httpx
import pytest

from gateway.http.graphql import GraphQLEndpoint
from gateway.http.published import AFTER_A_MISS, EVERY, PublishedDocuments
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters
from tests.gateway.http.support import URL, CoreEngine, codes

GREET, OTHER = "{ greeting }", "{ echo(a: 1) }"


class DownError(Exception):
    """The store cannot be reached."""


class Place:
    """Where documents are published: it counts the looks, and may be down, or slow."""

    def __init__(self, **documents: str) -> None:
        self.documents: Mapping[str, str] | None = documents
        self.looks = 0
        self.now = 100.0
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()
        self.pauses: list[float] = []
        self.paused = asyncio.Event()

    async def read(self) -> Mapping[str, str]:
        self.looks += 1
        self.asked.set()
        await self.open.wait()
        if self.documents is None:
            raise DownError("it is down")
        return dict(self.documents)

    def published(self) -> PublishedDocuments:
        return PublishedDocuments(self.read, failures=(DownError,), clock=lambda: self.now, pause=self.pause)

    async def pause(self, seconds: float) -> None:
        """Twice, and then for ever."""
        self.pauses.append(seconds)
        if len(self.pauses) > 2:
            self.paused.set()
            await asyncio.Event().wait()


async def text(documents: PublishedDocuments, id: str) -> str:
    found = documents.text(Parameters(id=id))
    return found if isinstance(found, str) else await found


async def refusal(documents: PublishedDocuments, id: str) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        await text(documents, id)
    return refused.value.status, refused.value.code


async def test_what_is_known_is_had_at_once() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    assert await text(documents, "greet") == GREET
    assert documents.text(Parameters(id="greet")) == GREET
    assert place.looks == 1


async def test_what_is_published_later_is_found_when_it_is_asked_for() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    await text(documents, "greet")
    place.documents = {"greet": GREET, "other": OTHER}
    place.now += AFTER_A_MISS
    assert await text(documents, "other") == OTHER


async def test_misses_cost_no_more_than_a_look_every_few_seconds() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    refusals = {await refusal(documents, f"none {number}") for number in range(50)}
    assert (refusals, place.looks) == ({(403, "FORBIDDEN")}, 1)
    place.now += AFTER_A_MISS
    refusals = set(await asyncio.gather(*(refusal(documents, f"none {number}") for number in range(50))))
    assert (refusals, place.looks) == ({(403, "FORBIDDEN")}, 2)


async def test_who_stops_waiting_for_a_look_does_not_end_it_for_others() -> None:
    place = Place(greet=GREET)
    place.open.clear()
    documents = place.published()
    first, second = (asyncio.create_task(text(documents, "greet")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    place.open.set()
    assert (await second, place.looks) == (GREET, 1)


async def test_a_place_that_is_down_keeps_the_last_known() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    await text(documents, "greet")
    place.documents = None
    place.now += AFTER_A_MISS
    assert await refusal(documents, "other") == (403, "FORBIDDEN")
    assert (await text(documents, "greet"), place.looks) == (GREET, 2)


async def test_where_nothing_could_be_read_yet_nothing_is_said_to_be_forbidden() -> None:
    place = Place(greet=GREET)
    place.documents, found = None, place.documents
    documents = place.published()
    assert [await refusal(documents, "greet") for _ in range(3)] == [(503, "UPSTREAM_UNAVAILABLE")] * 3
    assert place.looks == 1
    place.documents = found
    place.now += AFTER_A_MISS
    assert await text(documents, "greet") == GREET


async def test_a_request_for_nothing_is_not_looked_for() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    await text(documents, "greet")
    place.now += AFTER_A_MISS
    with pytest.raises(Refused, match="no `query`"):
        documents.text(Parameters())
    assert place.looks == 1


async def test_they_are_read_again_and_again_so_that_what_is_withdrawn_is_refused() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    keeping = asyncio.create_task(documents.keep_fresh())
    await place.paused.wait()
    assert (place.pauses, place.looks) == ([EVERY] * 3, 3)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


async def test_the_end_does_not_wait_for_a_look() -> None:
    place = Place(greet=GREET)
    place.open.clear()
    keeping = asyncio.create_task(place.published().keep_fresh())
    await place.asked.wait()
    keeping.cancel()
    await asyncio.wait((keeping,))
    assert keeping.cancelled()


async def test_what_is_withdrawn_is_refused_after_the_next_look() -> None:
    place = Place(greet=GREET)
    documents = place.published()
    await text(documents, "greet")
    place.documents = {"other": OTHER}
    place.now += AFTER_A_MISS
    assert await text(documents, "other") == OTHER
    assert await refusal(documents, "greet") == (403, "FORBIDDEN")


async def test_a_mistake_of_ours_stays_loud() -> None:
    def broken() -> NoReturn:
        raise RuntimeError("a bug")

    documents = PublishedDocuments(broken, failures=(DownError,))
    with pytest.raises(RuntimeError, match="a bug"):
        await text(documents, "greet")


async def test_the_endpoint_waits_for_them() -> None:
    app = GraphQLEndpoint(CoreEngine(), lambda _: [None], documents=Place(greet=GREET).published(), batch=2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        answer = await client.post("", json=[{"id": "greet"}, {"query": OTHER}])
        first, second = answer.json()
        assert first == {"data": {"greeting": "Hello, world!"}}
        assert second["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert codes(await client.post("", json={"query": OTHER})) == ["FORBIDDEN"]
