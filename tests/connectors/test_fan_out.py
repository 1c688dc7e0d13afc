import asyncio
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import ConnectorError, Unavailable
from connectors.domain.service import Service
from connectors.fan_out import fan_out, in_chunks

DOWN = Unavailable(Service.JIRA, "down")
KEYS = st.lists(st.integers(0, 30), max_size=60)
LAWS = settings(derandomize=True, max_examples=60, deadline=None)


@LAWS
@given(keys=KEYS)
def test_fan_out_answers_each_key_once_in_order_and_calls_once_for_duplicates(keys: list[int]) -> None:
    called: list[int] = []

    async def one(key: int) -> int:
        called.append(key)
        if key % 5 == 3:
            raise DOWN
        return -key

    answers = asyncio.run(fan_out(keys, one))
    assert list(answers) == called == list(dict.fromkeys(keys))
    assert answers == {key: DOWN if key % 5 == 3 else -key for key in keys}


@LAWS
@given(keys=KEYS, size=st.integers(1, 7))
def test_in_chunks_answers_each_key_once_in_order_from_the_fewest_calls(keys: list[int], size: int) -> None:
    chunks: list[Sequence[int]] = []

    async def many(chunk: Sequence[int]) -> Mapping[int, int | ConnectorError]:
        chunks.append(chunk)
        if 3 in chunk:
            raise DOWN
        return {key: DOWN if key % 5 == 4 else -key for key in reversed(chunk)} | {99: 99}

    answers = asyncio.run(in_chunks(keys, size, many))
    different = list(dict.fromkeys(keys))
    assert [key for chunk in chunks for key in chunk] == list(answers) == different
    assert len(chunks) == -(-len(different) // size)
    assert all(len(chunk) <= size for chunk in chunks)
    lost = {key for chunk in chunks if 3 in chunk for key in chunk}
    assert answers == {key: DOWN if key in lost or key % 5 == 4 else -key for key in different}


async def test_calls_go_out_side_by_side() -> None:
    everybody = asyncio.Barrier(3)

    async def one(key: int) -> int:
        await everybody.wait()
        return key

    async def many(chunk: Sequence[int]) -> Mapping[int, int | ConnectorError]:
        await everybody.wait()
        return {key: key for key in chunk}

    async with asyncio.timeout(5):
        assert await fan_out([1, 2, 3], one) == {1: 1, 2: 2, 3: 3}
        assert await in_chunks([1, 2, 3, 4, 5], 2, many) == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


async def test_anything_but_a_connector_error_is_a_bug_and_stays_loud() -> None:
    async def one(key: int) -> int:
        return 1 // key

    async def many(chunk: Sequence[int]) -> Mapping[int, int | ConnectorError]:
        return {key: 1 // key for key in chunk}

    with pytest.raises(ZeroDivisionError):
        await fan_out([1, 0], one)
    with pytest.raises(ZeroDivisionError):
        await in_chunks([1, 0], 1, many)


async def test_a_batch_that_leaves_a_key_without_an_answer_is_a_bug_too() -> None:
    async def forgetful(chunk: Sequence[str]) -> Mapping[str, int | ConnectorError]:
        return dict.fromkeys(chunk[1:], 1)

    with pytest.raises(KeyError, match="first"):
        await in_chunks(["first", "second"], 2, forgetful)


async def test_nothing_asked_is_nothing_called() -> None:
    async def never(_: object) -> Mapping[int, int | ConnectorError]:
        raise AssertionError

    assert await fan_out([], never) == {}
    assert await in_chunks([], 5, never) == {}
