"""Who may call the imitated Jira, and how often."""

from base64 import b64decode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta

import httpx

from connectors.jira.sandbox_refusal import Refusal
from connectors.jira.sandbox_tracker import Clock

LIMIT = 350  # calls of one second


class Quota:
    """So many calls in each second: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: Unix seconds."""
        self._clock = clock
        self._second = -1
        self._calls = 0

    def spend(self) -> dict[str, str]:
        """Counts a call; the headers that tell of it, with `Retry-After` where it was one too many."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._calls = second, 0
        self._calls += 1
        told = {"X-RateLimit-Limit": str(LIMIT), "X-RateLimit-Remaining": str(max(0, LIMIT - self._calls))}
        if self._calls <= LIMIT:
            return told
        resets = datetime.fromtimestamp(second, UTC) + timedelta(seconds=1)
        late = {"Retry-After": "1", "X-RateLimit-Reset": f"{resets:%Y-%m-%dT%H:%M:%SZ}"}
        return told | late | {"RateLimit-Reason": "jira-burst-based"}


def caller(request: httpx.Request) -> str:
    """Whose API token is sent: https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        email, _, token = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        email = token = ""
    if scheme != "Basic" or "@" not in email or not token:
        raise Refusal(401, "Client must be authenticated to access this resource.")
    return email
