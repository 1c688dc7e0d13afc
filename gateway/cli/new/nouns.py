"""The nouns that a new service can have, and what the templates need to know of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.domain.offer import Offer
from gateway.cli.failure import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """One of the offer's fields. `called` is what people may say for it, the first being what it is called in prose.

    `thing` is the dated noun of its lists, `role` the Protocol, `reads` what those take, for `service.py`, `ping`
    the path's constant and the Struct of the list that a ping reads.
    """

    offer: str
    called: tuple[str, ...]
    prose: str
    role: str
    thing: str
    method: str
    by_id: str
    ping: tuple[str, str]
    reads: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> str:
        """What lists are asked by."""
        return f"{self.method.capitalize()}Asked"

    @property
    def record(self) -> str:
        """What a recorded body is called."""
        return self.thing.lower()

    @property
    def path(self) -> str:
        """Of its lists."""
        return f"/v1/{self.method}"


_LIST = "Reading(page=PAGE)"
_HUNDRED = "Reading(per_batch=100)"
NOUNS = (
    Noun(
        offer="payments",
        called=("payments",),
        prose="payments",
        role="PaymentSource",
        thing="Payment",
        method="payments",
        by_id="payments_by_id",
        ping=("PAYMENTS", "PaymentBody"),
        reads=(("payments", _LIST), ("balance", "ONE")),
    ),
    Noun(
        offer="tickets",
        called=("tickets",),
        prose="tickets",
        role="TicketSource",
        thing="Ticket",
        method="tickets",
        by_id="tickets_by_id",
        ping=("TICKETS", "TicketBody"),
        reads=(("tickets", _LIST), ("all_tickets", _LIST)),
    ),
    Noun(
        offer="crm",
        called=("deals", "contacts", "companies", "crm"),
        prose="contacts, companies and deals",
        role="CrmSource",
        thing="Deal",
        method="deals",
        by_id="deals_by_id",
        ping=("DEALS", "DealBody"),
        reads=(
            ("contacts", _HUNDRED),
            ("owners", _HUNDRED),
            ("companies", "Reading(per_batch=100, times=2)"),  # after the contact, which names it
            ("deals", _LIST),
            ("all_deals", _LIST),
        ),
    ),
    Noun(
        offer="issues",
        called=("issues",),
        prose="issues",
        role="IssueSource",
        thing="Issue",
        method="issues",
        by_id="issues_by_id",
        ping=("ISSUES", "IssueBody"),
        reads=(("issues", _LIST),),
    ),
    Noun(
        offer="social",
        called=("posts", "profiles", "social"),
        prose="profiles and posts",
        role="SocialSource",
        thing="Post",
        method="posts",
        by_id="posts_by_id",
        ping=("POSTS", "PostBody"),
        reads=(("profiles", _HUNDRED), ("feeds", _LIST), ("posts", _LIST)),
    ),
)


def chosen(names: Iterable[str]) -> Sequence[Noun]:
    """The nouns that are called so, in the order of the offer. Raises Failure."""
    found = {noun.offer for name in names for noun in (_called(name),)}
    return [noun for noun in NOUNS if noun.offer in found]


def prose(nouns: Sequence[Noun]) -> str:
    """What a service has, in words."""
    return ", ".join(noun.prose for noun in nouns)


def _called(name: str) -> Noun:
    for noun in NOUNS:
        if name.lower() in noun.called:
            return noun
    known = "the nouns are " + ", ".join(noun.called[0] for noun in NOUNS)
    if name.lower() in Offer.__dataclass_fields__:
        raise Failure(f"{name} is a noun of the graph of which no service can be begun by this command", known)
    raise Failure(f"{name} is no noun of the graph", known)
