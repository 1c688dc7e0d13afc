"""What a change in the store says of a customer: https://www.mongodb.com/docs/v6.0/reference/change-events/.

One stream for two collections, so that everything comes in the order in which it was written:
customers: notes that are new, and customers that are gone
activity: {_id: key, customer, kind, service, externalId, title, url, at, createdAt}, gone an hour after `createdAt`
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson import ObjectId

from connectors.domain.activity import Happening, News, TimelineKind
from connectors.domain.service import Service
from connectors.mongo.driver import Document

CUSTOMERS, ACTIVITY = "customers", "activity"
_NOTE: Final = re.compile(r"notes\.\d+")
_FIELDS: Final = {"$objectToArray": {"$ifNull": ["$updateDescription.updatedFields", {}]}}
_TOUCHES_NOTES: Final = {
    "$anyElementTrue": {
        "$map": {"input": _FIELDS, "in": {"$regexMatch": {"input": "$$this.k", "regex": r"^notes(\.\d+)?$"}}}
    }
}
PIPELINE: Final[list[Document]] = [
    {
        "$match": {
            "$or": [
                {"ns.coll": ACTIVITY, "operationType": "insert"},
                {"ns.coll": CUSTOMERS, "operationType": {"$in": ["replace", "delete"]}},
                {"ns.coll": CUSTOMERS, "operationType": "update", "$expr": _TOUCHES_NOTES},
            ]
        }
    }
]


@dataclass(frozen=True, slots=True)
class Change:
    """`notes` are told by any write to the record, and may have been there before; `gone`: the customer is deleted."""

    customer: str
    published: Happening | None = None
    notes: tuple[Happening, ...] = ()
    gone: bool = False


def read(event: Mapping[str, Any]) -> Change | None:
    """None for what is not ours: somebody else may write to the store."""
    try:
        if event["ns"]["coll"] == ACTIVITY:
            published = _published(event["fullDocument"])
            return Change(published.customer, published)
        customer = str(event["documentKey"]["_id"])
        if event["operationType"] == "delete":
            return Change(customer, gone=True)
        return Change(customer, notes=tuple(_note(customer, note) for note in _notes(event)))
    except (KeyError, TypeError, ValueError):
        return None


def document(news: News) -> Document:
    """As it is published; `at` and `createdAt` are added then."""
    return {
        "_id": news.key,
        "customer": news.customer,
        "kind": news.kind.value,
        "service": news.service.value,
        "externalId": news.external_id,
        "title": news.title,
        "url": news.url,
    }


def _published(found: Mapping[str, Any]) -> Happening:
    return Happening(
        key=str(found["_id"]),
        customer=found["customer"],
        kind=TimelineKind(found["kind"]),
        service=Service(found["service"]),
        external_id=found["externalId"],
        title=found["title"],
        url=found["url"],
        at=found["at"],
    )


def _notes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A note that was appended stands for itself; of a list that was set as a whole, all of them may be new."""
    if event["operationType"] == "replace":
        yield from event["fullDocument"]["notes"]
        return
    for name, value in event["updateDescription"]["updatedFields"].items():
        if name == "notes":
            yield from value
        elif _NOTE.fullmatch(name):
            yield value


def _note(customer: str, note: Mapping[str, Any]) -> Happening:
    id, text, at = note["_id"], note["text"], note["createdAt"]
    if not isinstance(id, ObjectId) or not isinstance(text, str):
        raise TypeError
    return Happening(
        key=str(id),
        customer=customer,
        kind=TimelineKind.NOTE,
        service=Service.STORE,
        external_id=str(id),
        title=text,
        at=at,
    )
