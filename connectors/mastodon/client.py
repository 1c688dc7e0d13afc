"""Mastodon, as a source of profiles and posts: https://docs.joinmastodon.org/client/public/."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from connectors.api import Api, segment
from connectors.domain.answers import Answers
from connectors.domain.errors import Rejected
from connectors.domain.offer import Offer
from connectors.domain.page import Page, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Searches, Stretch, TextAsked, Turn
from connectors.domain.service import Service
from connectors.domain.social import Post, PostsAsked, Profile
from connectors.fan_out import fan_out, in_chunks
from connectors.mastodon import wire
from connectors.mastodon.hashtags import hashtags
from connectors.mastodon.ordering import Ordering
from connectors.mastodon.snowflake import first_id, is_id
from connectors.paging import DEEPEST, collect
from connectors.turns import Leaf, stretch

# What one call takes: https://github.com/mastodon/mastodon/blob/main/app/controllers/api/base_controller.rb.
ACCOUNTS = 40
STATUSES = 20
PAGE = 40  # https://docs.joinmastodon.org/methods/accounts/#statuses
SEARCHES = 3  # calls, for a page of 100
LATE = timedelta(minutes=10)  # that a post of another server may have been on its way
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

_Query = dict[str, str | int | Sequence[str]]


class Mastodon:
    """A `SocialSource` without credentials. A customer's link is the id of an account on the connected server.

    Accounts are read 40 a call and posts 20 a call (since Mastodon 4.3), feeds by one author at a time. What somebody
    passes on is left out of their feed, answers are in it. The full-text search of Mastodon is for those who are signed
    in, while everybody may read the timeline of a hashtag: a search finds the posts that carry each of its words, five
    at most, as a hashtag. A server that shows its timelines to nobody else answers Unauthorized or Rejected.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def offer(self) -> Offer:
        """Social profiles and posts, and posts by hashtags."""
        return Offer(social=self, searches=Searches(post=self.search_posts))

    async def ping(self) -> None:
        """Reads one account; whether there is one does not matter."""
        await self._api.get("/api/v1/accounts", {"id[]": ["1"]}, into=list[wire.Account])

    async def profiles(self, refs: Sequence[CustomerRef]) -> Answers[CustomerRef, Profile | None]:
        """https://docs.joinmastodon.org/methods/accounts/#index: a call for every 40 different accounts."""
        ids = {ref: _account(ref) for ref in refs}
        found = await in_chunks(filter(None, ids.values()), ACCOUNTS, self._profiles)
        return {ref: found[id] if id else None for ref, id in ids.items()}

    async def posts(self, asked: Sequence[PostsAsked]) -> Answers[PostsAsked, Slice[Post]]:
        """One feed for each author, one timeline for each text.

        A page after the first does not find what came to the server more than ten minutes after it was said.
        """
        return await fan_out(asked, self._posts)

    async def posts_by_id(self, ids: Sequence[str]) -> Answers[str, Post | None]:
        """https://docs.joinmastodon.org/methods/statuses/#index: a call for every 20 different posts."""
        found = await in_chunks(filter(is_id, ids), STATUSES, self._posts_of_ids)
        return {id: found.get(id) for id in ids}

    async def search_posts(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[Post]]:
        """The latest to come to the server, for Mastodon ranks them for those alone who are signed in.

        In the order of their ids, so that each leads on to the next one, however many come in.
        """
        return await fan_out(asked, self._found)

    async def _profiles(self, ids: Sequence[str]) -> dict[str, Profile | None]:
        accounts = await self._api.get("/api/v1/accounts", {"id[]": ids}, into=list[wire.Account])
        found = {account.id: wire.profile(account) for account in accounts}
        return {id: found.get(id) for id in ids}

    async def _posts_of_ids(self, ids: Sequence[str]) -> dict[str, Post | None]:
        statuses = await self._api.get("/api/v1/statuses", {"id[]": ids}, into=list[wire.Status])
        found = {status.id: wire.post(status) for status in statuses if wire.own(status)}
        return {id: found.get(id) for id in ids}

    async def _posts(self, asked: PostsAsked) -> Slice[Post]:
        page = _bounded(asked.page)
        if asked.ref is None:
            return await self._tagged(asked.search or "", page)
        id = _account(asked.ref)
        return await self._feed(id, page) if id else Slice(())

    async def _found(self, asked: TextAsked) -> Stretch[Post]:
        if asked.start and not is_id(asked.start):
            self._api.fail(Rejected(Service.MASTODON, HTTPStatus.BAD_REQUEST, "MASTODON has named no such post"))
        tag = _tag(asked.text)
        if tag is None:
            return Stretch()
        path, others = tag

        async def read(start: str, size: int) -> Leaf[Post]:
            query: _Query = others | {"limit": size} | ({"max_id": start} if start else {})
            statuses = await self._api.get(path, query, into=list[wire.Status])
            posts = {status.id: wire.post(status) for status in statuses if wire.own(status)}
            return Leaf(posts, statuses[-1].id if len(statuses) >= size else None)

        found = await stretch(asked, PAGE, read, min(-(-asked.first // PAGE), SEARCHES))
        every = [Turn(number, post.external_id) for number, post in enumerate(found.items, 1)]
        return replace(found, turns=tuple(sorted({*found.turns, *every})), fixed=True)

    async def _feed(self, id: str, page: Page) -> Slice[Post]:
        """Whose account is deleted (404) or suspended for good (410) has no posts: that is an answer, not a failure."""
        try:
            return await collect(
                self._pages(f"/api/v1/accounts/{id}/statuses", {"exclude_reblogs": "true"}, page), page
            )
        except Rejected as refusal:
            if refusal.status in _GONE:
                return Slice(())
            raise

    async def _tagged(self, text: str, page: Page) -> Slice[Post]:
        """https://docs.joinmastodon.org/methods/timelines/#tag."""
        tag = _tag(text)
        return await collect(self._pages(*tag, page), page) if tag else Slice(())

    async def _pages(self, path: str, query: _Query, page: Page) -> AsyncIterator[list[Post]]:
        """https://docs.joinmastodon.org/api/guidelines/#pagination: what `Link` would say is told by the last id."""
        limit = _limit(page)
        query = query | {"limit": limit}
        if page.after:
            query["max_id"] = str(first_id(page.after.at + LATE))
        ordering = Ordering()
        while True:
            statuses = await self._api.get(path, query, into=list[wire.Status])
            more = len(statuses) >= limit and statuses[-1].id != query.get("max_id")
            posts = [wire.post(status) for status in statuses if wire.own(status)]
            yield ordering.take(posts, wire.came_at(statuses[-1]) if more else None)
            if not more:
                return
            limit = PAGE
            query |= {"limit": limit, "max_id": statuses[-1].id}


def _tag(text: str) -> tuple[str, _Query] | None:
    """The timeline of what carries each word as a hashtag; None where a word cannot be one."""
    tags = hashtags(text)
    if not tags:
        return None
    others: _Query = {"all[]": tags[1:]} if tags[1:] else {}
    return f"/api/v1/timelines/tag/{segment(tags[0])}", others


def _account(ref: CustomerRef) -> str | None:
    """Who a customer is on the server; None for nobody, and for what is not spelled like an id."""
    id = ref.link(Service.MASTODON)
    return id if id and is_id(id) else None


def _bounded(page: Page) -> Page:
    """All that was ever said is more calls than Mastodon allows in an hour; the horizon tells how far it goes."""
    return Page(DEEPEST * PAGE, page.after) if page.first is None else page


def _limit(page: Page) -> int:
    """One more than the page shows, to know whether there are more, and one that `Ordering` holds back."""
    return PAGE if page.first is None or page.after else min(page.first + 2, PAGE)
