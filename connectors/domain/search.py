"""Text search: what can be looked for, and who looks for it; https://docs.github.com/en/rest/search is typical."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from connectors.domain.answers import Answers
from connectors.domain.code import Issue, Repository
from connectors.domain.crm import Contact, Deal
from connectors.domain.customers import Customer
from connectors.domain.payments import Payment
from connectors.domain.social import Post
from connectors.domain.tickets import Ticket

N = TypeVar("N")

Match = Customer | Payment | Ticket | Contact | Deal | Repository | Issue | Post


class SearchKind(StrEnum):
    """What can be looked for."""

    CUSTOMER = "customer"
    PAYMENT = "payment"
    TICKET = "ticket"
    CONTACT = "contact"
    DEAL = "deal"
    REPOSITORY = "repository"
    ISSUE = "issue"
    POST = "post"


@dataclass(frozen=True, slots=True)
class TextAsked:
    """The best `first` matches for `text`, in the source's own order; `first` counts from the best one."""

    text: str
    first: int


# Answers each text asked, and never raises for one of them. A longer answer to a text begins with the shorter one; one
# that is shorter than asked holds all there are. The text is words and nothing else: no word of it is an operator.
Search = Callable[[Sequence[TextAsked]], Awaitable[Answers[TextAsked, tuple[N, ...]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """One line a kind; None for what the service does not have, or does not find by text."""

    customer: Search[Customer] | None = None
    payment: Search[Payment] | None = None
    ticket: Search[Ticket] | None = None
    contact: Search[Contact] | None = None
    deal: Search[Deal] | None = None
    repository: Search[Repository] | None = None
    issue: Search[Issue] | None = None
    post: Search[Post] | None = None

    def __iter__(self) -> Iterator[tuple[SearchKind, Search[Match]]]:
        """Those that there are."""
        for one in fields(self):
            if search := getattr(self, one.name):
                yield SearchKind(one.name), search
