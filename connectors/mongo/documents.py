"""Customers as MongoDB keeps them, and back.

    {_id, name, email, company, tags: [], location: {city, countryCode, latitude, longitude} | null,
     links: [{service, externalId}], notes: [{_id, text, author, createdAt}], createdAt, updatedAt, version,
     nameKey, emailKey, companyKey, search: [{words: []}, …]}

The last line is derived (see `text.py`). `search` holds the words of one field an entry, in the order of `SEARCHED`, so
that a change of one field sets its entry alone while a single index covers them all.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from connectors.domain.customers import Customer, Location, NewCustomer, Note
from connectors.domain.errors import Malformed
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.driver import Document
from connectors.mongo.text import caseless, plain, words

SEARCHED = ("name", "email", "company", "tags")
CHANGEABLE = (*SEARCHED, "location")


def object_id(text: str) -> ObjectId | None:
    """The id that 24 hexadecimal characters spell; None for any other text."""
    return ObjectId(text) if ObjectId.is_valid(text) else None


def milliseconds(at: datetime) -> datetime:
    """`at` in UTC, cut to what BSON can hold, so that what is returned equals what is read later."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def new_document(new: NewCustomer, id: ObjectId, now: datetime) -> Document:
    """A customer of version 1, without notes."""
    kept = {name: getattr(new, name) for name in CHANGEABLE}
    return {
        "_id": id,
        **_fields(kept),
        "search": [{"words": _words(kept[name])} for name in SEARCHED],
        "links": [link_document(link) for link in new.links],
        "notes": [],
        "createdAt": now,
        "updatedAt": now,
        "version": 1,
    }


def kept_document(customer: Customer) -> Document:
    """A customer who has an id, a history and a version already. ValueError: the id is none."""
    id = object_id(customer.id)
    if id is None:
        raise ValueError(f"{customer.id!r} is not an id: 24 hexadecimal characters")
    return new_document(customer, id, milliseconds(customer.created_at)) | {
        "notes": [note_document(note) for note in customer.notes],
        "updatedAt": milliseconds(customer.updated_at),
        "version": customer.version,
    }


def changed_fields(changes: Mapping[str, object]) -> Document:
    """What `$set` needs for `changes`: names of NewCustomer to their new values. ValueError: not a field to change."""
    unknown = sorted(changes.keys() - set(CHANGEABLE))
    if unknown:
        raise ValueError(f"cannot change {', '.join(unknown)}: only {', '.join(CHANGEABLE)}")
    entries = {f"search.{at}.words": _words(changes[name]) for at, name in enumerate(SEARCHED) if name in changes}
    return _fields(changes) | entries


def link_document(link: ServiceLink) -> Document:
    """Who a customer is in one service."""
    return {"service": link.service.value, "externalId": link.external_id}


def note_document(note: Note) -> Document:
    """One note; its id is an ObjectId like a customer's."""
    created_at = milliseconds(note.created_at)
    return {"_id": ObjectId(note.id), "text": note.text, "author": note.author, "createdAt": created_at}


def customer(document: Mapping[str, Any]) -> Customer:
    """The noun that `document` holds. Malformed: somebody else has written to the collection."""
    try:
        return _customer(document)
    except (KeyError, TypeError, ValueError) as error:
        place = f"$.customers[{document.get('_id')}]"
        raise Malformed(Service.STORE, place, f"{type(error).__name__} {error}") from error


def _customer(document: Mapping[str, Any]) -> Customer:
    location = document["location"]
    return Customer(
        id=str(document["_id"]),
        name=document["name"],
        email=document["email"],
        company=document["company"],
        tags=tuple(document["tags"]),
        location=None if location is None else _location(location),
        links=tuple(ServiceLink(Service(link["service"]), link["externalId"]) for link in document["links"]),
        notes=tuple(_note(note) for note in document["notes"]),
        created_at=document["createdAt"],
        updated_at=document["updatedAt"],
        version=document["version"],
    )


def _location(document: Mapping[str, Any]) -> Location:
    return Location(
        city=document["city"],
        country_code=document["countryCode"],
        latitude=document["latitude"],
        longitude=document["longitude"],
    )


def _note(document: Mapping[str, Any]) -> Note:
    return Note(
        id=str(document["_id"]), text=document["text"], author=document["author"], created_at=document["createdAt"]
    )


def _location_document(location: Location | None) -> Document | None:
    if location is None:
        return None
    return {
        "city": location.city,
        "countryCode": location.country_code and location.country_code.upper(),
        "latitude": location.latitude,
        "longitude": location.longitude,
    }


_FIELDS: Mapping[str, Callable[..., Document]] = {
    "name": lambda name: {"name": name, "nameKey": plain(name)},
    "email": lambda email: {"email": email, "emailKey": caseless(email)},
    "company": lambda company: {"company": company, "companyKey": company and caseless(company)},
    "tags": lambda tags: {"tags": list(tags)},
    "location": lambda location: {"location": _location_document(location)},
}


def _fields(values: Mapping[str, object]) -> Document:
    return {key: stored for name, value in values.items() for key, stored in _FIELDS[name](value).items()}


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return words([value])
    return words(value) if isinstance(value, tuple | list) else []
