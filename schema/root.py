"""Query: the entry points, and nothing else."""

import asyncio
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from connectors.domain import money
from connectors.domain.code import IssuesAsked, RepositoryName, RepositorySearch
from connectors.domain.crm import DealsAsked
from connectors.domain.errors import NotConfigured
from connectors.domain.incidents import IncidentsAsked
from connectors.domain.payments import PaymentsAsked
from connectors.domain.rates import RateAsked, SeriesAsked
from connectors.domain.social import PostsAsked
from connectors.domain.tickets import TicketsAsked
from schema.arguments import After, Base, Before, First, Id, Last, OnDay, Quote, Since
from schema.chat import Channel, channel_page
from schema.code import Issue, Repository, State, issue_page
from schema.context import Info, load
from schema.crm import Deal, deal_page
from schema.customer_list import FilterBy, ListAsked, OrderBy, customer_list
from schema.customers import Customer, OfStatus, TicketsOf, customer_key
from schema.errors import BadUserInputError
from schema.incidents import Incident, IncidentsOf, incident_page
from schema.loaders.code import repository, repository_search
from schema.loaders.customers import customer_by_email, customer_by_id
from schema.loaders.merging import At
from schema.loaders.payments import balance
from schema.loaders.rates import rate, series
from schema.money import ExchangeRate, Money
from schema.nodes import node, nodes
from schema.payments import Payment, payment_page
from schema.relay import MOST, Connection, Node, dated_page, host_connection, host_page
from schema.scalars import Currency
from schema.search import ABOUT, Kinds, SearchConnection, search_page
from schema.search_pages import Question, SearchPage
from schema.services import ServiceStatus, service_statuses
from schema.social import Post, post_page
from schema.tickets import Ticket, ticket_page
from schema.viewer import Viewer
from schema.weather import Latitude, Longitude, Weather, weather_at

Words = Annotated[str, strawberry.argument(description="What to look for.")]
MaybeWords = Annotated[str | None, strawberry.argument(description="Only those with these words.")]
MaybeId = Annotated[strawberry.ID | None, strawberry.argument(description="An id that this graph gave.")]
Email = Annotated[str | None, strawberry.argument(description="An email, compared without case.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Ids that this graph gave, 100 at most.")]
Owner = Annotated[str, strawberry.argument(description="The login that owns it.")]
Name = Annotated[str, strawberry.argument(description="Its name under its owner.")]
Quotes = Annotated[list[Currency], strawberry.argument(description="The currencies to be priced, 100 at most.")]
FirstDay = Annotated[date, strawberry.argument(description="The first day.")]
LastDay = Annotated[date | None, strawberry.argument(description="The last day; today when left out.")]


