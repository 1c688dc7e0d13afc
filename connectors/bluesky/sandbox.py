"""An imitation of Bluesky's public reads: profiles, feeds, posts and search, over the made-up people.

Left out: signing in, and what search understands beyond words, phrases and its parameters. Nobody mentions anybody,
links anywhere or posts pictures here.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

import httpx

from connectors.bluesky.sandbox_query import Params, Refusal, actor
from connectors.bluesky.sandbox_square import POST, POST_KEY, REPOST, REPOST_KEY, Square, Turn, uri
from connectors.bluesky.sandbox_texts import Said
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People, Person
from connectors.seed.timeline import Event

Clock = Callable[[], float]

BATCH = 25
LOOKED_THROUGH = 4000  # slots that a search goes back, of which three in four hold a post
LIMIT, WINDOW = 3000, 300  # calls, seconds: https://docs.bsky.app/docs/advanced-guides/rate-limits

_TERM = re.compile(r'"([^"]+)"|(\S+)')
_WORD = re.compile(r"\w+")
_PICTURES = {"posts_with_media", "posts_with_video"}
_NO_ANSWERS = {"posts_no_replies", "posts_and_author_threads"}  # nobody answers themselves here


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A Bluesky on which `people` are; `clock` (Unix seconds) tells when calls are counted from nought again."""
    return _AppView(people, clock).handle


class _Quota:
    """So many calls in each window: https://docs.bsky.app/docs/advanced-guides/rate-limits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reset = 0
        self._used = 0

    def spend(self) -> dict[str, str]:
        """Counts a call; the headers that tell of it."""
        now = int(self._clock())
        if now >= self._reset:
            self._reset, self._used = now + WINDOW, 0
        self._used += 1
        return {
            "RateLimit-Limit": str(LIMIT),
            "RateLimit-Remaining": str(max(0, LIMIT - self._used)),
            "RateLimit-Reset": str(self._reset),
            "RateLimit-Policy": f"{LIMIT};w={WINDOW}",
        }

    @property
    def exceeded(self) -> bool:
        return self._used > LIMIT


class _AppView:
    def __init__(self, people: People, clock: Clock) -> None:
        self._square = Square(people)
        self._quota = _Quota(clock)
        self._route = Router(
            {
                "GET /xrpc/app.bsky.actor.getProfile": self._profile,
                "GET /xrpc/app.bsky.actor.getProfiles": self._profiles,
                "GET /xrpc/app.bsky.feed.getAuthorFeed": self._feed,
                "GET /xrpc/app.bsky.feed.getPosts": self._posts,
                "GET /xrpc/app.bsky.feed.searchPosts": self._search,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = self._quota.spend()
        try:
            response = self._admitted(request)
        except Refusal as refusal:
            response = refusal.reply
        response.headers.update(headers)
        return response

    def _admitted(self, request: httpx.Request) -> httpx.Response:
        if self._quota.exceeded:
            raise Refusal("Rate Limit Exceeded", error="RateLimitExceeded", status=429)
        return self._route(request)

    def _profile(self, request: httpx.Request) -> httpx.Response:
        return reply(self._square.profile(self._known(Params(request).required("actor"))))

    def _profiles(self, request: httpx.Request) -> httpx.Response:
        names = Params(request).many("actors", BATCH)
        found = [self._square.person(actor(name, f"actors/{place}")) for place, name in enumerate(names)]
        return reply({"profiles": [self._square.profile(person) for person in found if person]})

    def _posts(self, request: httpx.Request) -> httpx.Response:
        uris = Params(request).many("uris", BATCH)
        for place, one in enumerate(uris):
            if not one.startswith("at://"):
                raise Refusal(f"Error: uris/{place} must be a valid at-uri")
        found = filter(None, map(self._square.post, dict.fromkeys(uris)))
        return reply({"posts": [self._square.post_view(event) for event in found]})

    def _feed(self, request: httpx.Request) -> httpx.Response:
        params = Params(request)
        limit = params.limit(50)
        person = self._known(params.required("actor"))
        cursor, only = params.text("cursor"), params.text("filter")
        after = _turn(cursor) if cursor else None
        events = [] if only in _PICTURES else list(islice(self._square.feed(person, after), limit + 1))
        views = [
            self._square.feed_view(event)
            for event in events[:limit]
            if not (only in _NO_ANSWERS and self._square.is_answer(event))
        ]
        body: dict[str, object] = {"feed": [view for view in views if view]}
        return reply(body | ({"cursor": _cursor(events[limit - 1])} if len(events) > limit else {}))

    def _search(self, request: httpx.Request) -> httpx.Response:
        params = Params(request)
        limit, skipped = params.limit(25), params.text("cursor") or "0"
        if not skipped.isdecimal():
            raise Refusal("Malformed cursor")
        found = self._matching(params)
        if params.text("sort") == "top":
            found = iter(sorted(found, key=self._square.likes, reverse=True))
        events = list(islice(found, int(skipped), int(skipped) + limit + 1))
        body: dict[str, object] = {"posts": [self._square.post_view(event) for event in events[:limit]]}
        return reply(body | ({"cursor": str(int(skipped) + limit)} if len(events) > limit else {}))

    def _matching(self, params: Params) -> Iterator[Event]:
        terms = _TERM.findall(params.required("q").casefold())
        since, until, language = params.instant("since"), params.instant("until"), params.text("lang")
        author, hashtag = params.text("author"), params.text("tag")
        if any(params.text(name) for name in ("mentions", "domain", "url")):
            return iter(())
        person = self._square.person(actor(author, "author")) if author else None
        if author and person is None:
            return iter(())
        return (
            event
            for event, words in self._recent(person, until)
            if (until is None or event.at < until)
            and (since is None or event.at >= since)
            and language in (None, words.language)
            and hashtag in (None, words.hashtag)
            and _says(words.text, terms)
        )

    def _recent(self, person: Person | None, until: datetime | None) -> Iterator[tuple[Event, Said]]:
        slots = self._square.posts.slots(person, until)[:LOOKED_THROUGH]
        return filter(None, map(self._square.heard, slots))

    def _known(self, name: str) -> Person:
        person = self._square.person(actor(name, "actor"))
        if person is None:
            raise Refusal("Profile not found")
        return person


def _says(text: str, terms: list[tuple[str, str]]) -> bool:
    """Phrases anywhere, words as a whole; in scripts that do not part words, anything anywhere."""
    text = text.casefold()
    words = set(_WORD.findall(text))
    return all(phrase in text if phrase else _has(text, words, word) for phrase, word in terms)


def _has(text: str, words: set[str], term: str) -> bool:
    asked = set(_WORD.findall(term))
    return (bool(asked) and asked <= words) or (not term.isascii() and term in text)


def _cursor(event: Event) -> str:
    return f"{int(event.at.timestamp() * 1000)}::{uri(event).rpartition('/')[2]}"


def _turn(cursor: str) -> Turn:
    ms, _, key = cursor.partition("::")
    kind, code = (REPOST, REPOST_KEY) if key.startswith(REPOST_KEY.prefix) else (POST, POST_KEY)
    number = code.decode(key)
    if not ms.isdecimal() or len(ms) > len("9999999999999") or number is None:
        raise Refusal("Malformed cursor")
    return datetime.fromtimestamp(int(ms) / 1000, UTC), kind, -number


def _unknown(request: httpx.Request) -> httpx.Response:
    if request.method != "GET":
        raise Refusal(f"Incorrect HTTP method ({request.method}) expected GET")
    raise Refusal("Method Not Implemented", error="MethodNotImplemented", status=501)
