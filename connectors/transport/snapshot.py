"""An answer that was read to its end, as a value that many callers can be given."""

from dataclasses import dataclass, field, replace
from typing import Any

import httpx

DECODED = "tributary.decoded"  # the response extension under which `Snapshot.decoded` travels

# True of the wire only: the content here is decoded and whole.
_FRAMING = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Status, headers (in their order) and decoded content; nothing that a holder could change.

    `decoded` is what the content was read into, by type: worked out once for everybody, and changed by nobody.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes
    reason: bytes | None = None
    decoded: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, response: httpx.Response) -> "Snapshot":
        """Of a response whose content is there."""
        content = response.content
        # An empty answer to HEAD keeps the length that it tells.
        headers = (pair for pair in response.headers.raw if not content or pair[0].lower() not in _FRAMING)
        return cls(response.status_code, tuple(headers), content, response.extensions.get("reason_phrase"))

    def response(self, request: httpx.Request, *more: tuple[bytes, bytes]) -> httpx.Response:
        """A response of the caller's own, over the same bytes, with `more` headers."""
        extensions: dict[str, Any] = {DECODED: self.decoded}
        if self.reason is not None:
            extensions["reason_phrase"] = self.reason
        headers = (*self.headers, *more)
        return httpx.Response(
            self.status, headers=headers, content=self.content, request=request, extensions=extensions
        )

    def without(self, names: frozenset[bytes]) -> "Snapshot":
        """The same, but for the headers of these names, in lower case."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() not in names))
