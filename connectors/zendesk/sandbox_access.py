"""Who may call the imitated Zendesk, and how often."""

from base64 import b64decode
from binascii import Error as NotBase64

import httpx

from connectors.zendesk.sandbox_desk import Clock
from connectors.zendesk.sandbox_query import Refusal

LIMIT = 2500  # calls a minute, with the High Volume add-on; the same for searches
WINDOW = 60  # seconds


class Quota:
    """So many calls in each minute: https://developer.zendesk.com/api-reference/introduction/rate-limits/."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: Unix seconds."""
        self._clock = clock
        self._window = -1
        self._calls = 0
        self._searches = 0

    def spend(self, request: httpx.Request) -> dict[str, str]:
        """Counts a call; the headers that tell of it, with `Retry-After` where it was one too many."""
        window, second = divmod(int(self._clock()), WINDOW)
        if window != self._window:
            self._window, self._calls, self._searches = window, 0, 0
        self._calls += 1
        remaining, resets = str(max(0, LIMIT - self._calls)), str(WINDOW - second)
        account = {
            "X-Rate-Limit": str(LIMIT),
            "X-Rate-Limit-Remaining": remaining,
            "ratelimit-limit": str(LIMIT),
            "ratelimit-remaining": remaining,
            "ratelimit-reset": resets,
        }
        late = {"Retry-After": resets} if self._calls > LIMIT else {}
        return account | self._of_search(request, resets) | late

    def _of_search(self, request: httpx.Request, resets: str) -> dict[str, str]:
        """https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#limits."""
        if not request.url.path.startswith("/api/v2/search"):
            return {}
        self._searches += 1
        left = max(0, LIMIT - self._searches)
        return {"Zendesk-RateLimit-search-index": f"total={LIMIT}; remaining={left}; resets={resets}"}


def writer(request: httpx.Request) -> str:
    """Whose API token is sent: https://developer.zendesk.com/api-reference/introduction/security-and-auth/."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, token = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        name = token = ""
    email, slash, kind = name.rpartition("/")
    if scheme != "Basic" or not (email and slash and kind == "token" and token):
        raise Refusal(401, {"error": "Couldn't authenticate you"})
    return email
