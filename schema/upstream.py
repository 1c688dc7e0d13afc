"""What reading a field of the graph takes of which service: the figures behind the estimate of an operation.

Joined here: which reads a field does (`FIELDS`, by schema coordinate), and what they take, which each vendor says of
itself (`reads` in its `service.py`), and so does the store (`connectors/mongo/reads.py`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.mongo.reads import READS
from connectors.registry import VENDORS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A read that a field does, by the name that vendors have for it.

    Fields of one object with the same `shared`, and the same arguments in `apart`, share a read; with `each_item` each
    item of the field's list is a key. `only`: an argument, and the names of which it has to list one, unless it is left
    out. `whole`: the list is read to its end, of which nobody knows how far it is.
    """

    read: str
    whole: bool = False
    each_item: bool = False
    shared: str | None = None
    apart: Sequence[str] = ()
    only: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading(Reading):
    """What a read of a field takes of one service; the names are those that the gateway's estimate knows."""

    service: str
    each_item: bool = False
    shared: str | None = None
    apart: Sequence[str] = ()
    only: Sequence[str] = ()


_TOLD: Final = _Asked(read="told")
FIELDS: Final[Mapping[str, Sequence[_Asked]]] = {
    "Query.node": [_Asked(read="node")],
    "Query.nodes": [_Asked(read="node", each_item=True)],
    "Query.customer": [_Asked(read="customer_by_key")],
    "Query.customers": [_Asked(read="customer_page")],
    "CustomerConnection.totalCount": [_Asked(read="customer_count")],
    "Query.payments": [_Asked(read="payments"), _Asked(read="history")],
    "Query.balance": [_Asked(read="balance")],
    "Query.tickets": [_Asked(read="all_tickets"), _Asked(read="teammates")],
    "Query.deals": [_Asked(read="all_deals"), _Asked(read="account")],
    "Query.repository": [_Asked(read="repositories")],
    "Query.repositories": [_Asked(read="repositories")],
    "Query.issues": [_Asked(read="issues")],
    "Query.incidents": [_Asked(read="incidents")],
    "Query.posts": [_Asked(read="posts")],
    "Query.channels": [_Asked(read="channels")],
    "Query.exchangeRate": [_Asked(read="rate")],
    "Query.exchangeRates": [_Asked(read="series")],
    "Query.weather": [_Asked(read="forecasts")],
    # Of any page: its cursor says where each service goes on. The first one may take a call less than the later ones.
    "Query.search": [
        _Asked(read="found_customers", only=("kinds", "CUSTOMER")),
        *(_Asked(read=one, only=("kinds", "PAYMENT")) for one in ("payers", "found_payments")),
        *(_Asked(read=one, only=("kinds", "TICKET")) for one in ("found_tickets", "teammates")),
        _Asked(read="found_contacts", only=("kinds", "CONTACT")),
        _Asked(read="found_deals", only=("kinds", "DEAL")),
        _Asked(read="account", only=("kinds", "CONTACT", "DEAL")),
        _Asked(read="found_repositories", only=("kinds", "REPOSITORY")),
        _Asked(read="found_issues", only=("kinds", "ISSUE")),
        _Asked(read="found_posts", only=("kinds", "POST")),
    ],
    "Customer.payments": [
        _Asked(read="payments", shared="charges", apart=("after", "status")),
        _Asked(read="history", shared="charges", apart=("after", "status")),
    ],
    "Customer.lifetimeValue": [
        _Asked(read="payments", whole=True, shared="charges"),
        _Asked(read="whole_history", shared="charges"),
        _Asked(read="rates"),
    ],
    "Customer.plans": [_Asked(read="plans")],
    "Customer.invoices": [_Asked(read="invoices")],
    "Customer.tickets": [_Asked(read="tickets"), _Asked(read="teammates")],
    "Customer.contact": [_Asked(read="contacts")],
    "Customer.deals": [_Asked(read="associations"), _Asked(read="deals"), _Asked(read="account")],
    "Customer.developer": [_Asked(read="developers")],
    "Customer.issues": [_Asked(read="issues")],
    "Customer.profiles": [_Asked(read="profiles")],
    "Customer.posts": [_Asked(read="feeds")],
    "Customer.messages": [_Asked(read="rooms"), _Asked(read="names"), _Asked(read="author")],
    "Customer.weather": [_Asked(read="forecasts")],
    "Customer.timeline": [
        *(_Asked(read=one) for one in ("payments", "history", "invoices", "tickets", "teammates", "issues", "feeds")),
        *(_Asked(read=one) for one in ("associations", "deals", "account", "rooms", "names", "author")),
    ],
    "Contact.owner": [_Asked(read="owners")],
    "Contact.company": [_Asked(read="associations"), _Asked(read="companies")],
    "Channel.messages": [_Asked(read="said"), _Asked(read="names"), _Asked(read="authors")],
    "Weather.daily": [_Asked(read="forecasts")],
    "Payment.customer": [_Asked(read="customer_by_link")],
    "Ticket.customer": [_Asked(read="customer_by_link")],
    "Developer.repositories": [_Asked(read="of_repositories")],
    "Repository.issues": [_Asked(read="of_repositories")],
    "Repository.pullRequests": [_Asked(read="of_repositories")],
    "Repository.releases": [_Asked(read="of_repositories")],
    "Money.in": [_Asked(read="rates")],
    "Mutation.createCustomer": [_Asked(read="write"), _Asked(read="audit")],
    "Mutation.updateCustomer": [_Asked(read="write"), _Asked(read="reason"), _Asked(read="audit")],
    "Mutation.deleteCustomer": [_Asked(read="write"), _Asked(read="audit")],
    "Mutation.linkService": [_Asked(read="write"), _Asked(read="audit")],
    "Mutation.unlinkService": [_Asked(read="write"), _Asked(read="reason"), _Asked(read="audit")],
    "Mutation.addNote": [_Asked(read="write"), _Asked(read="reason"), _Asked(read="audit")],
    "Mutation.refundPayment": [_Asked(read="deed"), _Asked(read="refund"), _Asked(read="customer_by_link"), _TOLD],
    "Mutation.openTicket": [_Asked(read="customer_by_key"), _Asked(read="deed"), _Asked(read="open_ticket"), _TOLD],
    "Mutation.sendMessage": [_Asked(read="customer_by_key"), _Asked(read="deed"), _Asked(read="send_message"), _TOLD],
    "Mutation.createDeal": [_Asked(read="customer_by_key"), _Asked(read="deed"), _Asked(read="create_deal"), _TOLD],
    "Mutation.createIssue": [_Asked(read="customer_by_key"), _Asked(read="deed"), _Asked(read="create_issue"), _TOLD],
    "Subscription.customerActivity": [_Asked(read="customer_by_key")],
}

_READS: Final[Mapping[Service, Mapping[str, Reading]]] = {
    Service.STORE: READS,
    **{vendor.service: vendor.reads for vendor in VENDORS},
}


def upstream(services: Collection[Service] | None = None) -> dict[str, tuple[FieldReading, ...]]:
    """What each field takes, by schema coordinate; of `services` alone, where they are given."""
    chosen = _READS if services is None else {one: _READS[one] for one in _READS if one in services}
    return {coordinate: tuple(_joined(asked, chosen)) for coordinate, asked in FIELDS.items()}


def _joined(asked: Sequence[_Asked], told: Mapping[Service, Mapping[str, Reading]]) -> Iterator[FieldReading]:
    for one in asked:
        for service, reads in told.items():
            if one.read in reads:
                yield _of(service, reads[one.read], one)


def _of(service: Service, reading: Reading, asked: _Asked) -> FieldReading:
    return FieldReading(
        service=service.name,
        per_batch=reading.per_batch,
        times=reading.times,
        page=None if asked.whole else reading.page,
        different=reading.different,
        exact=reading.exact,
        each_item=asked.each_item,
        shared=asked.shared,
        apart=asked.apart,
        only=asked.only,
    )
