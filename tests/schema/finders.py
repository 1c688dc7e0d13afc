"""Sources that find things by text, in the order of their items: they write down how deep they are asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from connectors.domain.answers import Answers
from connectors.domain.code import Issue
from connectors.domain.crm import Contact
from connectors.domain.offer import Offer
from connectors.domain.search import Searches, Stretch, TextAsked, Turn, dated
from connectors.domain.service import Service
from connectors.domain.social import Post
from connectors.domain.tickets import Ticket
from tests.schema.fakes import Fake
from tests.schema.nouns import issue, listed, ticket

N = TypeVar("N")
PAGE = 100  # at whose beginnings a list can be asked to begin


@dataclass
class Index(Fake, Generic[N]):
    """Finds `items`, in their order, whatever the text, from the start of any of its pages on."""

    items: list[N] = field(default_factory=list)

    async def search(self, asked: Sequence[TextAsked]) -> Answers[TextAsked, Stretch[N]]:
        return self.answers("search", asked, self._found, lambda one: one.text)

    def _found(self, asked: TextAsked) -> Stretch[N]:
        begin = int(asked.start or 0)
        left = self.items[begin:]
        turns = (Turn(number, str(begin + number)) for number in range(0, len(left) + 1, PAGE))
        return Stretch(tuple(left[: asked.first]), len(left) > asked.first, tuple(turns))

    @property
    def depths(self) -> list[int]:
        """How deep it was asked, each time."""
        return [one.first for keys in self.asked("search") for one in keys if isinstance(one, TextAsked)]


@dataclass
class Tickets(Index[Ticket]):
    service: Service = Service.ZENDESK

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(ticket=self.search))


@dataclass
class Square(Index[Post]):
    """Without an order of relevance: newest first, and after a place."""

    service: Service = Service.BLUESKY

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(post=self.search, newest_first=True))

    def _found(self, asked: TextAsked) -> Stretch[Post]:
        return dated(listed(self.items, asked.page))


@dataclass
class Issues(Index[Issue]):
    service: Service = Service.JIRA

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(issue=self.search))


@dataclass
class Contacts(Index[Contact]):
    service: Service = Service.HUBSPOT

    @property
    def offer(self) -> Offer:
        return Offer(searches=Searches(contact=self.search))


def titled_ticket(id: str, subject: str, service: Service = Service.ZENDESK) -> Ticket:
    return replace(ticket(id), subject=subject, service=service)


def titled_issue(id: str, title: str, service: Service = Service.JIRA) -> Issue:
    return replace(issue(id, service=service), title=title)


def contact(id: str, phone: str | None = None) -> Contact:
    return Contact(service=Service.HUBSPOT, external_id=id, url=None, owner=None, lifecycle_stage="lead", phone=phone)
