"""Records of any kind: by id, by association, by search."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeVar

from connectors.api import Api
from connectors.domain.errors import ConnectorError, Malformed, Rejected
from connectors.domain.search import Stretch, TextAsked
from connectors.domain.service import Service
from connectors.fan_out import in_chunks
from connectors.hubspot import wire
from connectors.hubspot.wire import Kind, P
from connectors.turns import Leaf, stretch

BATCH = 100  # https://developers.hubspot.com/docs/api/crm/contacts#limits
ASSOCIATED = 1000  # https://developers.hubspot.com/docs/api/crm/associations#retrieve-associated-records
PAGE = 200  # https://developers.hubspot.com/docs/api/crm/search#limitations
FOUND = 100  # matches of one search: more than a page shows at once
_ID = re.compile(r"[1-9][0-9]{0,17}")
V = TypeVar("V")


def is_id(text: str) -> bool:
    """Whether a record can be called so; HubSpot refuses a whole batch for one that can't."""
    return _ID.fullmatch(text) is not None


class Records:
    """Reads records in the fewest calls that HubSpot allows; all of them are questions by POST."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def by_id(self, kind: Kind[P], ids: Iterable[str]) -> dict[str, wire.Record[P] | ConnectorError | None]:
        """100 a call; None where there is no such record."""
        asked = list(ids)
        found = await in_chunks(filter(is_id, asked), BATCH, lambda chunk: self._batch(kind, chunk))
        return {id: found.get(id) for id in asked}

    async def associated(
        self, kind: Kind[Any], to: Kind[Any], ids: Iterable[str]
    ) -> dict[str, wire.Associations | ConnectorError | None]:
        """1,000 a call, up to 500 associations for each; None where there are none."""
        path = f"/crm/v4/associations/{kind.name}/{to.name}/batch/read"

        async def read(chunk: Sequence[str]) -> dict[str, wire.Associations | ConnectorError | None]:
            answer = await self._api.query(path, {"inputs": _inputs(chunk)}, into=wire.AssociationBatch)
            found = {one.from_.id: one for one in answer.results}
            return _settled(chunk, found, answer.errors)

        asked = list(ids)
        found = await in_chunks(filter(is_id, asked), ASSOCIATED, read)
        return {id: found.get(id) for id in asked}

    async def search(self, kind: Kind[P], body: Mapping[str, object]) -> wire.Found[P]:
        """https://developers.hubspot.com/docs/api/crm/search: one page; what is new takes some seconds to be found."""
        into: Any = wire.Found[kind.properties]  # type: ignore[name-defined]  # known only when called
        answer: wire.Found[P] = await self._api.query(
            f"/crm/v3/objects/{kind.name}/search", {"properties": kind.asked} | dict(body), into=into
        )
        return answer

    async def matches(self, kind: Kind[P], asked: TextAsked) -> Stretch[wire.Record[P]]:
        """Those that have these words in one of the properties that HubSpot searches."""

        async def read(start: str, size: int) -> Leaf[wire.Record[P]]:
            body = {"query": asked.text, "filterGroups": [], "sorts": [], "limit": size}
            page = await self.search(kind, body | {"after": start} if start else body)
            return Leaf({record.id: record for record in page.results}, page.after)

        return await stretch(asked, FOUND, read) if asked.text.strip() else Stretch()  # no words would mean all

    def read(self, record: wire.Record[P], of: Callable[[wire.Record[P]], V]) -> V | ConnectorError:
        """What a record becomes; Malformed, counted, where it does not fit."""
        try:
            return of(record)
        except Malformed as misfit:
            with suppress(Malformed):
                self._api.fail(misfit)
            return misfit

    async def _batch(self, kind: Kind[P], ids: Sequence[str]) -> dict[str, wire.Record[P] | ConnectorError | None]:
        into: Any = wire.Batch[kind.properties]  # type: ignore[name-defined]  # known only when called
        body = {"inputs": _inputs(ids), "properties": kind.asked, "propertiesWithHistory": []}
        path = f"/crm/v3/objects/{kind.name}/batch/read"
        answer: wire.Batch[P] = await self._api.query(path, body, into=into)
        return _settled(ids, {id: record for record in answer.results for id in record.ids}, answer.errors)


def _inputs(ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": id} for id in ids]


def _settled(
    ids: Sequence[str], found: Mapping[str, V], problems: Sequence[wire.Problem]
) -> dict[str, V | ConnectorError | None]:
    """What was found, why it could not be read, or None where it does not exist."""
    refused: dict[str, ConnectorError] = {}
    for problem in problems:
        if problem.category != wire.NOT_FOUND:
            error = Rejected(Service.HUBSPOT, HTTPStatus.MULTI_STATUS, f"HUBSPOT answered: {problem.message}")
            named = problem.context.get("ids") or problem.context.get("fromObjectId") or ids
            refused |= dict.fromkeys(named, error)
    return {id: found.get(id) or refused.get(id) for id in ids}


def answered(
    found: Mapping[str, wire.Record[P] | ConnectorError | None], made: Mapping[str, V | ConnectorError]
) -> dict[str, V | ConnectorError | None]:
    """What was made of the records that were found, and why there is none of the others."""
    return {id: made.get(id) if isinstance(one, wire.Record) else one for id, one in found.items()}
