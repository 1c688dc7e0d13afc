"""Made-up people, in a store of their own, with every vendor of the registry over its imitation."""

import pytest

from connectors.mongo.store import Store
from connectors.seed.people import People
from connectors.sources import Sources
from tests.connectors.support import crowd
from tests.schema.fakes import Book
from tests.schema.harness import imitations

COUNT = 30


@pytest.fixture(scope="session")
def people() -> People:
    return crowd(COUNT)


@pytest.fixture
def book(people: People) -> Book:
    """The people, without a store behind them."""
    return Book([people[number].customer() for number in range(COUNT)])


@pytest.fixture
def imitated(people: People, book: Book) -> Sources:
    return imitations(people, book)


@pytest.fixture
async def kept(store: Store, people: People) -> Sources:
    """The people in a real store, beside the imitations."""
    await store.customers.seed(people[number].customer() for number in range(COUNT))
    return imitations(people, store.customers)