@strawberry.type(description="Where to begin.")
class Query:
    """What can be read."""

    @strawberry.field(description="Anything by its id; null where it is gone.")
    async def node(self, info: Info, id: Id) -> Node | None:
        """Relay object identification."""
        return await node(info, id)

    @strawberry.field(description="Anything by id, in the order asked.", graphql_type=list[Node | None])
    async def nodes(self, info: Info, ids: Ids) -> object:
        """Each id that cannot be read is null, with an error of its own."""
        return nodes(info, list(ids))

    @strawberry.field(description="One customer, by id or by email: exactly one of the two.")
    async def customer(self, info: Info, id: MaybeId = None, email: Email = None) -> Customer | None:
        """Null where there is none."""
        if (id is None) == (email is None):
            raise BadUserInputError("exactly one of `id` and `email` must be given")
        if id is not None:
            noun = await load(info, customer_by_id, customer_key(id))
        else:
            noun = await load(info, customer_by_email, email or "")
        return Customer.of(noun) if noun else None

    @strawberry.field(description="Customers, in pages that neither repeat nor lose one while others come and go.")
    async def customers(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: FilterBy = None,
        order_by: OrderBy = None,
    ) -> Connection[Customer]:
        """By keyset, in both directions."""
        given = ListAsked(first=first, after=after, last=last, before=before, filter=filter, order=order_by)
        return await customer_list(info, given)

    @strawberry.field(description="Everybody's payments, newest first, over every payment service.")
    async def payments(
        self, info: Info, first: First = 20, after: After = None, since: Since = None, status: OfStatus = None
    ) -> Connection[Payment] | None:
        """Merged by time."""
        return await payment_page(info, PaymentsAsked(None, dated_page(first, after), status, since))

    @strawberry.field(description="What could be paid out now, one amount a currency, over every payment service.")
    async def balance(self, info: Info) -> list[Money] | None:
        """A sum over a failed source would mislead: it is an error."""
        services = list(info.context.sources.payments)
        read = (load(info, balance, service) for service in services)
        return [Money.of(one) for one in _summed(await asyncio.gather(*read, return_exceptions=True))]

    @strawberry.field(description="What everybody asked support, newest first.")
    async def tickets(
        self, info: Info, first: First = 20, after: After = None, status: TicketsOf = None
    ) -> Connection[Ticket] | None:
        """Merged by time."""
        return await ticket_page(info, TicketsAsked(None, dated_page(first, after), status))

    @strawberry.field(description="What may be sold to anybody, newest first, over every CRM.")
    async def deals(self, info: Info, first: First = 20, after: After = None) -> Connection[Deal] | None:
        """Merged by time."""
        return await deal_page(info, DealsAsked(None, dated_page(first, after)))

    @strawberry.field(description="One repository; null where there is none.")
    async def repository(self, info: Info, owner: Owner, name: Name) -> Repository | None:
        """On the code host that is connected."""
        host = next(iter(info.context.sources.code))
        noun = await load(info, repository, At(host, RepositoryName(owner, name)))
        return Repository.of(noun) if noun else None

    @strawberry.field(description="Repositories, best match first; the text may use the host's own search syntax.")
    async def repositories(
        self, info: Info, search: Words, first: First = 20, after: After = None
    ) -> Connection[Repository] | None:
        """With the host's own cursors."""
        host = next(iter(info.context.sources.code))
        asked = RepositorySearch(search, host_page(first, after))
        found = await load(info, repository_search, At(host, asked))
        return host_connection(Repository.of, found, asked.page) if found else None

    @strawberry.field(description="Issues, newest first, over every tracker.")
    async def issues(
        self, info: Info, first: First = 20, after: After = None, state: State = None, search: MaybeWords = None
    ) -> Connection[Issue] | None:
        """Merged by time."""
        return await issue_page(info, IssuesAsked(None, dated_page(first, after), state, search))

    @strawberry.field(description="What broke, newest first, over every on-call service.")
    async def incidents(
        self, info: Info, first: First = 20, after: After = None, status: IncidentsOf = None, since: Since = None
    ) -> Connection[Incident] | None:
        """Merged by time."""
        return await incident_page(info, IncidentsAsked(dated_page(first, after), status, since))

    @strawberry.field(description="Posts with these words, newest first, over every social network.")
    async def posts(self, info: Info, search: Words, first: First = 20, after: After = None) -> Connection[Post] | None:
        """Merged by time."""
        return await post_page(info, PostsAsked(dated_page(first, after), search=search))

    @strawberry.field(description="Where people talk, in the chat service's own order.")
    async def channels(self, info: Info, first: First = 20, after: After = None) -> Connection[Channel] | None:
        """With the service's own cursors."""
        return await channel_page(info, first, after)

    @strawberry.field(description="What a unit of one currency is worth in another; null where nobody publishes it.")
    async def exchange_rate(self, info: Info, base: Base, quote: Quote, on: OnDay = None) -> ExchangeRate | None:
        """Reference rates of central banks."""
        noun = await load(info, rate, RateAsked(base, quote, on))
        return ExchangeRate.of(noun) if noun else None

    @strawberry.field(description="What a unit of one currency was worth in others, day by day, oldest first.")
    async def exchange_rates(
        self, info: Info, base: Base, quotes: Quotes, since: FirstDay, until: LastDay = None
    ) -> list[ExchangeRate] | None:
        """Days without rates are left out."""
        if until and until < since:
            raise BadUserInputError(f"`until` ({until}) lies before `since` ({since})")
        if len(quotes) > MOST:
            raise BadUserInputError(f"{len(quotes)} quotes; at most {MOST} can be asked for at once")
        asked = SeriesAsked(base, tuple(dict.fromkeys(quotes)), since, until)
        return [ExchangeRate.of(noun) for noun in await load(info, series, asked)]

    @strawberry.field(description="The weather at a place; null where nothing is known of it.")
    async def weather(self, info: Info, latitude: Latitude, longitude: Longitude) -> Weather | None:
        """Now; the days to come are read where they are asked for."""
        return await weather_at(info, latitude, longitude)

    @strawberry.field(description=ABOUT)
    async def search(
        self, info: Info, text: Words, kinds: Kinds = None, first: First = 20, after: After = None
    ) -> SearchConnection:
        """Each source is asked by itself, side by side."""
        return await search_page(info, SearchPage.of(Question.of(text, kinds), first, after))

    @strawberry.field(description="The connected services, and how they are doing.")
    async def services(self, info: Info) -> list[ServiceStatus]:
        """The store first. Figures of this moment, which are not to be shown again."""
        info.context.ledger.parts.spoil()
        return service_statuses(info.context.sources)

    @strawberry.field(description="Who is calling; null where nothing is known of them.")
    async def viewer(self, info: Info) -> Viewer | None:
        """As the composition root has it."""
        return Viewer.of(info.context.principal)


def _summed(answers: list[object]) -> list[money.Money]:
    """One amount a currency; a service that is not configured is passed over where another one is."""
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    real = [failure for failure in failures if not isinstance(failure, NotConfigured)]
    if real or len(failures) == len(answers):
        raise (real or failures)[0]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for answer in answers:
        for amount in answer if isinstance(answer, list) else ():
            sums[amount.currency] += amount.amount
    return [money.Money(amount, currency) for currency, amount in sorted(sums.items())]
