"""Social profiles and posts, and who provides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.domain.answers import Answers
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account on a social network."""

    service: Service
    handle: str
    display_name: str | None
    followers: int
    following: int
    posts_count: int
    avatar_url: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something said in public; `author` is a handle."""

    service: Service
    external_id: str
    author: str
    text: str
    created_at: datetime
    likes: int
    reposts: int
    replies: int
    url: str


@dataclass(frozen=True, slots=True)
class PostsAsked:
    """Posts of one customer (`ref`), or of anybody that match `search`; exactly one of the two."""

    page: Page
    ref: CustomerRef | None = None
    search: str | None = None


class SocialSource(Protocol):
    """A social network. Every method answers each key asked, and never raises for one of them."""

    async def profiles(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, Profile | None]:
        """None where the customer is not linked, or the account is gone."""

    async def posts(self, asked: Sequence[PostsAsked]) -> Answers[PostsAsked, Slice[Post]]:
        """Newest first; what somebody merely passes on is not theirs and not in it."""

    async def posts_by_id(self, ids: Sequence[str]) -> Answers[str, Post | None]:
        """By the service's own ids; None where there is no such post."""
