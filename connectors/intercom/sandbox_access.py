"""Who may call the imitated Intercom, and how often."""

import httpx

from connectors.intercom.sandbox_inbox import Clock
from connectors.intercom.sandbox_query import Refusal

LIMIT = 1666  # calls a window: the sixth part of 10,000 a minute
WINDOW = 10  # seconds
_VERSIONS = frozenset({"Unstable", *(f"1.{minor}" for minor in range(5)), *(f"2.{minor}" for minor in range(16))})


class Quota:
    """So many calls in ten seconds: https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting/."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: Unix seconds."""
        self._clock = clock
        self._reset = 0
        self._calls = 0

    def spend(self) -> dict[str, str]:
        """Counts a call; the headers that tell of it."""
        now = int(self._clock())
        if now >= self._reset:
            self._reset, self._calls = (now // WINDOW + 1) * WINDOW, 0
        self._calls += 1
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(max(0, LIMIT - self._calls)),
            "X-RateLimit-Reset": str(self._reset),
        }

    def check(self) -> None:
        """Refuses what is one call too many."""
        if self._calls > LIMIT:
            raise Refusal(429, "rate_limit_exceeded", "The rate limit for this app has been exceeded")


def authenticate(request: httpx.Request) -> None:
    """https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token.strip():
        raise Refusal(401, "unauthorized", "Access Token Invalid")
    if request.headers.get("intercom-version", "2.15") not in _VERSIONS:
        raise Refusal(400, "intercom_version_invalid", "The requested version could not be found")
