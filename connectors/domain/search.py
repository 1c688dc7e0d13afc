"""Text search: what can be looked for, and who looks for it; https://docs.github.com/en/rest/search is typical."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from connectors.domain.answers import Answers
from connectors.domain.code import Issue, Repository
from connectors.domain.crm import Contact, Deal
from connectors.domain.customers import Customer
from connectors.domain.page import Dated, Page, Position, Slice
from connectors.domain.payments import Payment
from connectors.domain.social import Post
from connectors.domain.tickets import Ticket

N = TypeVar("N")
N_co = TypeVar("N_co", covariant=True)
D = TypeVar("D", bound=Dated)

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
    """The best `first` matches for `text`, in the source's own order; `first` counts from the best one.

    `start` is asked of sources alone that named it themselves, in a `Turn`: there it counts from where that stands.
    `after` is asked of sources alone that list newest first: of them it counts from what follows that place.
    """

    text: str
    first: int
    after: Position | None = None
    start: str = ""

    @property
    def page(self) -> Page:
        """The same, of a dated list."""
        return Page(self.first, self.after)


class Turn(NamedTuple):
    """Where a source can be asked to begin: at the match with this number in what it found."""

    number: int
    start: str


@dataclass(frozen=True, slots=True)
class Stretch(Generic[N_co]):
    """What was found from a place on, and whether there is more: be it less than was asked, or more.

    `turns`: places to begin at, by number, the first of them where this began; they are `fixed` where they stand behind
    a match, and do not count matches. `horizon`: of a list that is newest first, how far its source has looked.
    """

    items: tuple[N_co, ...] = ()
    more: bool = False
    turns: tuple[Turn, ...] = (Turn(0, ""),)
    fixed: bool = False
    horizon: Position | None = None


def dated(found: Slice[D]) -> Stretch[D]:
    """What a source found that lists newest first."""
    return Stretch(found.items, found.horizon is not None, horizon=found.horizon)


# Answers each text asked, and never raises for one of them. A longer answer to a text begins with the shorter one. The
# text is words: none of them is an operator. `start` may be made up: what no source can have named is `Rejected`.
Search = Callable[[Sequence[TextAsked]], Awaitable[Answers[TextAsked, Stretch[N]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """One line a kind; None for what the service does not have, or does not find by text.

    `newest_first`: the service has no order of relevance, and its lists go on after a place.
    """

    customer: Search[Customer] | None = None
    payment: Search[Payment] | None = None
    ticket: Search[Ticket] | None = None
    contact: Search[Contact] | None = None
    deal: Search[Deal] | None = None
    repository: Search[Repository] | None = None
    issue: Search[Issue] | None = None
    post: Search[Post] | None = None
    newest_first: bool = False

    def __iter__(self) -> Iterator[tuple[SearchKind, Search[Match]]]:
        """Those that there are."""
        for kind in SearchKind:
            if search := getattr(self, kind.value):
                yield kind, search
