"""What was done in a service at somebody's wish: once for each key, and written down."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from connectors.domain.service import Service

REMEMBERED = timedelta(hours=24)  # how long a key stands for the first input that it was given with
ABANDONED = timedelta(seconds=60)  # no operation lasts so long: whoever began before that has died on the way


@dataclass(frozen=True, slots=True)
class Repeats:
    """From when and until when, counted from the first attempt, a service makes one thing of two with the same key."""

    after: timedelta
    until: timedelta


# https://docs.stripe.com/api/idempotent_requests, https://developer.paypal.com/api/rest/reference/idempotency/,
# https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency. Jira is searched for what the key has
# opened already, and its search lags behind. The others know no keys.
REPEATS = MappingProxyType(
    {
        Service.STRIPE: Repeats(timedelta(), timedelta(hours=24)),
        Service.PAYPAL: Repeats(timedelta(), timedelta(hours=24)),
        Service.ZENDESK: Repeats(timedelta(), timedelta(hours=2)),
        Service.JIRA: Repeats(timedelta(seconds=30), timedelta(hours=23)),
    }
)


class State(StrEnum):
    """Where a deed stands."""

    PENDING = "pending"  # somebody is at it, or died at it
    DONE = "done"
    REFUSED = "refused"  # the service would not have the input: nothing was done
    FAILED = "failed"  # nothing was done
    UNKNOWN = "unknown"  # it was sent, and nobody knows what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One wish. `key` is opaque, `fingerprint` tells inputs apart; neither tells what it was made of.

    `kind` is the mutation, `target` what it is done to or where, `who` the caller, `request` the id in the logs.
    `attempt` tells apart those who are at it with one key, one after the other.
    """

    key: str
    fingerprint: str
    kind: str
    service: Service
    target: str
    who: str
    request: str
    attempt: str = field(default_factory=lambda: uuid4().hex)


class Verdict(StrEnum):
    """What is to be done about a wish."""

    BEGUN = "begun"  # go ahead, and `finish` it
    RESUMED = "resumed"  # likewise; somebody may have done it, and the service makes one thing of the two
    DONE = "done"  # it was done before
    OTHER_INPUT = "other_input"  # the key stands for something else
    IN_FLIGHT = "in_flight"  # somebody else is at it
    UNKNOWN = "unknown"  # it may have been done, and it is not safe to try again


@dataclass(frozen=True, slots=True)
class Begin:
    """`answer` is what was kept of the first answer, where it was done before."""

    verdict: Verdict
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the audit: who wanted what when, and what came of it. No text of the caller's own stands in it."""

    kind: str
    target: str | None
    who: str
    request: str
    result: str
    service: Service = Service.STORE
    answer: str | None = None
    key: str | None = None


class DeedStore(Protocol):
    """Remembers deeds for 24 hours, and the audit for good. Methods raise ConnectorError of the store."""

    async def begin(self, deed: Deed) -> Begin:
        """Claims the key, for one caller of many; `REPEATS` says where a deed of unknown fate is resumed."""

    async def finish(self, deed: Deed, state: State, answer: str | None = None) -> None:
        """What came of an attempt. REFUSED and FAILED free the key; an attempt that was taken over changes nothing."""

    async def audit(self, entry: Entry) -> None:
        """Writes a line that nothing changes any more."""


def repeatable(service: Service, age: timedelta) -> bool:
    """Whether what was first tried `age` ago can be sent again without being done twice."""
    window = REPEATS.get(service)
    return window is not None and window.after <= age < window.until


def entry(deed: Deed, result: str, answer: str | None = None) -> Entry:
    """The line about a deed."""
    return Entry(
        kind=deed.kind,
        target=deed.target,
        who=deed.who,
        request=deed.request,
        result=result,
        service=deed.service,
        answer=answer,
        key=deed.key,
    )
