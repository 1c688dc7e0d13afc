"""What the tests of the store share: customers to keep, a clock to turn, and a look behind the store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from connectors.domain.customers import Customer, Location, NewCustomer
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.customers import MongoCustomers

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
OSLO = Location(city="Oslo", country_code="NO", latitude=59.91, longitude=10.75)
STRIPE_ANNA = ServiceLink(Service.STRIPE, "cus_anna")
NOBODY = "0" * 24  # an id that nobody has


class Clock:
    """Stands still until told otherwise."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def anna(**other: Any) -> NewCustomer:  # noqa: ANN401 - the fields of NewCustomer
    """A customer with everything."""
    given: dict[str, Any] = {
        "name": "Anna Smith",
        "email": "anna@example.com",
        "company": "Fjord Ltd",
        "tags": ("vip", "early bird"),
        "location": OSLO,
        "links": (STRIPE_ANNA,),
    }
    return NewCustomer(**given | other)


def plainly(name: str, **other: Any) -> NewCustomer:  # noqa: ANN401 - the fields of NewCustomer
    """A customer with a name, an email made of it, and what else is given."""
    return NewCustomer(**{"name": name, "email": f"{name}@example.com".replace(" ", ".")} | other)


@contextmanager
def behind(store_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """The store's database, seen past the store."""
    with MongoClient[dict[str, Any]](store_uri, tz_aware=True) as client:
        yield client.get_default_database()


@contextmanager
def recorded(database: Database[dict[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The commands on `customers` that the server executes meanwhile, as its profiler writes them down."""
    database.command("profile", 2)
    seen: list[Mapping[str, Any]] = []
    yield seen
    database.command("profile", 0)
    seen += database["system.profile"].find({"ns": f"{database.name}.customers"}).sort("ts")


@contextmanager
def writes_held(client: MongoClient[dict[str, Any]]) -> Iterator[None]:
    """Whoever writes meanwhile waits."""
    client.admin.command("fsync", lock=True)
    try:
        yield
    finally:
        client.admin.command("fsyncUnlock")


async def only(kept: MongoCustomers, id: str) -> Customer:
    """The one customer of this id."""
    return (await kept.by_id([id]))[id]
