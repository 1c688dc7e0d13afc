"""One page of customers by keyset: https://relay.dev/graphql/connections.htm, and never by `skip`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.domain.customers import CustomerField, CustomerPage, CustomersAsked, Keyset
from connectors.domain.errors import Refused
from connectors.mongo.documents import customer, milliseconds, object_id
from connectors.mongo.driver import Document
from connectors.mongo.filters import query
from connectors.mongo.text import caseless, plain

KEYS: Mapping[CustomerField, str] = {
    CustomerField.NAME: "nameKey",
    CustomerField.EMAIL: "emailKey",
    CustomerField.CREATED_AT: "createdAt",
    CustomerField.UPDATED_AT: "updatedAt",
}


def page_query(asked: CustomersAsked) -> Document:
    """What the documents of the page must fulfil. Refused("after" or "before"): a cursor of another order."""
    further, nearer = ("$lt", "$gt") if asked.order.descending else ("$gt", "$lt")
    parts = (
        query(asked.filter),
        {} if asked.after is None else _beyond(asked, "after", asked.after, further),
        {} if asked.before is None else _beyond(asked, "before", asked.before, nearer),
    )
    return {"$and": given} if (given := [part for part in parts if part]) else {}


def page_sort(asked: CustomersAsked) -> list[tuple[str, int]]:
    """From the side on which the page begins: a page that is read backwards comes in reverse."""
    direction = -1 if asked.order.descending != asked.backwards else 1
    return [(KEYS[asked.order.field], direction), ("_id", direction)]


def page(asked: CustomersAsked, found: Sequence[Mapping[str, Any]]) -> CustomerPage:
    """The page in up to `size` + 1 documents in the order of `page_sort`: the last one only says that there is more."""
    more = len(found) > asked.size
    items = tuple(customer(document) for document in found[: asked.size])
    after, before = asked.after is not None, asked.before is not None
    if asked.backwards:
        return CustomerPage(items[::-1], has_previous=more or after, has_next=before)
    return CustomerPage(items, has_previous=after, has_next=more or before)


def _beyond(asked: CustomersAsked, side: str, place: Keyset, direction: str) -> Document:
    """Past `place` in `direction`. The first condition bounds the scan of the index, the second breaks its ties."""
    key, value, id = KEYS[asked.order.field], _value(asked.order.field, place), object_id(place.id)
    if value is None or id is None:
        raise Refused(side, "not a cursor of this list in this order")
    return {key: {f"{direction}e": value}, "$or": [{key: {direction: value}}, {"_id": {direction: id}}]}


def _value(field: CustomerField, place: Keyset) -> str | datetime | None:
    dated = field in {CustomerField.CREATED_AT, CustomerField.UPDATED_AT}
    if isinstance(place.value, datetime):
        return milliseconds(place.value) if dated else None
    if dated:
        return None
    return plain(place.value) if field is CustomerField.NAME else caseless(place.value)
