"""A batch of keys as one query, and its answer as one value or error for each key."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from connectors.api import Api
from connectors.domain.errors import ConnectorError
from connectors.fan_out import in_chunks
from connectors.github.answer import culprits, failure, read
from connectors.github.query import Selection, alias, query
from connectors.github.wire import Answer

BATCH = 100  # keys a query, as GitHub's own `nodes(ids:)` has it
K = TypeVar("K")
T = TypeVar("T")
Values = Mapping[str, object]


class Batches:
    """Posts queries, one for many keys."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def one(self, selection: Selection) -> None:
        """Asks something that is the same for everybody. Raises ConnectorError."""
        self._heed(await self._post(selection, [{}]))

    async def each(
        self, selection: Selection, keys: Sequence[K], values: Callable[[K], Values], into: type[T]
    ) -> Mapping[K, T | ConnectorError]:
        """`selection` for every key, `values` being its variables; one call for 100 different keys."""

        async def many(chunk: Sequence[K]) -> dict[K, T | ConnectorError]:
            answer = await self._post(selection, [values(key) for key in chunk])
            wrong = culprits(answer)
            failed = {key: wrong[alias(place)] for place, key in enumerate(chunk) if alias(place) in wrong}
            if not failed:
                self._heed(answer)
                return {key: read(answer, alias(place), into) for place, key in enumerate(chunk)}
            # The others are asked again: one key never fails another. Each round takes at least one key out.
            rest = [key for key in chunk if key not in failed]
            return {**failed, **(await many(rest) if rest else {})}

        return await in_chunks(keys, BATCH, many)

    async def _post(self, selection: Selection, keys: Sequence[Values]) -> Answer:
        return await self._api.query("/graphql", query(selection, keys), into=Answer)

    def _heed(self, answer: Answer) -> None:
        """Raises what failed the whole query."""
        if error := failure(answer):
            self._api.fail(error)
