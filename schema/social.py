"""Social profiles and posts."""

from datetime import datetime

import strawberry

from connectors.domain import social as domain
from connectors.domain.references import CustomerRef
from schema.context import Info, load, report
from schema.enums import Service
from schema.loaders.social import posts, profiles
from schema.relay import Connection, Node, merged_connection, node_id
from schema.scalars import URL


@strawberry.type(description="An account on a social network.")
class SocialProfile:
    """From any network."""

    service: Service = strawberry.field(description="Which network.")
    handle: str = strawberry.field(description="What people call it there.")
    display_name: str | None = strawberry.field(description="What it calls itself.")
    followers: int = strawberry.field(description="How many follow it.")
    following: int = strawberry.field(description="How many it follows.")
    posts_count: int = strawberry.field(description="How often it has posted.")
    avatar_url: URL | None = strawberry.field(description="Its picture.")
    url: URL = strawberry.field(description="Where people look at it.")

    @classmethod
    def of(cls, noun: domain.Profile) -> "SocialProfile":
        """The graph's profile of a domain's."""
        return cls(
            service=noun.service,
            handle=noun.handle,
            display_name=noun.display_name,
            followers=noun.followers,
            following=noun.following,
            posts_count=noun.posts_count,
            avatar_url=URL(noun.avatar_url) if noun.avatar_url else None,
            url=URL(noun.url),
        )


@strawberry.type(description="Something said in public.")
class Post(Node):
    """From any network."""

    service: Service = strawberry.field(description="Which network.")
    author: str = strawberry.field(description="The handle of who said it.")
    text: str = strawberry.field(description="What was said.")
    created_at: datetime = strawberry.field(description="When it was said.")
    likes: int = strawberry.field(description="How many liked it.")
    reposts: int = strawberry.field(description="How often it was passed on.")
    replies: int = strawberry.field(description="How often it was answered.")
    url: URL = strawberry.field(description="Where people look at it.")

    @classmethod
    def of(cls, noun: domain.Post) -> "Post":
        """The graph's post of a domain's."""
        return cls(
            id=node_id("Post", noun.service, noun.external_id),
            service=noun.service,
            author=noun.author,
            text=noun.text,
            created_at=noun.created_at,
            likes=noun.likes,
            reposts=noun.reposts,
            replies=noun.replies,
            url=URL(noun.url),
        )


async def profile_list(info: Info, ref: CustomerRef) -> list[SocialProfile]:
    """A customer's profiles; networks that failed are reported beside those that answered."""
    found = await load(info, profiles, ref)
    report(info, found.failures)
    return [SocialProfile.of(noun) for noun in found.items]


async def post_page(info: Info, asked: domain.PostsAsked) -> Connection[Post]:
    """A page of posts; networks that failed are reported beside those that answered."""
    found = await load(info, posts, asked)
    report(info, found.failures)
    return merged_connection(Post.of, found, asked.page)
