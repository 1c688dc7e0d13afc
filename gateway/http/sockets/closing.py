"""Why a socket ends."""

from typing import Final

_LONGEST: Final = 123  # bytes of a reason: RFC 6455, section 5.5


class Closed(Exception):
    """By us: `code` and `reason` go to the client. The codes from 4400 on are those of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST].decode(errors="ignore")


class Gone(Exception):
    """The client is not there any more, or does not take what it is sent: nobody is told."""
