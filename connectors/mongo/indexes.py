"""The indexes of the store, made when the process starts: made already is fine, in the way is a clear error."""

from collections.abc import Mapping, Sequence
from typing import Any

import pymongo
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from connectors.domain.deeds import REMEMBERED
from connectors.mongo.driver import Calls, Collection
from connectors.mongo.keyset import KEYS

TOLD = 3600  # seconds
BUILD_TIMEOUT = 600.0  # seconds: a large collection takes longer than a call may
_CONFLICTS = {85, 86}  # IndexOptionsConflict, IndexKeySpecsConflict


class IndexFailure(Exception):
    """An index cannot be made; the message says which and what stands in its way. Meant for the operator."""


def models() -> list[IndexModel]:
    """One index a rule or a question.

    `links` is sparse so that customers without a link do not count as equal: a partial index would do as well, but the
    planner does not recognise an `$elemMatch` as falling within it.
    """
    orders = [IndexModel([(key, ASCENDING), ("_id", ASCENDING)], name=f"by_{key}") for key in KEYS.values()]
    return [
        IndexModel([("emailKey", ASCENDING)], name="unique_email", unique=True),
        IndexModel(
            [("links.service", ASCENDING), ("links.externalId", ASCENDING)],
            name="unique_link",
            unique=True,
            sparse=True,
        ),
        IndexModel([("search.words", ASCENDING)], name="words"),
        IndexModel([("tags", ASCENDING)], name="tags"),
        IndexModel([("companyKey", ASCENDING)], name="company"),
        *orders,
    ]


def deed_models() -> list[IndexModel]:
    """Deeds go by their `_id`, which is unique by itself, and are forgotten after a day."""
    seconds = int(REMEMBERED.total_seconds())
    return [IndexModel([("createdAt", ASCENDING)], name="forgotten", expireAfterSeconds=seconds)]


def activity_models() -> list[IndexModel]:
    """What happened is kept for a while after everybody was told, so that it is not told again."""
    return [IndexModel([("createdAt", ASCENDING)], name="told", expireAfterSeconds=TOLD)]


async def ensure(calls: Calls, collection: Collection, wanted: Sequence[IndexModel] | None = None) -> None:
    """Makes what is missing of `wanted`, or else of the customers' indexes.

    Raises IndexFailure, or ConnectorError when the store is down.
    """
    with pymongo.timeout(BUILD_TIMEOUT):  # in place of the connection's own timeout
        try:
            await calls(lambda: collection.create_indexes(models() if wanted is None else wanted), BUILD_TIMEOUT)
        except DuplicateKeyError as error:
            raise IndexFailure(_duplicate(collection.name, error.details or {})) from error
        except OperationFailure as error:
            if error.code not in _CONFLICTS:
                raise
            raise IndexFailure(f"{collection.name}: another index is in the way, drop it: {error.details}") from error


def _duplicate(collection: str, details: Mapping[str, Any]) -> str:
    value = details.get("keyValue", {})
    return f"{collection}: several documents have {value}, which must be unique; change or remove all but one of them"
