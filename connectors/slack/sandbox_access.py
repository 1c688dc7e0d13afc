"""Who may call the imitated Slack, and how often."""

import re
from collections import defaultdict

import httpx

from connectors.sandbox import reply
from connectors.slack.sandbox_talk import Clock

WINDOW = 60  # seconds
# Calls a minute by method: https://docs.slack.dev/apis/web-api/rate-limits. Bursts are welcome, without a number.
TIERS = {
    "conversations.list": 20,
    "conversations.history": 50,
    "users.info": 100,
    "users.lookupByEmail": 50,
    "auth.test": 200,
}
BURST = 6
MESSAGES = 60  # a channel: one a second
_TOKEN = re.compile(r"xox[bp]-\S+")


class Refusal(Exception):
    """A failure, as Slack tells it: https://docs.slack.dev/apis/web-api/#evaluating_responses."""

    def __init__(self, error: str, *, retry_after: int | None = None) -> None:
        super().__init__(error)
        body = {"ok": False, "error": error}
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
        self.reply: httpx.Response = reply(body, 429 if headers else 200, headers)


class Limits:
    """Counts by method, and by channel for what is said, in each minute. Nothing tells of it until it is too much."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: Unix seconds."""
        self._clock = clock
        self._window = -1
        self._calls: defaultdict[str, int] = defaultdict(int)

    def spend(self, method: str) -> None:
        """Counts a call; refuses one too many."""
        if method in TIERS:
            self._count(method, TIERS[method] * BURST)

    def speak(self, channel: str) -> None:
        """Counts a message; refuses one too many."""
        self._count(channel, MESSAGES)

    def _count(self, what: str, most: int) -> None:
        window, second = divmod(int(self._clock()), WINDOW)
        if window != self._window:
            self._window = window
            self._calls.clear()
        self._calls[what] += 1
        if self._calls[what] > most:
            raise Refusal("ratelimited", retry_after=WINDOW - second)


def authenticate(request: httpx.Request) -> None:
    """https://docs.slack.dev/authentication/tokens: a bot's token, or a person's."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise Refusal("not_authed")
    if not _TOKEN.fullmatch(token):
        raise Refusal("invalid_auth")
