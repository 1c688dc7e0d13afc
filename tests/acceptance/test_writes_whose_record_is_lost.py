"""A gateway is killed after a service has acted, and before that could be written down.

Most services without idempotency keys cannot be asked once more: the fate stays unknown, and nothing acts twice.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.domain.service import Service
from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from tests.acceptance.chaos import a_minute_passes
from tests.acceptance.processes import gateway
from tests.acceptance.wishes import TICKET, Told, Wish, asked, caller
from tests.acceptance.world import listening

DEAL = """mutation($input: CreateDealInput!) { made: createDeal(input: $input) {
  noun: deal { id: externalId } errors { message } } }"""
ISSUE = """mutation($input: CreateIssueInput!) { made: createIssue(input: $input) {
  noun: issue { id title } errors { message } } }"""
MESSAGE = """mutation($channelId: ID!, $text: String!, $key: String) {
  made: sendMessage(channelId: $channelId, text: $text, idempotencyKey: $key) {
    noun: message { id } errors { message } } }"""
CHANNELS = "{ channels(first: 1) { edges { node { id } } } }"
WRITES = {
    "/intercom/conversations": Service.INTERCOM,
    "/hubspot/crm/v3/objects/deals": Service.HUBSPOT,
    "/slack/api/chat.postMessage": Service.SLACK,
    "/jira/rest/api/3/issue": Service.JIRA,
}
PEOPLE = 30


class KeepsToItself:
    """ASGI: what is asked of services is done, and counted; while they are `silent`, no write is answered."""

    def __init__(self, services: ASGIApp) -> None:
        self.acts: Counter[Service] = Counter()
        self.silent = True
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = WRITES.get(scope["path"]) if scope["type"] == "http" else None
        if service is None or scope["method"] != "POST":
            await self._services(scope, receive, send)
            return
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._services(scope, receive, keep)
        self.acts[service] += answer[0]["status"] < 300
        if self.silent:
            await receive()  # until the client is gone
            return
        for message in answer:
            await send(message)

    async def until_all_have_acted(self) -> None:
        async with asyncio.timeout(30):
            while len(self.acts) < len(WRITES):  # noqa: ASYNC110 - the services live in another thread
                await asyncio.sleep(0.02)


@pytest.fixture
def services() -> KeepsToItself:
    return KeepsToItself(SandboxServer(VENDORS, People(PEOPLE)))


@pytest.fixture
def settings(services: KeepsToItself) -> Iterator[dict[str, str]]:
    with listening(services) as server:
        yield {f"{vendor.service.name}_BASE_URL": address(vendor, server) for vendor in VENDORS}


async def test_what_was_done_and_not_written_down_is_unknown_or_found_and_never_done_again(
    services: KeepsToItself, settings: dict[str, str], store_uri: str, tmp_path: Path
) -> None:
    with gateway(tmp_path, store_uri, settings) as served:
        async with caller() as http:
            channel = (await asked(http, served.url, CHANNELS))["channels"]["edges"][0]["node"]["id"]
            wishes = wished_for(channel)
            asking = asyncio.gather(*(wish.ask(http, served.url) for wish in wishes))
            await services.until_all_have_acted()
            served.kill()
            await asking
            assert [(wish.lost, wish.words) for wish in wishes] == [(1, [])] * len(wishes), "nobody was told a word"
            assert a_minute_passes(store_uri) == len(wishes)
            services.silent = False
            served.start()
            await asked(http, served.url, "{ __typename }")
            for _ in range(2):
                await asyncio.gather(*(wish.ask(http, served.url) for wish in wishes))
    told = {wish.service: {(word.told, word.last) for word in wish.words} for wish in wishes}
    unknown = {(Told.UNKNOWN, True)}
    assert told.pop(Service.JIRA) == {(Told.SUCCESS, True)}, "an issue carries its key, and is found by it"
    assert told == {Service.INTERCOM: unknown, Service.HUBSPOT: unknown, Service.SLACK: unknown}
    assert services.acts == dict.fromkeys(WRITES.values(), 1)


def wished_for(channel: str) -> list[Wish]:
    """One at each service."""
    ticket = {"service": "INTERCOM", "subject": "Late", "text": "Please call.", "email": "ann@example.com"}
    issue = {"project": "OPS", "title": "Look into it"}
    return [
        Wish("intercom", Service.INTERCOM, TICKET, ticket),
        Wish("hubspot", Service.HUBSPOT, DEAL, {"name": "A big one"}),
        Wish("slack", Service.SLACK, MESSAGE, {"channelId": channel, "text": "Good morning"}),
        Wish("jira", Service.JIRA, ISSUE, issue),
    ]
