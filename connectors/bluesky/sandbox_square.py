"""The public square of the imitated Bluesky: who is there, what they said, and what they passed on.

Views are those of https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky, made up as they are asked for.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import merge
from random import Random

from connectors.bluesky.sandbox_texts import Said, said
from connectors.seed.codes import BASE32, Code
from connectors.seed.people import BLUESKY_DID, People, Person
from connectors.seed.timeline import Event, Timeline

Body = dict[str, object]
Turn = tuple[datetime, str, int]  # where something stands in a feed, newest first

POST_KEY = Code("3m", BASE32, 11)  # spelled like a TID, https://atproto.com/specs/tid
REPOST_KEY = Code("3l", BASE32, 11)
POST, REPOST = "bluesky post", "bluesky repost"

# Content ids, as long as real ones; the made-up part is short, because every view has several.
_CID = {
    POST: Code("bafyreihq3x7ncb5ovkdyt2m6w4guzslf7p5eoa2xtd", BASE32, 16),
    REPOST: Code("bafyreif5jw2pltozq7hs4avek3x6rmdu5bncygoi2v", BASE32, 16),
}
_PICTURE = Code("bafkreigdm4ztw6ulqo2yh7p5xjcnaevr3sbkf4iy2o", BASE32, 16)
_DOMAIN = ".bsky.social"
_REMEMBERED = 16_384


class Square:
    """Posts and reposts of `people` over a year and a half; every sixth post answers an earlier one."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.posts = Timeline(people, POST, each=120, days=540)
        self.reposts = Timeline(people, REPOST, each=40, days=540, gap=3)
        self.heard = lru_cache(maxsize=_REMEMBERED)(self._heard)
        """What was said in a slot of `posts`, None where it is empty. Remembered: every search goes through it."""
        self._count = lru_cache(maxsize=_REMEMBERED)(self._counted)

    def person(self, actor: str) -> Person | None:
        """Who has this DID or handle."""
        if actor.startswith("did:"):
            return self._people.by_code(BLUESKY_DID, actor)
        login, domain, rest = actor.lower().partition(_DOMAIN)
        return self._people.by_handle(login) if domain and not rest else None

    def post(self, uri: str) -> Event | None:
        """The post behind `at://author/app.bsky.feed.post/key`."""
        author, _, path = uri.removeprefix("at://").partition("/")
        event = self.posts.find(POST_KEY.decode(path.removeprefix("app.bsky.feed.post/")))
        return event if event and event.person == self.person(author) else None

    def feed(self, person: Person, after: Turn | None = None) -> Iterator[Event]:
        """What somebody said and passed on, newest first, beginning after a turn."""
        before = after[0] + timedelta(seconds=1) if after else None
        both = [line.events(line.slots(person, before)) for line in (self.posts, self.reposts)]
        return (event for event in merge(*both, key=turn, reverse=True) if after is None or turn(event) < after)

    def is_answer(self, event: Event) -> bool:
        """Whether a post answers another one."""
        return event.kind == POST and self._is_reply(event) and self.earlier(event) is not None

    def earlier(self, event: Event) -> Event | None:
        """The post that is answered or passed on: a recent one then, that answers none itself."""
        start = Random(f"{event.kind} {event.number} of").randrange(1, 300)  # noqa: S311 - made-up, not secrets
        slots = self.posts.slots(before=event.at)[start : start + 60]
        return next((one for one in self.posts.events(slots) if one.at < event.at and not self._is_reply(one)), None)

    def feed_view(self, event: Event) -> Body | None:
        """`app.bsky.feed.defs#feedViewPost`; None where there was nothing to pass on yet."""
        if event.kind == REPOST:
            passed_on = self.earlier(event)
            return {"post": self.post_view(passed_on), "reason": _reason(event)} if passed_on else None
        view: Body = {"post": self.post_view(event)}
        if self.is_answer(event) and (answered := self.earlier(event)):
            other = {"$type": "app.bsky.feed.defs#postView"} | self.post_view(answered)
            view["reply"] = {"root": other, "parent": other}
        return view

    def post_view(self, event: Event) -> Body:
        """`app.bsky.feed.defs#postView`. The clock of one author in twenty is an hour fast."""
        likes = self.likes(event)
        fast = event.person.number % 20 == 0
        indexed = event.at if fast else event.at + timedelta(milliseconds=200 + event.number % 3800)
        return {
            "uri": uri(event),
            "cid": _CID[event.kind].encode(event.number),
            "author": basic(event.person),
            "record": self._record(event, event.at + timedelta(hours=1) if fast else event.at),
            "bookmarkCount": likes // 9,
            "replyCount": likes * 3 // 8,
            "repostCount": likes // 4,
            "likeCount": likes,
            "quoteCount": likes // 12,
            "indexedAt": stamp(indexed),
            "labels": [],
        }

    def likes(self, event: Event) -> int:
        """How many like a post: most have few."""
        return int(Random(f"{event.kind} {event.number} likes").expovariate(1 / 9))  # noqa: S311 - made-up, not secrets

    def profile(self, person: Person) -> Body:
        """`app.bsky.actor.defs#profileViewDetailed`."""
        draw = Random(f"bluesky profile {person.number}")  # noqa: S311 - made-up, not secrets
        return basic(person) | {
            "description": f"{person.company}, {person.city.name}. Opinions are mine.",
            "followersCount": int(draw.paretovariate(0.9) * 20),
            "followsCount": draw.randrange(5, 900),
            "postsCount": self._count(person.number),
            "indexedAt": stamp(person.created_at + timedelta(seconds=3)),
            "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
        }

    def _is_reply(self, event: Event) -> bool:
        """Every sixth of a person's slots: neighbouring slots are other people's."""
        return (event.number // self._people.count + event.person.number) % 6 == 0

    def _record(self, event: Event, created: datetime) -> Body:
        words = said(event)
        record: Body = {
            "$type": "app.bsky.feed.post",
            "createdAt": stamp(created),
            "langs": [words.language],
            "text": words.text,
        }
        if words.hashtag:
            record["facets"] = [_facet(words)]
        if self.is_answer(event) and (answered := self.earlier(event)):
            reference = {"uri": uri(answered), "cid": _CID[POST].encode(answered.number)}
            record["reply"] = {"root": reference, "parent": reference}
        return record

    def _heard(self, number: int) -> tuple[Event, Said] | None:
        event = self.posts.find(number)
        return (event, said(event)) if event else None

    def _counted(self, number: int) -> int:
        return sum(1 for _ in self.posts.events(self.posts.slots(self._people[number])))


def turn(event: Event) -> Turn:
    """Where something stands in a feed."""
    return event.at, event.kind, -event.number


def uri(event: Event) -> str:
    """https://atproto.com/specs/at-uri-scheme."""
    collection, key = ("repost", REPOST_KEY) if event.kind == REPOST else ("post", POST_KEY)
    return f"at://{did(event.person)}/app.bsky.feed.{collection}/{key.encode(event.number)}"


def did(person: Person) -> str:
    """https://atproto.com/specs/did."""
    return _did(person.number)


@lru_cache(maxsize=_REMEMBERED)
def _did(number: int) -> str:
    return BLUESKY_DID.encode(number)


def basic(person: Person) -> Body:
    """`app.bsky.actor.defs#profileViewBasic`; some have neither a name nor a picture."""
    view: Body = {"did": did(person), "handle": person.handle + _DOMAIN}
    if person.number % 9:
        view["displayName"] = person.name
    if person.number % 5:
        picture = _PICTURE.encode(person.number)
        view["avatar"] = f"https://cdn.bsky.app/img/avatar/plain/{did(person)}/{picture}@jpeg"
    return view | {"labels": [], "createdAt": stamp(person.created_at)}


def stamp(at: datetime) -> str:
    """As Bluesky writes times: UTC, in milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _reason(event: Event) -> Body:
    return {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": basic(event.person),
        "uri": uri(event),
        "cid": _CID[REPOST].encode(event.number),
        "indexedAt": stamp(event.at),
    }


def _facet(words: Said) -> Body:
    """Where the hashtag stands, counted in bytes: https://docs.bsky.app/docs/advanced-guides/post-richtext."""
    end = len(words.text.encode())
    start = end - len(f"#{words.hashtag}".encode())
    tag = {"$type": "app.bsky.richtext.facet#tag", "tag": words.hashtag}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [tag]}
