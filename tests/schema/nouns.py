"""Nouns made up for a test: what matters to it is given, the rest is filled in."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from connectors.domain.code import Developer, Issue, IssueState, PullRequest, Release, Repository
from connectors.domain.customers import Customer
from connectors.domain.money import Money
from connectors.domain.page import Dated, Page, Slice, position
from connectors.domain.payments import Invoice, InvoiceStatus, Payment, PaymentStatus, Plan, PlanStatus
from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service
from connectors.domain.social import Post, Profile
from connectors.domain.tickets import Priority, Ticket, TicketStatus

D = TypeVar("D", bound=Dated)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def ago(hours: float) -> datetime:
    """A time before noon of the first of November."""
    return NOON - timedelta(hours=hours)


def money(amount: str, currency: str = "USD") -> Money:
    return Money(Decimal(amount), currency)


def customer(name: str, *links: ServiceLink, number: int = 1) -> Customer:
    """Somebody with an id that the store could have given."""
    return Customer(
        id=f"{number:024x}",
        name=name,
        email=f"{name.lower()}@example.com",
        links=links or (ServiceLink(Service.STRIPE, name), ServiceLink(Service.PAYPAL, name)),
        created_at=ago(1000 - number),
        updated_at=ago(1000 - number),
        version=1,
    )


def ref(name: str) -> CustomerRef:
    return customer(name).ref


def payment(
    id: str,
    amount: str = "10.00 USD",
    *,
    by: str | None = "Ada",
    at: datetime = NOON,
    service: Service = Service.STRIPE,
    status: PaymentStatus = PaymentStatus.SUCCEEDED,
    refunded: str = "0",
) -> Payment:
    figure, currency = amount.split()
    return Payment(
        service=service,
        external_id=id,
        url=f"https://pay.example/{id}",
        amount=money(figure, currency),
        refunded=money(refunded, currency),
        status=status,
        description=None,
        created_at=at,
        customer=by,
    )


def plan(id: str, service: Service = Service.STRIPE) -> Plan:
    return Plan(
        service=service,
        external_id=id,
        status=PlanStatus.ACTIVE,
        price=money("9.00"),
        interval="month",
        current_period_end=ago(-100),
        cancel_at_period_end=False,
    )


def invoice(id: str, *, at: datetime = NOON, service: Service = Service.STRIPE) -> Invoice:
    return Invoice(
        service=service,
        external_id=id,
        number=f"N-{id}",
        status=InvoiceStatus.OPEN,
        total=money("9.00"),
        due=money("4.50"),
        created_at=at,
        url=None,
    )


def ticket(id: str, *, by: str | None = "Ada", at: datetime = NOON, status: TicketStatus = TicketStatus.OPEN) -> Ticket:
    return Ticket(
        service=Service.ZENDESK,
        external_id=id,
        url=None,
        subject=f"About {id}",
        status=status,
        priority=Priority.URGENT,
        assignee="Robin",
        created_at=at,
        updated_at=at,
        customer=by,
    )


def issue(id: str, *, at: datetime = NOON, service: Service = Service.GITHUB) -> Issue:
    return Issue(
        service=service,
        external_id=id,
        key=f"owner/name#{id}",
        title=f"Issue {id}",
        state=IssueState.OPEN,
        author="ada",
        assignee=None,
        labels=("bug",),
        created_at=at,
        updated_at=at,
        url=f"https://code.example/{id}",
    )


def pull_request(id: str) -> PullRequest:
    return PullRequest(
        service=Service.GITHUB,
        external_id=id,
        number=7,
        title=f"Change {id}",
        state=IssueState.CLOSED,
        merged=True,
        author=None,
        created_at=NOON,
        url=f"https://code.example/{id}",
    )


def repository(id: str, owner: str = "ada", name: str = "engine") -> Repository:
    return Repository(
        service=Service.GITHUB,
        external_id=id,
        owner=owner,
        name=name,
        description=None,
        url=f"https://code.example/{owner}/{name}",
        stars=3,
        forks=2,
        open_issues=1,
        primary_language="Python",
        pushed_at=NOON,
    )


def release(tag: str) -> Release:
    return Release(tag=tag, name=None, published_at=NOON, url=f"https://code.example/{tag}")


def developer(login: str) -> Developer:
    return Developer(
        service=Service.GITHUB,
        login=login,
        name=None,
        avatar_url=None,
        followers=5,
        url=f"https://code.example/{login}",
    )


def profile(handle: str, service: Service = Service.BLUESKY) -> Profile:
    return Profile(
        service=service,
        handle=handle,
        display_name=None,
        followers=1,
        following=2,
        posts_count=3,
        avatar_url=None,
        url=f"https://social.example/{handle}",
    )


def post(id: str, *, by: str = "Ada", at: datetime = NOON, service: Service = Service.BLUESKY) -> Post:
    return Post(
        service=service,
        external_id=id,
        author=by,
        text=f"Said {id}",
        created_at=at,
        likes=1,
        reposts=2,
        replies=3,
        url=f"https://social.example/{id}",
    )


def listed(items: Iterable[D], page: Page, seen: int | None = None) -> Slice[D]:
    """What a source answers to a page when it looks at `seen` items at most."""
    rest: Sequence[D] = sorted(
        (item for item in items if page.after is None or position(item) < page.after), key=position, reverse=True
    )
    looked = rest if seen is None else rest[:seen]
    return Slice(tuple(looked), position(looked[-1]) if len(looked) < len(rest) else None).cut(page)
