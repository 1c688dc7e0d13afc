import asyncio
from collections.abc import Sequence

import pytest

from connectors.domain.errors import Conflict, ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.sources import Sources
from schema.build import new_context
from schema.loaders import Loaders
from tests.schema.harness import hub

DOWN = Unavailable(Service.STRIPE, "STRIPE dropped the call")


class Batches:
    """Batch functions that write down their keys."""

    def __init__(self) -> None:
        self.seen: list[Sequence[int]] = []

    async def doubled(self, _: Sources, keys: Sequence[int]) -> list[int | ConnectorError]:
        self.seen.append(list(keys))
        return [DOWN if key < 0 else key * 2 for key in keys]

    async def short(self, _: Sources, keys: Sequence[int]) -> list[int | ConnectorError]:
        return list(keys[1:])

    async def long(self, _: Sources, keys: Sequence[int]) -> list[int | ConnectorError]:
        return [*keys, 0]

    async def wordless(self, _: Sources, __: Sequence[int]) -> list[int | ConnectorError]:
        return None  # type: ignore[return-value]  # the mistake that is made here

    async def buggy(self, _: Sources, keys: Sequence[int]) -> list[int | ConnectorError]:
        raise KeyError(keys[0])

    async def stale(self, _: Sources, keys: Sequence[int]) -> list[int | Conflict]:
        return [Conflict("moved on") for _ in keys]


@pytest.fixture
def batches() -> Batches:
    return Batches()


@pytest.fixture
def loaders() -> Loaders:
    return Loaders(hub())


async def test_what_is_asked_in_one_turn_of_the_loop_travels_in_one_batch(loaders: Loaders, batches: Batches) -> None:
    answers = await asyncio.gather(*(loaders.load(batches.doubled, key) for key in range(50)))
    assert answers == [key * 2 for key in range(50)]
    assert batches.seen == [list(range(50))]


async def test_every_batch_function_has_a_batch_of_its_own(loaders: Loaders, batches: Batches) -> None:
    other = Batches()
    await asyncio.gather(loaders.load(batches.doubled, 1), loaders.load(other.doubled, 1))
    assert batches.seen == other.seen == [[1]]


async def test_the_same_key_is_asked_for_once(loaders: Loaders, batches: Batches) -> None:
    assert await asyncio.gather(*(loaders.load(batches.doubled, key) for key in [3, 4, 3, 3])) == [6, 8, 6, 6]
    assert await loaders.load(batches.doubled, 4) == 8
    assert batches.seen == [[3, 4]]


async def test_an_error_takes_the_place_of_its_own_key_alone(loaders: Loaders, batches: Batches) -> None:
    loads = (loaders.load(batches.doubled, key) for key in [1, -1, 2])
    assert await asyncio.gather(*loads, return_exceptions=True) == [2, DOWN, 4]


async def test_an_error_of_the_store_can_take_a_place_too(loaders: Loaders, batches: Batches) -> None:
    with pytest.raises(Conflict, match="moved on"):
        await loaders.load(batches.stale, 1)


async def test_too_few_answers_break_the_law_by_name(loaders: Loaders, batches: Batches) -> None:
    with pytest.raises(TypeError, match="short broke the law of batches: 1 answers for 2 keys"):
        await asyncio.gather(loaders.load(batches.short, 1), loaders.load(batches.short, 2))


async def test_too_many_answers_break_the_law_by_name(loaders: Loaders, batches: Batches) -> None:
    with pytest.raises(TypeError, match="long broke the law of batches: 2 answers for 1 keys"):
        await loaders.load(batches.long, 1)


async def test_no_answers_at_all_break_the_law_by_name(loaders: Loaders, batches: Batches) -> None:
    with pytest.raises(TypeError, match="wordless broke the law of batches: no answers for 1 keys"):
        await loaders.load(batches.wordless, 1)


async def test_a_bug_in_a_batch_function_stays_what_it_is_for_every_key(loaders: Loaders, batches: Batches) -> None:
    loads = (loaders.load(batches.buggy, key) for key in [1, 2])
    raised = await asyncio.gather(*loads, return_exceptions=True)
    assert [type(one) for one in raised] == [KeyError, KeyError]


async def test_what_was_forgotten_is_asked_for_again(loaders: Loaders, batches: Batches) -> None:
    await loaders.load(batches.doubled, 1)
    loaders.clear()
    await loaders.load(batches.doubled, 1)
    assert batches.seen == [[1], [1]]


async def test_what_is_under_way_is_answered_though_it_is_forgotten(loaders: Loaders, batches: Batches) -> None:
    under_way = loaders.load(batches.doubled, 1)
    loaders.clear()
    assert await under_way == 2


async def test_two_operations_share_nothing(batches: Batches) -> None:
    sources = hub()
    first, second = new_context(sources), new_context(sources)
    await first.loaders.load(batches.doubled, 1)
    await second.loaders.load(batches.doubled, 1)
    assert batches.seen == [[1], [1]]
    assert first.failures is not second.failures
    assert first.ledger is not second.ledger
    assert first.request_id != second.request_id
