"""The law of pages over several services: nothing twice, and nothing lost, whatever happens while somebody reads."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from connectors.domain.answers import Answers
from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.page import Position, Slice, position
from connectors.domain.payments import Payment, PaymentsAsked
from connectors.domain.service import Service
from schema.loaders.merging import Found, merged
from schema.relay import Connection, dated_page, merged_connection
from tests.schema.nouns import NOON, payment

STRIPE, PAYPAL = Service.STRIPE, Service.PAYPAL
AT_START, ADDED, SIZE = 5_000, 500, 20
SECONDS = 2_000  # in which all of them are: several share one
STUCK = 2_000  # pages: far more than it takes


@dataclass
class Till:
    """Payments of one service, that grow while they are read; it fails at `rate`, and looks at `seen` in one go."""

    service: Service
    random: Random
    rate: float = 0.0
    seen: int = SIZE + 1
    failures: int = 0
    _items: list[tuple[Position, Payment]] = field(default_factory=list)

    def add(self, id: str, second: int) -> Payment:
        made = payment(id, at=NOON + timedelta(seconds=second), service=self.service)
        insort(self._items, (position(made), made), key=lambda one: one[0])
        return made

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        if self.random.random() < self.rate:
            self.failures += 1
            return dict.fromkeys(asked, Unavailable(self.service, "it broke down for a moment"))
        return {one: self._slice(one) for one in asked}

    def _slice(self, asked: PaymentsAsked) -> Slice[Payment]:
        after = asked.page.after
        end = len(self._items) if after is None else bisect_left(self._items, after, key=lambda one: one[0])
        start = max(0, end - self.seen)
        items = [item for _, item in reversed(self._items[start:end])]
        return Slice(tuple(items), position(items[-1]) if start else None).cut(asked.page)


@dataclass
class World:
    """Two tills, with what was in them at the start, and what is added with every page."""

    random: Random
    tills: dict[Service, Till]

    @classmethod
    def made(cls, seed: int, rates: tuple[float, float], seen: int = SIZE + 1) -> "World":
        random = Random(seed)  # noqa: S311 - made-up events, not secrets
        tills = {one: Till(one, random, rate, seen) for one, rate in zip((STRIPE, PAYPAL), rates, strict=True)}
        return cls(random, tills)

    def open(self) -> set[str]:
        return {self.add(number, self.random.randrange(SECONDS)) for number in range(AT_START)}

    def add(self, number: int, second: int) -> str:
        till = self.tills[self.random.choice((STRIPE, PAYPAL))]
        return till.add(f"{number:05d}", second).external_id

    async def page(self, after: str | None) -> Found[Payment] | ConnectorError:
        asked = PaymentsAsked(None, dated_page(SIZE, after))
        [answer] = await merged(self.tills, [asked], lambda till, keys: till.payments(keys))
        return answer

    async def connection(self, after: str | None) -> tuple[Connection[str], bool] | None:
        """A page as a reader gets it, and whether all of it is there; None where nobody answered."""
        answer = await self.page(after)
        if isinstance(answer, ConnectorError):
            return None
        page = dated_page(SIZE, after)
        return merged_connection(lambda noun: noun.external_id, answer, page), not answer.failures

    def later(self) -> Iterator[int]:
        """What is added with one page: mostly new, now and then something that came late."""
        for _ in range(2):
            yield SECONDS if self.random.random() < 0.8 else self.random.randrange(SECONDS)


async def read(world: World, *, patient: bool) -> list[str]:
    """Every page to the end; a patient reader asks again for one that is not whole, another takes what there is.

    Both look again at the end, where a source was missing that may have more.
    """
    seen: list[str] = []
    after, number = None, AT_START
    for _ in range(STUCK):
        found = await world.connection(after)
        if found is None or (patient and not found[1]):
            continue
        connection, whole = found
        assert len(connection.edges) <= SIZE
        seen += [edge.node for edge in connection.edges]
        if whole and not connection.page_info.has_next_page:
            assert number == AT_START + ADDED
            return seen
        after = connection.page_info.end_cursor
        for second in world.later():
            if number < AT_START + ADDED:
                world.add(number, second)
                number += 1
    raise AssertionError("it never ends")


@pytest.mark.parametrize("patient", [False, True], ids=["takes what there is", "asks again"])
@pytest.mark.parametrize("rates", [(0, 0), (0, 0.1), (0.3, 0.3)], ids=["all well", "one fails", "both fail"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_no_payment_comes_twice_and_none_that_was_there_is_lost(
    seed: int, rates: tuple[float, float], *, patient: bool
) -> None:
    world = World.made(seed, rates)
    there = world.open()
    seen = await read(world, patient=patient)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    assert all((till.failures > 0) == (till.rate > 0) for till in world.tills.values())


async def test_it_holds_for_sources_that_look_at_few_payments_at_a_time() -> None:
    world = World.made(3, (0.1, 0.1), seen=7)
    there = world.open()
    seen = await read(world, patient=False)
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


async def test_without_failures_the_whole_list_is_newest_first() -> None:
    world = World.made(4, (0, 0))
    world.open()
    times: list[Position] = []
    after = None
    while True:
        answer = await world.page(after)
        assert isinstance(answer, Found)
        times += [position(item) for item in answer.slice.items]
        connection = merged_connection(lambda noun: noun.external_id, answer, dated_page(SIZE, after))
        after = connection.page_info.end_cursor
        if not connection.page_info.has_next_page:
            break
    assert times == sorted(times, reverse=True)
    assert len(times) == AT_START


async def test_what_a_source_missed_comes_first_once_it_answers_again() -> None:
    world = World.made(5, (0, 1))
    for number in range(4):
        world.tills[STRIPE].add(f"s{number}", number)
        world.tills[PAYPAL].add(f"p{number}", number)
    first = await world.connection(None)
    assert first
    assert ([edge.node for edge in first[0].edges], first[1]) == (["s3", "s2", "s1", "s0"], False)
    assert first[0].page_info.has_next_page
    world.tills[PAYPAL].rate = 0
    second = await world.connection(first[0].page_info.end_cursor)
    assert second
    assert ([edge.node for edge in second[0].edges], second[1]) == (["p3", "p2", "p1", "p0"], True)
    assert not second[0].page_info.has_next_page


async def test_a_source_that_never_answers_does_not_keep_a_reader_forever() -> None:
    world = World.made(6, (0, 1))
    for number in range(50):
        world.tills[STRIPE].add(f"s{number}", number)
    pages = 0
    after, more = None, True
    seen: list[str] = []
    while more:
        found = await world.connection(after)
        assert found
        seen += [edge.node for edge in found[0].edges]
        after, more = found[0].page_info.end_cursor, found[0].page_info.has_next_page
        pages += 1
    assert len(seen) == len(set(seen)) == 50
    assert pages == 4, "three with payments, and one that finds that nothing has changed"


async def test_a_source_at_its_end_is_not_asked_again_while_another_is_missing() -> None:
    world = World.made(7, (0, 1))
    world.tills[STRIPE].add("s", 1)
    first = await world.connection(None)
    assert first
    world.tills[STRIPE].rate = 1
    second = await world.connection(first[0].page_info.end_cursor)
    assert second is not None, "PayPal fails, but Stripe, which would fail as well, is not asked"
    assert (second[0].edges, world.tills[STRIPE].failures) == ([], 0)
