"""A loader of columns, beside aiodataloader's own: the same batches at the same time, the same answers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from aiodataloader import DataLoader
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.column_loader import Batch, ColumnLoader
from gateway.execution.kinds import Raised

Loader = DataLoader[int, Any]
BROKEN, FATAL = 7, 8  # a key that has an error, and one that takes its batch along


class Deed(NamedTuple):
    """`keys` are asked for `turn` turns of the event loop after the deed before."""

    kind: str
    keys: tuple[int, ...]
    turn: int


DEEDS = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["load", "load", "column", "column", "clear", "clear all", "prime"]),
        st.lists(st.integers(1, 8), min_size=1, max_size=6, unique=True).map(tuple),
        st.integers(0, 6),
    ),
    max_size=8,
)


class Source:
    """Answers after two turns of the event loop, and remembers what it was asked."""

    def __init__(self, *, fails: bool = True) -> None:
        self.batches: list[list[int]] = []
        self._fails = fails

    async def __call__(self, keys: list[int]) -> list[Any]:
        self.batches.append(keys)
        await turns(2)
        if self._fails and FATAL in keys:
            raise LookupError(f"{keys}")
        return [ValueError(f"{key}") if key == BROKEN else f"{len(self.batches)}: {key}" for key in keys]

    async def load(self, keys: list[int]) -> list[Any]:
        """For aiodataloader, which wants a coroutine function."""
        return await self(keys)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def plainly(loader: Loader, keys: tuple[int, ...]) -> list[Awaitable[Any]]:
    return [loader.load(key) for key in keys]


def by_column(loader: Loader, keys: tuple[int, ...]) -> list[Awaitable[Any]]:
    """As an executor does."""
    assert isinstance(loader, ColumnLoader)
    batch = loader.column(keys)
    return plainly(loader, keys) if batch is None else [_value(batch, key) for key in keys]


async def _value(batch: Batch[int, Any], key: int) -> object:
    if waiter := batch.waiter():
        await waiter
    value = batch.found[key]
    if isinstance(value, Raised):
        raise value.error
    return value


async def told(
    make: Callable[[Any], Loader], column: Callable[[Loader, tuple[int, ...]], list[Awaitable[Any]]], deeds: list[Deed]
) -> tuple[list[list[int]], list[str]]:
    """The batches, and what each key that was asked for came to.

    Where keys are cleared no batch fails: aiodataloader would then clear them once more, whoever has them by now.
    """
    source = Source(fails=not any(deed.kind.startswith("clear") for deed in deeds))
    loader = make(source.load)
    asked: list[Awaitable[Any]] = []
    for deed in deeds:
        await turns(max(deed.turn, 3) if deed.kind.startswith("clear") else deed.turn)  # by then all is sent
        match deed.kind:
            case "load":
                asked += [asyncio.ensure_future(one) for one in plainly(loader, deed.keys)]
            case "column":
                asked += [asyncio.ensure_future(one) for one in column(loader, deed.keys)]
            case "clear":
                loader.clear(deed.keys[0])
            case "clear all":
                loader.clear_all()
            case "prime":
                loader.prime(deed.keys[0], "primed")
    had = await asyncio.gather(*asked, return_exceptions=True)
    return source.batches, [repr(one) for one in had]


@given(deeds=DEEDS, most=st.none() | st.integers(1, 4))
async def test_it_does_what_aiodataloader_does(deeds: list[Deed], most: int | None) -> None:
    theirs = await told(lambda load: DataLoader(load, max_batch_size=most), plainly, deeds)
    ours = await told(lambda load: ColumnLoader(load, max_batch_size=most), by_column, deeds)
    assert ours == theirs


async def test_a_key_that_is_cleared_before_it_was_sent_is_sent_once_all_the_same() -> None:
    """By aiodataloader it would be twice, and no source wants that."""
    source = Source()
    loader = ColumnLoader[int, Any](source.load)
    first, second = loader.load(1), loader.clear(1).load(1)
    assert [await first, await second] == ["1: 1", "1: 1"]
    assert source.batches == [[1]]


async def test_a_column_has_one_batch_and_what_was_had_is_had_again_at_once() -> None:
    source = Source()
    loader = ColumnLoader[int, Any](source.load)
    first, second = loader.column([1, 2, 3]), loader.column([4])
    assert first is second, "what is asked for in one turn is sent together"
    assert first is not None
    waiter = first.waiter()
    assert waiter is not None
    await waiter
    assert source.batches == [[1, 2, 3, 4]]
    assert loader.column([2, 3]) is first
    assert first.waiter() is None
    assert await loader.load(4) == "1: 4"


async def test_what_is_in_several_batches_has_to_be_loaded_key_by_key() -> None:
    loader = ColumnLoader[int, Any](Source().load)
    await loader.load(1)
    assert loader.column([1, 2]) is None
    loader.prime(3, "primed")
    assert loader.column([3]) is None
    assert [await loader.load(key) for key in (1, 2, 3)] == ["1: 1", "2: 2", "primed"]


async def test_no_column_is_torn_apart_for_the_sake_of_a_largest_batch() -> None:
    source = Source()
    loader = ColumnLoader[int, Any](source.load, max_batch_size=2)
    assert loader.column([1, 2, 3]) is None
    await turns(4)
    assert source.batches == [], "nothing is sent for it either"


async def test_a_waiter_who_goes_away_leaves_the_others() -> None:
    loader = ColumnLoader[int, Any](Source().load)
    batch = loader.column([1])
    assert batch is not None
    mine, yours = batch.waiter(), batch.waiter()
    assert mine is not None
    assert yours is not None
    mine.cancel()
    await yours
    assert batch.found == {1: "1: 1"}


async def test_where_the_source_is_cancelled_everybody_is_told() -> None:
    """aiodataloader leaves them waiting for ever."""
    started = asyncio.Event()

    async def never(_: list[int]) -> list[Any]:
        started.set()
        await asyncio.Event().wait()
        return []

    loader = ColumnLoader[int, Any](never)
    batch, future = loader.column([1]), loader.load(1)
    assert batch is not None
    await started.wait()
    assert batch.task is not None
    batch.task.cancel()
    with pytest.raises(RuntimeError, match="cancelled"):
        await future
    assert isinstance(batch.found[1], Raised)
    again = loader.column([1])
    assert again is not batch, "it is not kept"
    await turns(4)
    assert again is not None
    assert again.task is not None
    again.task.cancel()
    await asyncio.wait((again.task,))


@pytest.mark.parametrize("values", [[], [1], None])
async def test_a_source_that_breaks_the_law_fails_its_batch(values: Any) -> None:  # noqa: ANN401 - what no source should give
    async def odd(_: list[int]) -> list[Any]:
        found: list[Any] = values
        return found

    loader = ColumnLoader[int, Any](odd)
    first, second = loader.load(1), loader.load(2)
    for one in (first, second):
        with pytest.raises(TypeError):
            await one


async def test_no_key_is_none() -> None:
    loader = ColumnLoader[Any, Any](Source().load)
    with pytest.raises(TypeError, match="None"):
        loader.load(None)
