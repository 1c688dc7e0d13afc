"""What reading a field of the graph takes of which service: the figures behind the estimate of an operation.

Two tables, joined: what a vendor's reads take (`_VENDORS`, by the names of the domain's protocols), and which reads a
field does (`_FIELDS`, by schema coordinate). A figure is what the vendor's documentation and its client in `connectors`
say; what hangs on the data, such as a filter that is ours to apply, is reckoned as it commonly is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.domain.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a batch of keys takes of one service; the names are those that the gateway's estimate knows.

    `per_batch`: keys of one call, None for any number; `times`: calls of one batch; `page`: items of a list in one
    call; `different`: how many keys differ at most; `exact`: a key takes that, neither more nor fewer. Fields of one
    object with the same `shared`, and the same arguments in `apart`, share a read; with `each_item` each item of the
    field's list is a key. `only`: an argument, and the names of which it has to list one, unless it is left out.
    """

    service: str = ""
    per_batch: int | None = 1
    times: int = 1
    each_item: bool = False
    page: int | None = None
    different: int | None = None
    shared: str | None = None
    apart: Sequence[str] = ()
    only: Sequence[str] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A read that a field does. `whole`: the list is read to its end, of which nobody knows how far it is."""

    read: str
    whole: bool = False
    each_item: bool = False
    shared: str | None = None
    apart: Sequence[str] = ()
    only: Sequence[str] = ()


# One or two items more than a page shows are asked for, to know whether there are more, so that 98 fill a call of 100.
# A search over everything asks for one more.
_PAGE: Final = 98
_FOUND: Final = 99
_ONE: Final = Reading(exact=True)
_TOGETHER: Final = Reading(per_batch=None, exact=True)

_VENDORS: Final[Mapping[Service, Mapping[str, Reading]]] = {
    Service.STORE: {
        "customer_page": _ONE,
        "customer_count": _ONE,
        "customer_by_key": _TOGETHER,
        "customer_by_link": _TOGETHER,
        "node": _TOGETHER,
        "write": Reading(),
        "found_customers": Reading(),
        "deed": Reading(times=4),  # begun and finished, with a line of the audit each
        "told": Reading(),  # to those who follow the customer
        "audit": Reading(),
        "reason": Reading(),  # a second command says why a write changed nothing
    },
    # https://docs.stripe.com/api: lists filter by one customer at a time.
    Service.STRIPE: {
        "payments": Reading(page=_PAGE),
        "balance": _ONE,
        "plans": Reading(),
        "invoices": Reading(page=_PAGE),
        "node": Reading(),
        "refund": Reading(times=2),  # a part of a payment is looked at first
        "found_payments": Reading(page=_FOUND),
        "payers": Reading(),  # whose payments they are, which is looked for first
    },
    # https://developer.paypal.com/docs/api/transaction-search/v1/: a call a month of history, for all payers at once,
    # after one for a token; lists that are wanted whole go through the three years that there are.
    Service.PAYPAL: {
        "history": Reading(per_batch=None, times=16),
        "whole_history": Reading(per_batch=None, times=40),
        "balance": Reading(times=2),
        "node": Reading(times=3),
        "refund": Reading(times=5),  # likewise, and a token
    },
    # https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/: 20 requesters share a search.
    Service.ZENDESK: {
        "tickets": Reading(per_batch=20),
        "all_tickets": Reading(page=_PAGE),
        "found_tickets": Reading(page=_FOUND),
        "node": Reading(per_batch=100),
        "open_ticket": Reading(),
    },
    # https://developers.intercom.com/docs/references/rest-api/: 15 contacts share a search; teammates come in one list.
    Service.INTERCOM: {
        "tickets": Reading(per_batch=15),
        "all_tickets": Reading(page=148),
        "found_tickets": Reading(page=147),
        "teammates": _TOGETHER,
        "node": Reading(per_batch=15, times=2),
        "open_ticket": Reading(times=3),  # who it is, where nobody is linked, and somebody new
    },
    # https://developers.hubspot.com/docs/api/overview: 100 records a call, of which a contact commonly has five, the
    # associations of 1,000 another; then what the account says of itself, which is kept for an hour.
    Service.HUBSPOT: {
        "contacts": Reading(per_batch=100),
        "owners": Reading(per_batch=None, times=2),  # those who left are in a list of their own
        "associations": Reading(per_batch=1000),
        "companies": Reading(per_batch=100),
        "deals": Reading(per_batch=20),
        "all_deals": Reading(page=198),
        "found_contacts": Reading(page=199),
        "found_deals": Reading(page=199),
        "account": Reading(per_batch=None, times=2),
        "node": Reading(different=3, times=3),
        "create_deal": Reading(times=4),
    },
    # https://docs.github.com/en/graphql: 100 keys are 100 aliases of one query.
    Service.GITHUB: {
        "developers": Reading(per_batch=100),
        "issues": Reading(per_batch=100, page=_PAGE),
        "repositories": Reading(per_batch=100, exact=True),
        "of_repositories": Reading(per_batch=100),
        "found_repositories": Reading(page=_FOUND),
        "found_issues": Reading(page=_FOUND),
        "node": Reading(different=3),  # a query for each kind of node: issues, pull requests, repositories
    },
    # https://developer.atlassian.com/cloud/jira/platform/rest/v3/: 100 reporters share a search of 1,000 issues.
    Service.JIRA: {
        "issues": Reading(per_batch=100, page=998),
        "found_issues": Reading(page=999),
        "node": Reading(per_batch=100),
        "create_issue": Reading(times=3),  # looked for, opened, read
    },
    # https://developer.pagerduty.com/api-reference/: by id one at a time.
    Service.PAGERDUTY: {
        "incidents": Reading(page=_PAGE),
        "node": Reading(),
    },
    # https://docs.slack.dev/reference/methods: for somebody's messages 30 channels are read at most, once for all; then
    # the names of the channels, the address of the workspace, and the name of each author.
    Service.SLACK: {
        "channels": Reading(page=999),
        "rooms": Reading(per_batch=None, times=30),
        "said": Reading(page=198),
        "names": Reading(per_batch=None, times=2),
        "author": Reading(),
        "authors": Reading(page=1),
        "node": Reading(times=4),
        "send_message": Reading(times=4),
    },
    # https://docs.bsky.app/docs/category/http-reference: 25 profiles or posts a call, one author's feed at a time.
    Service.BLUESKY: {
        "profiles": Reading(per_batch=25),
        "feeds": Reading(page=_PAGE // 2),  # half of a feed is commonly passed on from others
        "posts": Reading(page=_PAGE),
        "found_posts": Reading(page=_PAGE - 1),
        "node": Reading(per_batch=25),
    },
    # https://docs.joinmastodon.org/client/public/: 40 accounts or 20 posts a call, one author's feed at a time.
    Service.MASTODON: {
        "profiles": Reading(per_batch=40),
        "feeds": Reading(page=38),
        "posts": Reading(page=38),
        "found_posts": Reading(page=37),
        "node": Reading(per_batch=20),
    },
    # https://frankfurter.dev: any number of quotes of one base. Rates are asked for as soon as an amount is known, so
    # that amounts which come one after the other take a call for each currency that is new.
    Service.FRANKFURTER: {"rates": Reading(different=5), "rate": Reading(), "series": Reading()},
    # https://open-meteo.com/en/docs: 250 places a call.
    Service.OPEN_METEO: {"forecasts": Reading(per_batch=250)},
}

_TOLD: Final = _Asked(read="told")
_FIELDS: Final[Mapping[str, Sequence[_Asked]]] = {
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
    # Later pages of what a service ranks begin at the best match again: a call more for each page of a call.
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


def upstream(services: Collection[Service] | None = None) -> dict[str, tuple[Reading, ...]]:
    """What each field takes, by schema coordinate; of `services` alone, where they are given."""
    chosen = _VENDORS if services is None else {one: _VENDORS[one] for one in _VENDORS if one in services}
    return {coordinate: tuple(_joined(asked, chosen)) for coordinate, asked in _FIELDS.items()}


def _joined(asked: Sequence[_Asked], vendors: Mapping[Service, Mapping[str, Reading]]) -> Iterator[Reading]:
    for one in asked:
        for service, reads in vendors.items():
            if one.read in reads:
                reading = reads[one.read]
                page = None if one.whole else reading.page
                yield replace(
                    reading,
                    service=service.name,
                    each_item=one.each_item,
                    page=page,
                    shared=one.shared,
                    apart=one.apart,
                    only=one.only,
                )
