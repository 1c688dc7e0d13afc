"""What callers want done once, how they insist on it, and what they are told in the end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum, auto
from random import Random
from typing import Any, NamedTuple

import aiohttp

from connectors.domain.service import Service

REFUND = """mutation($input: RefundPaymentInput!) { made: refundPayment(input: $input) {
  noun: payment { id: externalId refunded { amount } } errors { message } } }"""
TICKET = """mutation($input: OpenTicketInput!) { made: openTicket(input: $input) {
  noun: ticket { id: externalId } errors { message } } }"""
_PATIENCE = 60  # answers
_LONGEST = 0.5  # seconds between two attempts


class Told(StrEnum):
    """What the gateway says became of a wish."""

    SUCCESS = auto()
    FAILURE = auto()
    UNKNOWN = auto()
    PENDING = auto()


class Word(NamedTuple):
    """`noun` is what came of it; `last` where it makes no sense to ask again."""

    told: Told
    noun: Mapping[str, Any] | None = None
    last: bool = False


@dataclass
class Wish:
    """Asked for with one key until the word is final; whoever is not `patient` takes the first failure for an answer.

    `words` are all that the gateway said, and `lost` counts the connections that ended without one.
    """

    key: str
    service: Service
    query: str
    input: Mapping[str, object]
    about: str = ""
    patient: bool = True
    words: list[Word] = field(default_factory=list)
    lost: int = 0

    @property
    def verdict(self) -> Word:
        """The last word."""
        return self.words[-1]

    @property
    def settled(self) -> bool:
        """Whether there is no more to be learnt."""
        if not self.words:
            return False
        impatient = self.verdict.told is Told.FAILURE and not self.patient
        return self.verdict.last or impatient

    async def insist(self, http: aiohttp.ClientSession, url: str, random: Random) -> None:
        """Asks until it is settled, with pauses that grow; a connection that is lost says nothing."""
        while len(self.words) < _PATIENCE:
            await self.ask(http, url)
            if self.settled:
                return
            pause = 0.05 * 2 ** (len(self.words) + self.lost)
            await asyncio.sleep((0.5 + random.random()) * min(pause, _LONGEST))

    async def ask(self, http: aiohttp.ClientSession, url: str) -> None:
        """Once."""
        # Whatever a mutation does not take as a variable is ignored.
        variables = {**self.input, "key": self.key, "input": {**self.input, "idempotencyKey": self.key}}
        try:
            async with http.post(url, json={"query": self.query, "variables": variables}) as response:
                answer = await response.json()
        except aiohttp.ClientError:
            self.lost += 1
        else:
            self.words.append(_word(answer))


async def asked(http: aiohttp.ClientSession, url: str, query: str, **variables: object) -> dict[str, Any]:
    """The data of the first answer without errors: the gateway may be on its way up, and the machine busy."""
    async with asyncio.timeout(60):
        while True:
            with suppress(aiohttp.ClientConnectionError):
                async with http.post(url, json={"query": query, "variables": variables}) as response:
                    answer: dict[str, Any] = await response.json()
                if not answer.get("errors"):
                    data: dict[str, Any] = answer["data"]
                    return data
            await asyncio.sleep(0.05)


@asynccontextmanager
async def caller() -> AsyncIterator[aiohttp.ClientSession]:
    """One who waits for 20 s; there are so many that httpx would cost more than what it asks."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as http:
        yield http


def _word(answer: dict[str, Any]) -> Word:
    if errors := answer.get("errors"):
        return _failed(errors[0]["extensions"])
    made = answer["data"]["made"]
    if made["errors"]:
        return Word(Told.FAILURE, last=True)
    return Word(Told.SUCCESS, made["noun"], last=True)


def _failed(extensions: Mapping[str, Any]) -> Word:
    match extensions.get("outcome"):
        case None:
            assert extensions["code"] not in {"INTERNAL", "BAD_USER_INPUT"}, extensions
            return Word(Told.FAILURE)
        case "DONE":
            return Word(Told.SUCCESS)  # asked again it may be shown
        case "PENDING":
            return Word(Told.PENDING)
        case outcome:
            assert outcome == "UNKNOWN"
            return Word(Told.UNKNOWN, last=extensions["code"] == "CONFLICT")
