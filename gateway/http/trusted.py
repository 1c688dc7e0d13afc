"""Trusted documents: what was known when the process started is executed, and nothing else.

https://graphql.github.io/graphql-over-http/draft/#sec-Persisted-Documents
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from gateway.http import manifest
from gateway.http.documents import missing, persisted_query
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters

FORBIDDEN: Final = "FORBIDDEN"
_PREFIX: Final = "sha256:"


class TrustedDocuments:
    """Documents by the ids they were given, by the SHA-256 of their text, and by their text itself.

    White space around a text is of no account: a file ends in a newline, and a client may not send it.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._by_id: dict[str, str] = {}
        self._by_text: dict[str, str] = {}
        for text in documents.values():
            self._by_text[text.strip()] = text
            self._by_id |= {_digest(text): text, _digest(text.strip()): text}
        self._by_id |= documents

    def text(self, asked: Parameters) -> str:
        """Refused with FORBIDDEN (403) unless everything that the request names is one trusted document."""
        found = [self._by_id.get(id.removeprefix(_PREFIX)) for id in _ids(asked)]
        if asked.query is not None:
            found.append(self._by_text.get(asked.query.strip()))
        if not found:
            raise missing()
        text = found[0]
        if text is None or any(other != text for other in found):
            raise Refused(403, FORBIDDEN, "Only trusted documents are executed here, and this is none of them.")
        return text

    def __len__(self) -> int:
        return len(self._by_text)


def load(path: Path) -> TrustedDocuments:
    """From a folder of .graphql files, or from a manifest. Raises manifest.DocumentsError with everything wrong."""
    return TrustedDocuments(manifest.read(path))


def _ids(asked: Parameters) -> Iterator[str]:
    persisted = persisted_query(asked)
    if persisted:
        yield persisted.sha256
    yield from (id for id in (asked.document_id, asked.id) if id is not None)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
