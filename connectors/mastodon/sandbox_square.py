"""The public square of the imitated Mastodon: who is there, what they said, and what they passed on.

Posts of people from elsewhere arrive late. https://docs.joinmastodon.org/entities/Status/
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from random import Random
from typing import NamedTuple
from zlib import crc32

from connectors.mastodon.sandbox_accounts import Body, account, actor, is_abroad, web_url
from connectors.mastodon.sandbox_html import html, tag_url, tags_in
from connectors.mastodon.sandbox_texts import Said, said
from connectors.mastodon.snowflake import first_id, given_at
from connectors.seed.people import MASTODON_ACCOUNT, People, Person
from connectors.seed.timeline import Event, Timeline

POST, BOOST = "mastodon post", "mastodon boost"
LATEST = timedelta(minutes=4)  # that a post from elsewhere is on its way

_REMEMBERED = 16_384
_NEAR = 8  # slots among which the one of a given second is found
_SECOND = timedelta(seconds=1)


class Heard(NamedTuple):
    """What stands in a slot."""

    event: Event
    said: Said
    tags: frozenset[str]


class Square:
    """Posts and boosts of `people` over a year and a half; every sixth post answers an earlier one."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._posts = Timeline(people, POST, each=60, days=540)
        self._boosts = Timeline(people, BOOST, each=20, days=540, gap=3)
        self.heard = lru_cache(maxsize=_REMEMBERED)(self._heard)
        """What was said in a slot, None where it is empty. Remembered: every timeline goes through it."""
        self._feeds = lru_cache(maxsize=256)(self._feed)
        self._tally = lru_cache(maxsize=_REMEMBERED)(self._tallied)

    def person(self, id: str) -> Person | None:
        """Whose account this is."""
        return self._people.by_code(MASTODON_ACCOUNT, id)

    def feed(self, person: Person) -> tuple[Event, ...]:
        """What somebody said and passed on, newest first."""
        return self._feeds(person.number)

    def recent(self, before: datetime | None, most: int) -> Iterator[Heard]:
        """What everybody said, newest first, in `most` slots from a moment on."""
        return filter(None, map(self.heard, self._posts.slots(before=before)[:most]))

    def event(self, id: str) -> Event | None:
        """The post or boost with this id."""
        at = given_at(id)
        if at is None:
            return None
        line = self._boosts if int(id) & 1 else self._posts
        near = islice(line.slots(before=at + _SECOND), _NEAR)
        return next((one for one in line.events(near) if status_id(one) == int(id)), None)

    def is_answer(self, event: Event) -> bool:
        """Whether a post answers another one."""
        return event.kind == POST and self._is_reply(event) and self._earlier(event) is not None

    def status(self, event: Event) -> Body:
        """A status; one that passes on another shows that one's text as its own, as Mastodon does."""
        if event.kind == BOOST and (boosted := self._earlier(event)):
            other = self._post(boosted)
            return other | {
                "id": str(status_id(event)),
                "created_at": stamp(_said_at(event)),
                "account": self.account(event.person),
                "uri": f"{actor(event.person)}/statuses/{status_id(event)}/activity",
                "reblog": other,
            }
        return self._post(event)

    def account(self, person: Person) -> Body:
        """An account."""
        posts, latest = self._tally(person.number)
        return account(person, posts=posts, latest=latest)

    def is_listed(self, event: Event) -> bool:
        """Whether a post is public; every fifteenth is for those alone who come to its author's page."""
        return _chance(event) % 15 != 0

    def _post(self, event: Event) -> Body:
        words = said(event)
        id = status_id(event)
        likes = int(Random(f"{event.kind} {event.number} likes").expovariate(1 / 6))  # noqa: S311 - made-up
        answered = self._earlier(event) if self._is_reply(event) else None
        tags = tags_in(words.text)
        home = web_url(event.person)
        return {
            "id": str(id),
            "created_at": stamp(_said_at(event)),
            "in_reply_to_id": str(status_id(answered)) if answered else None,
            "in_reply_to_account_id": MASTODON_ACCOUNT.encode(answered.person.number) if answered else None,
            "sensitive": bool(words.warning),
            "spoiler_text": words.warning,
            "visibility": "public" if self.is_listed(event) else "unlisted",
            "language": words.language,
            "uri": f"{actor(event.person)}/statuses/{id}",
            "url": f"{home}/{id}" if home else None,
            "replies_count": likes // 3,
            "reblogs_count": likes // 2,
            "favourites_count": likes,
            "edited_at": None,
            "content": html(words.text),
            "reblog": None,
            "account": self.account(event.person),
            "media_attachments": [],
            "mentions": [],
            "tags": [{"name": tag, "url": tag_url(tag)} for tag in tags],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def _is_reply(self, event: Event) -> bool:
        """Every sixth of a person's slots: neighbouring slots are other people's."""
        return (event.number // self._people.count + event.person.number) % 6 == 0

    def _earlier(self, event: Event) -> Event | None:
        """The post that is answered or passed on: a recent one then, that answers none itself."""
        start = Random(f"{event.kind} {event.number} of").randrange(1, 200)  # noqa: S311 - made-up, not secrets
        slots = self._posts.slots(before=event.at - LATEST)[start : start + 60]
        return next((one for one in self._posts.events(slots) if not self._is_reply(one)), None)

    def _feed(self, number: int) -> tuple[Event, ...]:
        person = self._people[number]
        posts, boosts = (line.events(line.slots(person)) for line in (self._posts, self._boosts))
        passed_on = (one for one in boosts if self._earlier(one))  # before the first post, there was nothing to pass on
        return tuple(sorted(chain(posts, passed_on), key=status_id, reverse=True))

    def _tallied(self, number: int) -> tuple[int, datetime | None]:
        """How often somebody has posted, and when last."""
        feed = self._feeds(number)
        return len(feed), feed[0].at if feed else None

    def _heard(self, number: int) -> Heard | None:
        event = self._posts.find(number)
        if event is None:
            return None
        words = said(event)
        return Heard(event, words, frozenset(tags_in(words.text)))


def status_id(event: Event) -> int:
    """When it came here, in milliseconds that fall with its number, and 16 bits of which the last tells the kind."""
    came = event.at + timedelta(milliseconds=999 - event.number % 1000)
    return first_id(came) | _chance(event) & 0xFFFE | (event.kind == BOOST)


def stamp(at: datetime) -> str:
    """As Mastodon writes times: UTC, in milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _said_at(event: Event) -> datetime:
    """What comes from elsewhere was said up to four minutes before."""
    came = event.at + timedelta(milliseconds=999 - event.number % 1000)
    return came - _chance(event) % 5 * timedelta(minutes=1) if is_abroad(event.person) else came


def _chance(event: Event) -> int:
    """A number that falls the same way every time; the numbers of one person's slots have too much in common."""
    return crc32(f"{event.kind} {event.number}".encode())
