"""How the imitated account searches."""

from itertools import pairwise

import pytest

from connectors.seed.people import STRIPE_CUSTOMER
from tests.connectors.stripe.account import Account, Json, customer
from tests.connectors.support import crowd

PEOPLE = crowd(60)
CUSTOMERS, CHARGES = "/v1/customers/search", "/v1/charges/search"


@pytest.fixture
def account() -> Account:
    return Account(PEOPLE)


def joined(account: Account, path: str, limit: int, query: str) -> list[Json]:
    """All of a search, page by page."""
    found: list[Json] = []
    page: dict[str, str] = {}
    while True:
        answer = account.get(path, query=query, limit=limit, **page)
        assert (answer["object"], answer["url"]) == ("search_result", path)
        found += answer["data"]
        if not answer["has_more"]:
            assert answer["next_page"] is None
            return found
        page = {"page": answer["next_page"]}


@pytest.mark.parametrize(
    "query", ['email:"{email}"', 'email:"{upper}"', 'email~"{part}"', 'name~"zzz" OR email~"{part}"']
)
def test_customers_are_found_by_email(account: Account, query: str) -> None:
    email = PEOPLE[3].email
    sought = query.format(email=email, upper=email.upper(), part=email[2:20])
    assert email in [one["email"] for one in account.get(CUSTOMERS, query=sought)["data"]]


def test_customers_are_found_by_a_part_of_their_name_oldest_first(account: Account) -> None:
    found = joined(account, CUSTOMERS, 3, 'name~"mar"')
    assert [one["id"] for one in found] == [
        STRIPE_CUSTOMER.encode(number) for number in range(60) if "mar" in PEOPLE[number].name.casefold()
    ]


def test_somebody_far_down_the_row_is_found_by_their_address() -> None:
    people = crowd(20_000)
    [found] = Account(people).get(CUSTOMERS, query=f'email:"{people[19_000].email}"')["data"]
    assert found["id"] == customer(19_000)


def test_charges_are_those_of_any_of_the_customers_newest_first(account: Account) -> None:
    query = " OR ".join(f'customer:"{customer(number)}"' for number in (1, 2))
    found = joined(account, CHARGES, 4, query)
    listed = [one for number in (1, 2) for one in account.pages("/v1/charges", 5, customer=customer(number))]
    assert {one["id"] for one in found} == {one["id"] for one in listed}
    assert len(found) == len(listed)
    assert all(one["created"] >= other["created"] for one, other in pairwise(found))


def test_nobody_has_charges_of_somebody_unknown(account: Account) -> None:
    assert account.get(CHARGES, query='customer:"cus_nobody"')["data"] == []


def test_a_string_may_have_quotes_and_operators_in_it(account: Account) -> None:
    assert account.get(CUSTOMERS, query=r'name~"a\" OR name~\"b" OR email~"\\\\x"')["data"] == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (CUSTOMERS, {}),
        (CUSTOMERS, {"query": ""}),
        (CUSTOMERS, {"query": "maria"}),
        (CUSTOMERS, {"query": 'phone~"123"'}),
        (CUSTOMERS, {"query": 'name~"ma"'}),
        (CUSTOMERS, {"query": 'name~"maria" AND email~"maria"'}),
        (CUSTOMERS, {"query": " OR ".join(['name~"maria"'] * 11)}),
        (CUSTOMERS, {"query": 'name~"maria"', "limit": 101}),
        (CUSTOMERS, {"query": 'name~"maria"', "page": "next"}),
        (CUSTOMERS, {"query": 'name~"maria"', "starting_after": "cus_1"}),
        (CHARGES, {"query": 'customer~"cus_"'}),
        (CHARGES, {"query": 'description~"plan"'}),
    ],
)
def test_what_stripe_would_not_understand_is_refused(account: Account, path: str, query: dict[str, str | int]) -> None:
    assert account.get(path, 400, **query)["error"]["type"] == "invalid_request_error"
