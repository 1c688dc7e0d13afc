"""Bluesky, as a source of profiles and posts: https://docs.bsky.app/docs/category/http-reference."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from connectors.api import Api
from connectors.bluesky import wire
from connectors.bluesky.names import is_actor, is_post
from connectors.domain.answers import Answers
from connectors.domain.errors import Rejected
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Searches, Stretch, TextAsked, dated
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked, Profile
from connectors.fan_out import fan_out, in_chunks
from connectors.paging import DEEPEST, collect
from connectors.turns import MOST

BATCH = 25  # actors or posts of one call: https://docs.bsky.app/docs/api/app-bsky-actor-get-profiles
PAGE = 100  # https://docs.bsky.app/docs/api/app-bsky-feed-get-author-feed
_GONE = "Profile not found"
# Lucene's, as https://docs.bsky.app/docs/api/app-bsky-feed-search-posts recommends them.
_SIGNS = re.compile(r'[":()\[\]{}^~*?\\/!&|]+')
_OPERATORS = {"AND", "OR", "NOT"}
_TICK = timedelta(milliseconds=1)  # as fine as Bluesky orders


class Bluesky:
    """A `SocialSource`. Profiles and posts are read 25 a call, feeds by one author at a time."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Social profiles and posts, and posts by text."""
        return Offer(social=self, searches=Searches(post=self.search_posts, newest_first=True))

    async def ping(self) -> None:
        """Reads one profile; whether there is one does not matter."""
        await self._api.get("/xrpc/app.bsky.actor.getProfiles", {"actors": ["bsky.app"]}, into=wire.Profiles)

    async def profiles(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, Profile | None]:
        """https://docs.bsky.app/docs/api/app-bsky-actor-get-profiles: a call for every 25 different accounts."""
        actors = {ref: _actor(ref) for ref in refs}
        found = await in_chunks(filter(None, actors.values()), BATCH, self._profiles)
        return {ref: found[actor] if actor else None for ref, actor in actors.items()}

    async def posts(self, asked: Sequence[PostsAsked]) -> Answers[PostsAsked, Slice[Post]]:
        """One feed for each author, one search for each text."""
        return await fan_out(asked, self._posts)

    async def posts_by_id(self, ids: Sequence[str]) -> Answers[str, Post | None]:
        """https://docs.bsky.app/docs/api/app-bsky-feed-get-posts: ids are `at://` URIs, a call for every 25."""
        found = await in_chunks(filter(is_post, ids), BATCH, self._posts_by_uri)
        return {id: found.get(id) for id in ids}

    async def search_posts(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Post]]:
        """The latest: what Bluesky ranks higher is for those alone who are signed in, but for its first page."""
        return await fan_out(asked, self._found)

    async def _profiles(self, actors: Sequence[str]) -> dict[str, Profile | None]:
        answer = await self._api.get("/xrpc/app.bsky.actor.getProfiles", {"actors": actors}, into=wire.Profiles)
        found = {name.lower(): wire.profile(view) for view in answer.profiles for name in (view.did, view.handle)}
        return {actor: found.get(actor.lower()) for actor in actors}

    async def _posts_by_uri(self, uris: Sequence[str]) -> dict[str, Post | None]:
        answer = await self._api.get("/xrpc/app.bsky.feed.getPosts", {"uris": uris}, into=wire.Posts)
        found = {view.uri: wire.post(view) for view in answer.posts}
        return {uri: found.get(uri) for uri in uris}

    async def _posts(self, asked: PostsAsked) -> Slice[Post]:
        if asked.ref is None:
            text, page = (asked.search or "").strip(), _bounded(asked.page)
            return await collect(self._search(text, page), page) if text else Slice(())
        actor = _actor(asked.ref)
        return await self._feed(actor, asked.page) if actor else Slice(())

    async def _found(self, asked: TextAsked) -> Stretch[Post]:
        text, page = _plain(asked.text), asked.page
        if not text or asked.first < 1:
            return Stretch()
        return dated(await collect(self._search(text, page), page, deepest=MOST))

    async def _feed(self, actor: str, page: Page) -> Slice[Post]:
        """Whose account is gone, suspended or deactivated has no posts any more: that is an answer, not a failure."""
        try:
            return await collect(self._turns(actor, page), page)
        except Rejected as refusal:
            if refusal.status == HTTPStatus.BAD_REQUEST and _GONE in str(refusal):
                return Slice(())
            raise

    async def _turns(self, actor: str, page: Page) -> AsyncIterator[list[Post]]:
        """A feed from its start: its cursor is nobody else's to make, so that a later page walks the earlier ones."""
        query: dict[str, str | int] = {"actor": actor, "limit": _feed_limit(page)}
        while True:
            feed = await self._api.get("/xrpc/app.bsky.feed.getAuthorFeed", query, into=wire.Feed)
            posts = [wire.post(item.post) for item in feed.feed if wire.own(item, actor)]
            if page.after is None or not posts or posts[-1].created_at <= page.after.at:  # else it is still on the way
                yield posts
            if not feed.cursor:
                return
            query |= {"cursor": feed.cursor, "limit": PAGE}

    async def _search(self, text: str, page: Page) -> AsyncIterator[list[Post]]:
        """Continued by time: Bluesky refuses the cursor of a search to whoever is not signed in.

        https://github.com/bluesky-social/bsky-docs/issues/296
        """
        query: dict[str, str | int] = {"q": text, "sort": "latest", "limit": _limit(page)}
        if page.after:
            query["until"] = _until(page.after.at + _TICK)
        seen: set[str] = set()
        while True:
            answer = await self._api.get("/xrpc/app.bsky.feed.searchPosts", query, into=wire.Posts)
            posts = [wire.post(view) for view in answer.posts]
            yield [post for post in posts if post.external_id not in seen]
            if not posts or (answer.cursor is None and len(posts) < int(query["limit"])):
                return
            # The instant at the edge is asked again, unless the page held nothing else.
            edge = posts[-1].created_at
            again = _until(edge + _TICK)
            query |= {"until": again if again != query.get("until") else _until(edge), "limit": PAGE}
            seen |= {post.external_id for post in posts}


def _actor(ref: CustomerRef) -> str | None:
    """Who a customer is on Bluesky: a DID, or a handle. None for nobody, and for what is spelled like neither."""
    name = ref.link(Service.BLUESKY)
    return name if name and is_actor(name) else None


def _bounded(page: Page) -> Page:
    """All that ever matched a word is more than anybody can mean; the horizon tells how far the answer goes."""
    return Page(DEEPEST * PAGE, page.after) if page.first is None else page


def _plain(text: str) -> str:
    """Words and nothing else: none of them a phrase, a filter, an operator or an exclusion."""
    words = filter(None, (word.lstrip("-+") for word in _SIGNS.sub(" ", text).split()))
    return " ".join(word.lower() if word in _OPERATORS else word for word in words)


def _limit(page: Page) -> int:
    """One more than the page shows, to know whether there are more, and one for the instant at its end."""
    return PAGE if page.first is None else min(page.first + 2, PAGE)


def _feed_limit(page: Page) -> int:
    """Twice what the page shows: half of a feed is often passed on from others, which a page does not show."""
    return PAGE if page.first is None or page.after else min(2 * page.first + 2, PAGE)


def _until(at: datetime) -> str:
    """An exclusive bound, as `searchPosts` reads it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
