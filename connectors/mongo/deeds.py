"""Deeds and the audit in MongoDB.

deeds: {_id: key, fingerprint, kind, who, attempt, state, answer, createdAt, touchedAt}, gone 24 hours after `createdAt`
audit: {_id, at, kind, service, target, who, request, key, result, answer}, only ever added to
"""

from collections.abc import Callable
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from connectors.domain.deeds import ABANDONED, REMEMBERED, Begin, Deed, Entry, State, Verdict, entry, repeatable
from connectors.mongo.documents import milliseconds
from connectors.mongo.driver import Calls, Collection, Document


class MongoDeeds:
    """The `DeedStore` of this project. One caller of many wins a key, for the server inserts an `_id` once."""

    def __init__(self, deeds: Collection, audit: Collection, calls: Calls, clock: Callable[[], datetime]) -> None:
        self._deeds = deeds
        self._audit = audit
        self._calls = calls
        self._clock = clock

    async def begin(self, deed: Deed) -> Begin:
        """One insert, where the key is new."""
        begun = await self._begin(deed)
        await self.audit(entry(deed, begun.verdict, begun.answer))
        return begun

    async def finish(self, deed: Deed, state: State, answer: str | None = None) -> None:
        """Only the attempt that is at it ends it; the audit has a line in any case."""
        own = {"_id": deed.key, "attempt": deed.attempt, "state": State.PENDING}
        if state in {State.REFUSED, State.FAILED}:
            await self._calls(lambda: self._deeds.delete_one(own))
        else:
            change = {"state": state, "answer": answer, "touchedAt": self._now()}
            await self._calls(lambda: self._deeds.update_one(own, {"$set": change}))
        await self.audit(entry(deed, state, answer))

    async def audit(self, entry: Entry) -> None:
        """One insert."""
        line = {name: getattr(entry, name) for name in ("kind", "target", "who", "request", "result", "answer", "key")}
        document = {"at": self._now(), "service": entry.service.value, **line}
        await self._calls(lambda: self._audit.insert_one(document))

    async def _begin(self, deed: Deed) -> Begin:
        if await self._claimed(deed):
            return Begin(Verdict.BEGUN)
        found = await self._calls(lambda: self._deeds.find_one({"_id": deed.key}))
        if found and self._now() - found["createdAt"] < REMEMBERED:
            return await self._again(deed, found)
        if found:  # the server looks only once a minute for what is to be forgotten
            await self._calls(lambda: self._deeds.delete_one({"_id": deed.key, "createdAt": found["createdAt"]}))
        return Begin(Verdict.BEGUN if await self._claimed(deed) else Verdict.IN_FLIGHT)

    async def _claimed(self, deed: Deed) -> bool:
        now = self._now()
        document = {
            "_id": deed.key,
            "fingerprint": deed.fingerprint,
            "kind": deed.kind,
            "who": deed.who,
            "attempt": deed.attempt,
            "state": State.PENDING,
            "answer": None,
            "createdAt": now,
            "touchedAt": now,
        }
        try:
            await self._calls(lambda: self._deeds.insert_one(document))
        except DuplicateKeyError:
            return False
        return True

    async def _again(self, deed: Deed, found: Document) -> Begin:
        now = self._now()
        if found["fingerprint"] != deed.fingerprint:
            return Begin(Verdict.OTHER_INPUT)
        if found["state"] == State.DONE:
            return Begin(Verdict.DONE, found["answer"])
        if found["state"] == State.PENDING and now - found["touchedAt"] < ABANDONED:
            return Begin(Verdict.IN_FLIGHT)
        if not repeatable(deed.service, now - found["createdAt"]):
            return Begin(Verdict.UNKNOWN)
        return await self._taken_over(deed, found, now)

    async def _taken_over(self, deed: Deed, found: Document, now: datetime) -> Begin:
        """By one of those who try; the time of the first attempt stays, for it is the service's own that counts."""
        seen = {"_id": deed.key, "state": found["state"], "attempt": found["attempt"]}
        change = {"$set": {"state": State.PENDING, "attempt": deed.attempt, "touchedAt": now}}
        won = await self._calls(lambda: self._deeds.update_one(seen, change))
        return Begin(Verdict.RESUMED if won.modified_count else Verdict.IN_FLIGHT)

    def _now(self) -> datetime:
        return milliseconds(self._clock())
