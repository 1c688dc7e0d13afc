"""Automatic persisted queries: a client sends a hash, and the document only where the hash is unknown.

https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import sys
from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from gateway.http.documents import MUST_ASK, missing, persisted_query
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters

BYTES: Final = 16_000_000
_ENTRY: Final = 300  # bytes that a hash and its place in the cache take


class AutomaticDocuments:
    """Remembers the documents that came with their hash, the latest used, in so many bytes of memory."""

    def __init__(self, limit: int = BYTES) -> None:
        self._texts: LRUCache[str, str] = LRUCache(limit, getsizeof=_size)
        self._limit = limit

    def text(self, asked: Parameters) -> str:
        """Refused with PERSISTED_QUERY_NOT_FOUND (200, the client sends the text next), or for a wrong hash (400)."""
        persisted = persisted_query(asked)
        if persisted is None:
            if asked.query is None:
                raise missing()
            return asked.query
        if asked.query is None:
            return self._remembered(persisted.sha256)
        self._remember(persisted.sha256, asked.query)
        return asked.query

    def _remembered(self, digest: str) -> str:
        text = self._texts.get(digest)
        if text is None:
            message, code = "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"
            raise Refused(200, code, message, cache_control=MUST_ASK)
        return text

    def _remember(self, digest: str, text: str) -> None:
        if sha256(text.encode()).hexdigest() != digest:
            raise Refused(400, "PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
        if _size(text) <= self._limit:
            self._texts[digest] = text


def _size(text: str) -> int:
    return sys.getsizeof(text) + _ENTRY
