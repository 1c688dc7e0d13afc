"""Customers in MongoDB. A read is one command; a write is one atomic command, and a read to say why it did nothing."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from connectors.domain.customers import Customer, CustomerFilter, CustomerPage, CustomersAsked, NewCustomer, Note
from connectors.domain.errors import Conflict, NotFound, Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo import documents, keyset
from connectors.mongo.documents import customer, object_id
from connectors.mongo.driver import Calls, Collection, Document
from connectors.mongo.filters import query
from connectors.mongo.text import caseless

CHUNK = 1000  # documents of one bulk insert
NOTES, NOTE_LENGTH = 400, 10_000  # notes of a customer, characters of a note: MongoDB keeps 16 MiB a document at most
_DUPLICATE = 11000
_PATIENCE = 1.0  # seconds for what is only asked in order to save work


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class MongoCustomers:
    """The `CustomerStore` of this project: every promise of that Protocol, kept by one collection and its indexes."""

    def __init__(self, collection: Collection, calls: Calls, clock: Callable[[], datetime] = utc_now) -> None:
        self._collection = collection
        self._calls = calls
        self._clock = clock

    async def by_id(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        """The customers there are, by id as asked."""
        asked = {id: key for id in ids if (key := object_id(id))}
        found = {one.id: one for one in await self._find({"_id": {"$in": list(asked.values())}}, len(asked))}
        return {id: found[str(key)] for id, key in asked.items() if str(key) in found}

    async def by_email(self, emails: Sequence[str]) -> Mapping[str, Customer]:
        """By email as asked; `caseless` decides what is equal."""
        asked = {email: caseless(email) for email in emails}
        keys = set(asked.values())
        found = {caseless(one.email): one for one in await self._find({"emailKey": {"$in": list(keys)}}, len(keys))}
        return {email: found[key] for email, key in asked.items() if key in found}

    async def by_link(self, links: Sequence[ServiceLink]) -> Mapping[ServiceLink, Customer]:
        """By link as asked; one branch of the query a service, so that each is bounded on both fields of the index."""
        asked = set(links)
        branches = [_linked(service, asked) for service in sorted({link.service for link in asked})]
        found = await self._find({"$or": branches}, len(asked))
        return {link: one for one in found for link in one.links if link in asked}

    async def page(self, asked: CustomersAsked) -> CustomerPage:
        """One page; `filters.query` says what a filter means. Refused: a cursor that is none, or of another order."""
        limit = asked.size + 1
        cursor = self._collection.find(
            keyset.page_query(asked), sort=keyset.page_sort(asked), limit=limit, batch_size=limit + 1
        )
        return keyset.page(asked, await self._calls(lambda: cursor.to_list(limit)))

    async def count(self, which: CustomerFilter) -> int:
        """How many customers match, now."""
        return await self._calls(lambda: self._collection.count_documents(query(which)))

    async def version(self) -> Hashable | None:
        """MongoDB's own count of the writes to the collection, by server: one command, that reads no document.

        https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/. Whoever writes, it has gone up
        before they are told. A write within a transaction is counted before it can be seen: of those, which are none of
        ours, the version says too early that they have been.
        """
        counting: list[Document] = [{"$collStats": {"latencyStats": {}}}]
        told = await self._calls.in_passing(lambda: self._collection.aggregate(counting).to_list(None), _PATIENCE)
        try:
            return tuple(sorted((one["host"], one["latencyStats"]["writes"]["ops"]) for one in told or ())) or None
        except KeyError:
            return None  # it may not be asked, as where a role allows no more than to find

    async def create(self, new: NewCustomer) -> Customer:
        """Keeps a new customer, version 1."""
        _one_link_a_service(new.links)
        document = documents.new_document(new, ObjectId(), self._now())
        try:
            await self._calls.write(lambda: self._collection.insert_one(document))
        except DuplicateKeyError as error:
            raise _refused(error) from error
        return customer(document)

    async def update(self, id: str, version: int, changes: Mapping[str, object]) -> Customer:
        """Sets the fields of `changes`. NotFound, Conflict, Refused("email"); ValueError: no such field."""
        changed = await self._change(id, {"version": version}, {"$set": documents.changed_fields(changes)})
        if changed is None:
            current = await self._one(id)
            raise Conflict(f"version {version} was read, the current one is {current.version}")
        return changed

    async def delete(self, id: str) -> None:
        """Removes the customer, notes included."""
        deleted = await self._calls.write(lambda: self._collection.delete_one({"_id": object_id(id)}))
        if not deleted.deleted_count:
            raise _not_found(id)

    async def link(self, id: str, link: ServiceLink) -> Customer:
        """Puts `link` in the place of any other one to the same service."""
        others = {"$filter": {"input": "$links", "cond": {"$ne": ["$$this.service", link.service.value]}}}
        links = {"$concatArrays": [others, [{"$literal": documents.link_document(link)}]]}
        version = {"$add": ["$version", 1]}
        changed = await self._write(id, {}, [{"$set": {"links": links, "version": version, "updatedAt": self._now()}}])
        if changed is None:
            raise _not_found(id)
        return changed

    async def unlink(self, id: str, service: Service) -> Customer:
        """Removes the link to `service`."""
        there = {"links.service": service.value}
        changed = await self._change(id, there, {"$pull": {"links": {"service": service.value}}})
        if changed is None:
            await self._one(id)
            raise Refused("service", f"the customer is not linked to {service.name}")
        return changed

    async def add_note(self, id: str, text: str, author: str) -> Customer:
        """Appends a note. Refused("text"): longer than 10,000 characters, or the customer has 400 notes."""
        if len(text) > NOTE_LENGTH:
            raise Refused("text", f"a note has at most {NOTE_LENGTH} characters")
        note = Note(id=str(ObjectId()), text=text, author=author, created_at=self._now())
        room = {f"notes.{NOTES - 1}": {"$exists": False}}
        changed = await self._change(id, room, {"$push": {"notes": documents.note_document(note)}})
        if changed is None:
            await self._one(id)
            raise Refused("text", f"a customer has at most {NOTES} notes")
        return changed

    async def seed(self, customers: Iterable[Customer]) -> int:
        """Inserts those whose id, email and links nobody has yet, and says how many that were. ValueError: a bad id."""
        kept = [documents.kept_document(one) for one in customers]
        return sum([await self._insert_new(kept[at : at + CHUNK]) for at in range(0, len(kept), CHUNK)])

    async def _insert_new(self, chunk: Sequence[Document]) -> int:
        try:
            inserted = await self._calls.write(lambda: self._collection.insert_many(chunk, ordered=False))
        except BulkWriteError as error:
            if error.details["writeConcernErrors"] or any(
                failure["code"] != _DUPLICATE for failure in error.details["writeErrors"]
            ):
                raise
            return int(error.details["nInserted"])
        return len(inserted.inserted_ids)

    async def _find(self, which: Document, most: int) -> list[Customer]:
        """Up to `most` customers in one command; none are asked for where there is nothing to ask."""
        if not most:
            return []
        # A batch of exactly the limit would leave the cursor open.
        cursor = self._collection.find(which, limit=most, batch_size=most + 1)
        return [customer(document) for document in await self._calls(lambda: cursor.to_list(most))]

    async def _one(self, id: str) -> Customer:
        found = await self.by_id([id])
        if id not in found:
            raise _not_found(id)
        return found[id]

    async def _change(self, id: str, which: Document, change: Document) -> Customer | None:
        """Applies `change` and counts it as one; None where no customer has that id and fulfils `which`."""
        stamp = {"$set": change.get("$set", {}) | {"updatedAt": self._now()}, "$inc": {"version": 1}}
        return await self._write(id, which, change | stamp)

    async def _write(self, id: str, which: Document, change: Document | list[Document]) -> Customer | None:
        key = object_id(id)
        if key is None:
            raise _not_found(id)

        def writing() -> Awaitable[Document | None]:
            found: Awaitable[Document | None] = self._collection.find_one_and_update(
                {"_id": key} | which, change, return_document=ReturnDocument.AFTER
            )
            return found

        try:
            document = await self._calls.write(writing)
        except DuplicateKeyError as error:
            raise _refused(error) from error
        return None if document is None else customer(document)

    def _now(self) -> datetime:
        return documents.milliseconds(self._clock())


def _linked(service: Service, links: Iterable[ServiceLink]) -> Document:
    ids = [link.external_id for link in links if link.service is service]
    return {"links": {"$elemMatch": {"service": service.value, "externalId": {"$in": ids}}}}


def _one_link_a_service(links: Sequence[ServiceLink]) -> None:
    if len({link.service for link in links}) < len(links):
        raise Refused("links", "a customer has one link to a service")


def _not_found(id: str) -> NotFound:
    return NotFound(f"there is no customer {id!r}")


def _refused(error: DuplicateKeyError) -> Refused:
    key = (error.details or {}).get("keyPattern", {})
    if "emailKey" in key:
        return Refused("email", "another customer has this email")
    return Refused("externalId", "another customer has this link")
