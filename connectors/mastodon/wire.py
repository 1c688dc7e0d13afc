"""Mastodon's bodies, as far as they are read (API 4.3 and later), and the nouns they become.

https://docs.joinmastodon.org/entities/Account/ and https://docs.joinmastodon.org/entities/Status/
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from connectors.domain.service import Service
from connectors.domain.social import Post, Profile
from connectors.mastodon.plain_text import plain_text
from connectors.mastodon.snowflake import given_at

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_NO_PICTURE = "/avatars/original/missing.png"


class Account(msgspec.Struct):
    """`acct` is the name for people of the same server, name@domain for those of others, whose `url` may be null."""

    id: str
    acct: str
    uri: str
    url: str | None = None
    display_name: str = ""
    avatar: str = ""
    followers_count: int = 0
    following_count: int = 0
    statuses_count: int = 0
    suspended: bool | None = None


class Boosted(msgspec.Struct):
    """A post that is passed on; whose it is and what it says is not read."""


class Status(msgspec.Struct):
    """`content` is HTML. Where `reblog` is there, the author of this status passes on what somebody else said."""

    id: str
    created_at: Instant
    account: Account
    uri: str
    url: str | None = None
    content: str = ""
    spoiler_text: str = ""
    favourites_count: int = 0
    reblogs_count: int = 0
    replies_count: int = 0
    reblog: Boosted | None = None


class _ErrorBody(msgspec.Struct):
    error: str
    error_description: str | None = None


def error_message(body: bytes) -> str | None:
    """Mastodon's own words: https://docs.joinmastodon.org/entities/Error/."""
    told = msgspec.json.decode(body, type=_ErrorBody)
    return told.error_description or told.error


def profile(account: Account) -> Profile | None:
    """An account; None where it is suspended, for then there is nothing to see."""
    if account.suspended:
        return None
    return Profile(
        service=Service.MASTODON,
        handle=account.acct,
        display_name=account.display_name or None,
        followers=account.followers_count,
        following=account.following_count,
        posts_count=account.statuses_count,
        avatar_url=None if account.avatar.endswith(_NO_PICTURE) else account.avatar or None,
        url=_address(account.url, account.uri),
    )


def post(status: Status) -> Post:
    """A post, with the warning that stands before it."""
    return Post(
        service=Service.MASTODON,
        external_id=status.id,
        author=status.account.acct,
        text="\n\n".join(filter(None, (status.spoiler_text.strip(), plain_text(status.content)))),
        created_at=status.created_at.astimezone(UTC),
        likes=status.favourites_count,
        reposts=status.reblogs_count,
        replies=status.replies_count,
        url=_address(status.url, status.uri),
    )


def own(status: Status) -> bool:
    """Whether its author said it, and did not pass it on."""
    return status.reblog is None


def came_at(status: Status) -> datetime:
    """When a status came to the server, which is how lists are ordered; ids of long ago do not tell it."""
    return given_at(status.id) or status.created_at.astimezone(UTC)


def _address(url: str | None, uri: str) -> str:
    """Where people see it: the address on the web, or the name that servers know it by, where that is one too."""
    return url or uri
