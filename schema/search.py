"""One text search over every service that can search."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

import strawberry

from connectors.domain.errors import ConnectorError, NotConfigured
from schema.code import Issue, Repository
from schema.context import Info, load, report
from schema.crm import Contact, Deal
from schema.customers import Customer
from schema.enums import SearchKind
from schema.loaders.search import Matches, Source, matches, searched
from schema.payments import Payment
from schema.relay import PageInfo
from schema.search_pages import Answer, SearchPage, joined
from schema.social import Post
from schema.tickets import Ticket

ABOUT: Final = (
    "One text search over every service that can search, best matches first: the first match of each kind and service "
    "in its own order, then the second of each, and so on. Among those of one rank, what has the whole text in its "
    "title comes first, then what shows all of its words, then some, then none; at last the order of kinds and "
    "services decides. A service that cannot be searched now is told in `errors`; its matches come with a later page, "
    "once it answers again. Of one service, 1,000 matches of a kind can be read; of some that list them by time, all."
)
Kinds = Annotated[
    list[SearchKind] | None, strawberry.argument(description="Only what is of these kinds; all when left out.")
]
SearchResult = Annotated[
    Customer | Payment | Ticket | Contact | Deal | Repository | Issue | Post,
    strawberry.union("SearchResult", description="Something that matches a text."),
]

_SHOWN: Final[Mapping[SearchKind, Callable[[Any], SearchResult]]] = {
    SearchKind.CUSTOMER: Customer.of,
    SearchKind.PAYMENT: Payment.of,
    SearchKind.TICKET: Ticket.of,
    SearchKind.CONTACT: Contact.of,
    SearchKind.DEAL: Deal.of,
    SearchKind.REPOSITORY: Repository.of,
    SearchKind.ISSUE: Issue.of,
    SearchKind.POST: Post.of,
}


@strawberry.type(description="One match of a search.")
class SearchEdge:
    """A match and its place."""

    node: SearchResult = strawberry.field(description="The match.")
    cursor: str = strawberry.field(
        description="The match's place in the search; give it as `after` to read on from there."
    )


@strawberry.type(description="One page of a search.")
class SearchConnection:
    """As every connection is, but for its name: it is of many types."""

    edges: list[SearchEdge] = strawberry.field(description="The matches, best first.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int | None = strawberry.field(default=None, description="Always null: nobody counts them.")


async def search_page(info: Info, page: SearchPage) -> SearchConnection:
    """What every source found that is asked for and has not ended. Sources that failed are reported, never raised."""
    open_ = [one for one in searched(info.context.sources, page.question.kinds) if not page.place(one).ended]
    answers = await asyncio.gather(*(_answer(info, one, page) for one in open_))
    found = dict(zip(open_, answers, strict=True))
    report(info, _failures(found))
    connected = {source: answer for source, answer in found.items() if not isinstance(answer, NotConfigured)}
    shown, page_info = joined(connected, page)
    return SearchConnection(
        edges=[SearchEdge(node=_SHOWN[source.kind](match), cursor=cursor) for source, match, cursor in shown],
        page_info=page_info,
    )


async def _answer(info: Info, source: Source, page: SearchPage) -> Answer:
    try:
        return await load(info, matches, page.sought(source))
    except ConnectorError as error:
        return error


def _failures(found: Mapping[Source, Answer]) -> tuple[ConnectorError, ...]:
    """One for each service; that one is not configured is told where no other has answered or failed."""
    failures = {source.service: one for source, one in found.items() if isinstance(one, ConnectorError)}
    real = {service: one for service, one in failures.items() if not isinstance(one, NotConfigured)}
    answered = any(isinstance(one, Matches) for one in found.values())
    return tuple((real if real or answered else failures).values())
