"""Slack's methods, one function each: a failure that is told inside of an answer is raised as one."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TypeVar

from connectors.api import Api
from connectors.domain.errors import Malformed, Rejected
from connectors.domain.service import Service
from connectors.slack import wire
from connectors.slack.errors import failure
from connectors.slack.said import Said, place

LISTED = 999  # channels of one call: the limit must be under 1,000
PAGE = 200  # messages of one call: Slack recommends no more
_KINDS = "public_channel,private_channel"

A = TypeVar("A", bound=wire.Answer)
V = TypeVar("V")


class Calls:
    """Every method raises ConnectorError."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def channels(self, cursor: str = "") -> AsyncIterator[tuple[str, list[wire.SlackChannel]]]:
        """https://docs.slack.dev/reference/methods/conversations.list: pages, each with its own cursor."""
        while True:
            query: dict[str, str | int] = {"types": _KINDS, "exclude_archived": "true", "limit": LISTED}
            query |= {"cursor": cursor} if cursor else {}
            answer = self._told(await self._api.get("/conversations.list", query, into=wire.ChannelList))
            yield cursor, self._present(answer.channels, "channels")
            cursor = answer.response_metadata.next_cursor if answer.response_metadata else ""
            if not cursor:
                return

    async def page(self, channel: str, latest: str | None) -> wire.History:
        """The newest messages before `latest`."""
        query: dict[str, str | int] = {"channel": channel, "limit": PAGE}
        return await self._history(query | {"latest": latest} if latest else query)

    async def pages(self, channel: str, latest: str | None) -> AsyncIterator[list[Said]]:
        """All of them. Continued by time, which is a message's name in its channel: pages can't shift."""
        while True:
            found = await self.page(channel, latest)
            said = [Said(channel, body) for body in found.messages or ()]
            yield said
            if not found.has_more or not said:
                return
            latest = said[-1].body.ts

    async def message(self, id: str) -> Said | None:
        """https://docs.slack.dev/messaging/retrieving-messages#individual_messages; None where there is none."""
        channel, ts = place(id) or ("", "")
        query: dict[str, str | int] = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": "true", "limit": 1}
        try:
            found = await self._history(query)
        except Rejected as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return next((Said(channel, body) for body in found.messages or () if body.ts == ts), None)

    async def name(self, user: str) -> str | None:
        """https://docs.slack.dev/reference/methods/users.info: what people see above somebody's messages."""
        answer = self._told(await self._api.get("/users.info", {"user": user}, into=wire.UserAnswer))
        body = self._present(answer.user, "user")
        return wire.called(body.profile, body.name)

    async def member(self, email: str) -> str | None:
        """https://docs.slack.dev/reference/methods/users.lookupByEmail; None where nobody has the address."""
        answer = await self._api.get("/users.lookupByEmail", {"email": email}, into=wire.UserAnswer)
        if answer.error == "users_not_found":
            return None
        return self._present(self._told(answer).user, "user").id

    async def workspace(self) -> str:
        """https://docs.slack.dev/reference/methods/auth.test: the address of the workspace."""
        answer = self._told(await self._api.query("/auth.test", form={}, into=wire.Workspace))
        return self._present(answer.url, "url")

    async def post(self, channel: str, text: str) -> Said:
        """https://docs.slack.dev/reference/methods/chat.postMessage."""
        form = {"channel": channel, "text": wire.escaped(text)}
        evicts = ["/conversations.history"]
        posted = self._told(await self._api.post("/chat.postMessage", form=form, into=wire.Posted, evicts=evicts))
        return Said(self._present(posted.channel, "channel"), self._present(posted.message, "message"))

    async def _history(self, query: dict[str, str | int]) -> wire.History:
        """https://docs.slack.dev/reference/methods/conversations.history."""
        answer = self._told(await self._api.get("/conversations.history", query, into=wire.History))
        self._present(answer.messages, "messages")
        return answer

    def _told(self, answer: A) -> A:
        """The answer, where it is one."""
        if not answer.ok:
            self._api.fail(failure(answer))
        return answer

    def _present(self, value: V | None, field: str) -> V:
        if value is None:
            self._api.fail(Malformed(Service.SLACK, f"$.{field}", "it is missing"))
        return value
