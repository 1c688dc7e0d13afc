"""A request that is not executed, and how that is told."""

from collections.abc import Sequence
from typing import Final

BAD_REQUEST: Final = "BAD_REQUEST"
NO_STORE: Final = b"no-store"


class Refused(Exception):
    """Answered with `status` and one error that carries `code`, whatever the client accepts."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        cache_control: bytes = NO_STORE,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers
        self.cache_control = cache_control


def bad_request(message: str) -> Refused:
    """400: nothing that could be executed."""
    return Refused(400, BAD_REQUEST, message)
