"""The parameters of a query as XRPC reads them (https://atproto.com/specs/xrpc); unknown ones are ignored."""

from datetime import UTC, date, datetime, time

import httpx

from connectors.bluesky.names import is_actor
from connectors.sandbox import reply


class Refusal(Exception):
    """An error that Bluesky would answer."""

    def __init__(self, message: str, *, error: str = "InvalidRequest", status: int = 400) -> None:
        super().__init__(message)
        self.reply = reply({"error": error, "message": message}, status)


class Params:
    """Reads and checks what was sent; what does not fit is refused in the words of the vendor."""

    def __init__(self, request: httpx.Request) -> None:
        self._sent = request.url.params

    def text(self, name: str) -> str | None:
        """The last value of a parameter; None where there is none."""
        return self._sent.get_list(name)[-1] if name in self._sent else None

    def required(self, name: str) -> str:
        """The value of a parameter that must be there."""
        value = self.text(name)
        if value is None:
            raise Refusal(f'Error: Params must have the property "{name}"')
        return value

    def many(self, name: str, most: int) -> list[str]:
        """The values of a parameter that is repeated, at most so often."""
        self.required(name)
        values = self._sent.get_list(name)
        if len(values) > most:
            raise Refusal(f"Error: {name} must not have more than {most} elements")
        return values

    def limit(self, default: int, most: int = 100) -> int:
        """How many items a page has."""
        sent = self.text("limit") or str(default)
        if not sent.removeprefix("-").isdecimal():
            raise Refusal("Error: limit must be an integer")
        if int(sent) < 1:
            raise Refusal("Error: limit can not be less than 1")
        if int(sent) > most:
            raise Refusal(f"Error: limit can not be greater than {most}")
        return int(sent)

    def instant(self, name: str) -> datetime | None:
        """A moment, or the beginning of a day."""
        sent = self.text(name)
        if sent is None:
            return None
        try:
            if "T" not in sent:
                return datetime.combine(date.fromisoformat(sent), time(), UTC)
            at = datetime.fromisoformat(sent)
        except ValueError:
            raise Refusal(f"Error: {name} must be an ISO8601 datetime or date") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)


def actor(name: str, path: str) -> str:
    """A DID or a handle, as it was sent; `path` is where it stands."""
    if not is_actor(name):
        raise Refusal(f"Error: {path} must be a valid did or a handle")
    return name
