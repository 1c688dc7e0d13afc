"""From a batch of keys to the calls that a vendor allows, and back to one value or error per key.

The law of a batch function: one answer for each key (https://github.com/graphql/dataloader#batch-function). Here an
answer is a value or a ConnectorError. Anything else that is raised is a bug, and stays loud.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from connectors.domain.answers import failed
from connectors.domain.errors import ConnectorError

K = TypeVar("K")
V = TypeVar("V")


async def fan_out(keys: Iterable[K], one: Callable[[K], Awaitable[V]]) -> dict[K, V | ConnectorError]:
    """One call for each different key, side by side: for a vendor that reads only one at a time."""
    different = list(dict.fromkeys(keys))
    return dict(zip(different, await asyncio.gather(*(_settle(one(key)) for key in different)), strict=True))


async def in_chunks(
    keys: Iterable[K], size: int, many: Callable[[Sequence[K]], Awaitable[Mapping[K, V | ConnectorError]]]
) -> dict[K, V | ConnectorError]:
    """One call for every `size` different keys, side by side; a chunk that fails fails each of its keys.

    KeyError where `many` leaves one of its keys without an answer.
    """
    different = list(dict.fromkeys(keys))
    chunks = [tuple(different[start : start + size]) for start in range(0, len(different), size)]
    answers = await asyncio.gather(*(_settle(many(chunk)) for chunk in chunks))
    merged: dict[K, V | ConnectorError] = {}
    for chunk, answer in zip(chunks, answers, strict=True):
        merged |= failed(chunk, answer) if isinstance(answer, ConnectorError) else {key: answer[key] for key in chunk}
    return merged


async def side_by_side(*reads: Awaitable[object]) -> None:
    """Each to its end, whatever becomes of the others; then raises the first failure, where there is one."""
    for outcome in await asyncio.gather(*reads, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _settle(call: Awaitable[V]) -> V | ConnectorError:
    try:
        return await call
    except ConnectorError as error:
        return error
