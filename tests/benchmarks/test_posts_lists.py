import asyncio
import time

import pytest

from benchmarks.posts_lists import blocked, by_engine, by_graphql_core, cost


@pytest.mark.parametrize("count", [0, 1, 30])
async def test_both_answer_the_same_bytes(count: int) -> None:
    answer = await by_engine()(count)

    assert answer == await by_graphql_core()(count)
    assert answer.count(b'"email"') == count


async def test_a_wait_of_others_is_seen() -> None:
    async def busy(count: int) -> bytes:
        await asyncio.sleep(0)
        until = time.perf_counter() + count / 1000
        while time.perf_counter() < until:
            pass
        return b""

    assert await blocked(busy, 30) >= 0.03


async def test_cost_is_for_one_operation() -> None:
    asked = []

    async def ask(count: int) -> bytes:
        asked.append(count)
        return b""

    await cost(ask, 500, 2)

    assert asked == [500] * (1 + 2 * (4 + 1))
