"""Who may call the imitated HubSpot, and how often."""

from collections.abc import Callable

import httpx

from connectors.hubspot.sandbox_query import Refusal
from connectors.sandbox import reply

DAILY = 650_000  # calls a day of a professional account; https://developers.hubspot.com/docs/api/usage-details
BURST = 190  # calls in each interval, likewise
INTERVAL = 10  # seconds
_DAY = 24 * 3600  # seconds

Clock = Callable[[], float]


class Quota:
    """So many calls a day and in each ten seconds, told with every answer but those of searches."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: Unix seconds."""
        self._clock = clock
        self._day = _Window(DAILY, _DAY)
        self._interval = _Window(BURST, INTERVAL)

    def spend(self, request: httpx.Request) -> tuple[dict[str, str], httpx.Response | None]:
        """Counts a call: the headers that tell of it, and the answer where it was one too many."""
        now = self._clock()
        spent = {"daily": self._day.spend(now), "ten_secondly_rolling": self._interval.spend(now)}
        late = next((_late(name) for name, left in spent.items() if left < 0), None)
        if request.url.path.endswith("/search"):
            return {}, late
        headers = {
            "X-HubSpot-RateLimit-Daily": str(DAILY),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, spent["daily"])),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(INTERVAL * 1000),
            "X-HubSpot-RateLimit-Max": str(BURST),
            "X-HubSpot-RateLimit-Remaining": str(max(0, spent["ten_secondly_rolling"])),
        }
        return headers, late


class _Window:
    """`limit` calls in each `length` seconds."""

    def __init__(self, limit: int, length: int) -> None:
        self._limit = limit
        self._length = length
        self._current = -1
        self._calls = 0

    def spend(self, now: float) -> int:
        """How many calls are left after this one; negative where it was too many."""
        window = int(now) // self._length
        if window != self._current:
            self._current, self._calls = window, 0
        self._calls += 1
        return self._limit - self._calls


def authenticate(request: httpx.Request) -> None:
    """https://developers.hubspot.com/docs/api/private-apps. Raises Refusal."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token.strip():
        text = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more"
        about = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"
        raise Refusal(401, f"{text} details at {about}", "INVALID_AUTHENTICATION")


def _late(policy: str) -> httpx.Response:
    """https://developers.hubspot.com/docs/api/error-handling: without a word on how long to wait."""
    body = {
        "status": "error",
        "message": f"You have reached your {policy} limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
        "policyName": policy.upper(),
    }
    return reply(body, 429)
