"""Published operations in MongoDB: those that clients may ask for.

{_id: the SHA-256 of the text, or any name, document: the text, name?}
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from connectors.domain.errors import Malformed
from connectors.domain.service import Service
from connectors.mongo.driver import Calls, Collection, Document

MOST = 10_000  # documents; more are no longer read


class MongoOperations:
    """One collection of them."""

    def __init__(self, collection: Collection, calls: Calls) -> None:
        self._collection = collection
        self._calls = calls

    async def read(self) -> dict[str, str]:
        """Every text, by its id and by its name, where it has one. What holds no text is passed over."""
        cursor = self._collection.find({}, {"document": 1, "name": 1}).sort("_id").limit(MOST + 1)
        found = await self._calls(lambda: cursor.to_list(MOST + 1))
        if len(found) > MOST:
            raise Malformed(Service.STORE, "$", f"{self._collection.name} holds more than {MOST:,} documents")
        texts = [document for document in found if isinstance(document.get("document"), str)]
        return dict(_named(texts)) | {str(one["_id"]): one["document"] for one in texts}

    async def publish(self, name: str, text: str) -> bool:
        """Whether that has changed anything. The name is taken from the document that had it, which keeps its id."""
        id = digest(text)
        named = {} if name == id else {"name": name}
        change = {"$set": {"document": text, **named}}
        written = await self._calls(lambda: self._collection.update_one({"_id": id}, change, upsert=True))
        others = {"name": name, "_id": {"$ne": id}}
        await self._calls(lambda: self._collection.update_many(others, {"$unset": {"name": ""}}))
        return bool(written.upserted_id or written.modified_count)


def digest(text: str) -> str:
    """The id of a text. White space around it is of no account."""
    return sha256(text.strip().encode()).hexdigest()


def _named(texts: Sequence[Document]) -> Iterator[tuple[str, str]]:
    return ((one["name"], one["document"]) for one in texts if isinstance(one.get("name"), str))
