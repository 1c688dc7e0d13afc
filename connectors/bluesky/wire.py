"""Bluesky's bodies, as far as they are read, and the nouns they become.

The lexicons are https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky.
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from connectors.bluesky.names import post_url, profile_url
from connectors.domain.service import Service
from connectors.domain.social import Post, Profile

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Body(msgspec.Struct, rename="camel"):
    """Names are in camel case."""


class Actor(Body):
    """`app.bsky.actor.defs#profileViewBasic`."""

    did: str
    handle: str


class ProfileView(Actor):
    """`app.bsky.actor.defs#profileViewDetailed`: counts may be left out."""

    display_name: str | None = None
    followers_count: int = 0
    follows_count: int = 0
    posts_count: int = 0
    avatar: str | None = None


class Profiles(Body):
    """`app.bsky.actor.getProfiles`: whom nobody knows is left out."""

    profiles: list[ProfileView]


class Record(Body):
    """`app.bsky.feed.post`, as its author's software wrote it; the view that carries it does not say what is in it."""

    text: str = ""
    created_at: str = ""


class PostView(Body):
    """`app.bsky.feed.defs#postView`. `indexed_at` is when Bluesky saw it first."""

    uri: str
    author: Actor
    record: Record
    indexed_at: Instant
    like_count: int = 0
    repost_count: int = 0
    reply_count: int = 0


class Reason(Body):
    """Why a post is in a feed though its author did not say it there and then: `#reasonRepost` or `#reasonPin`."""


class FeedItem(Body):
    """`app.bsky.feed.defs#feedViewPost`; an own post that is told in its turn has no reason."""

    post: PostView
    reason: Reason | None = None


class Feed(Body):
    """`app.bsky.feed.getAuthorFeed`; without a `cursor` it is the end, an empty page is not."""

    feed: list[FeedItem]
    cursor: str | None = None


class Posts(Body):
    """`app.bsky.feed.getPosts`, and `searchPosts`, whose pages may be short of posts that are kept from everybody."""

    posts: list[PostView]
    cursor: str | None = None


class _ErrorBody(Body):
    error: str
    message: str | None = None


def error_message(body: bytes) -> str | None:
    """Bluesky's own words, or the name of the error where it has none: https://atproto.com/specs/xrpc."""
    told = msgspec.json.decode(body, type=_ErrorBody)
    return told.message or told.error


def profile(view: ProfileView) -> Profile:
    """An account."""
    return Profile(
        service=Service.BLUESKY,
        handle=view.handle,
        display_name=view.display_name or None,
        followers=view.followers_count,
        following=view.follows_count,
        posts_count=view.posts_count,
        avatar_url=view.avatar,
        url=profile_url(view.did, view.handle),
    )


def post(view: PostView) -> Post:
    """A post; it is dated as feeds and searches are ordered."""
    return Post(
        service=Service.BLUESKY,
        external_id=view.uri,
        author=view.author.handle,
        text=view.record.text,
        created_at=sort_at(view),
        likes=view.like_count,
        reposts=view.repost_count,
        replies=view.reply_count,
        url=post_url(view.uri, view.author.did, view.author.handle),
    )


def sort_at(view: PostView) -> datetime:
    """The earlier of what the author claims and when Bluesky saw it, in UTC.

    A claim may lie in the future; before it was seen it cannot have been said. A claim that cannot be read is none, and
    none reaches back beyond 1970. https://docs.bsky.app/docs/advanced-guides/timestamps
    """
    try:
        claimed = msgspec.convert(view.record.created_at, datetime)
    except msgspec.ValidationError:
        claimed = view.indexed_at
    # A zone is required of a claim, but was not always enforced.
    claimed = claimed if claimed.tzinfo else claimed.replace(tzinfo=UTC)
    return min(max(claimed, _EPOCH), view.indexed_at).astimezone(UTC)


def own(item: FeedItem, actor: str) -> bool:
    """Whether a post is in the feed of `actor` because they said it, and did not pass it on."""
    return item.reason is None and (not actor.startswith("did:") or item.post.author.did == actor)
