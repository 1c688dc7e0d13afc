"""uvicorn's HTTP, with an end to streams when it stops, and a limit to what a head may hold in memory as it arrives.

httptools has no such limit (h11 has: https://www.uvicorn.org/settings/, `--h11-max-incomplete-event-size`), so that a
head without an end would be kept until the process has no more memory.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gateway.http.events import is_endless
from gateway.http.fields import LIMIT

_BODY: Final = msgspec.json.encode(
    {"errors": [{"message": "The headers are too large.", "extensions": {"code": "HEADERS_TOO_LARGE"}}]}
)
_HEAD: Final = b"content-type: application/json; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """For `uvicorn.Config(http=...)`. Counted is what arrives after the read in which a head began."""

    _held = 0  # bytes

    def data_received(self, data: bytes) -> None:
        """Hangs up with a 431 where a head is over its limit and does not end."""
        before = self.scope
        super().data_received(data)
        if _is_whole(self.scope):
            return  # what follows is the body's, and has its own limit
        self._held = self._held + len(data) if self.scope is before else 0
        if self._held > LIMIT and not self.transport.is_closing():
            self.transport.write(STATUS_LINE[431] + _HEAD % len(_BODY) + _BODY)
            self.transport.close()

    def shutdown(self) -> None:
        """Requests under way are waited for, but for those that have no end: their clients come again elsewhere."""
        super().shutdown()
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        if cycle and not cycle.response_complete and is_endless(cycle.scope):
            self.transport.close()


def _is_whole(head: Mapping[str, Any] | None) -> bool:
    """Whether uvicorn has read all of it; None is before the first."""
    return head is None or "method" in head
