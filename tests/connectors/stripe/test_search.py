"""Payments of those whose name or email has a text, through the connector."""

import httpx
import pytest

from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.payments import Payment
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.stripe.client import Stripe
from connectors.stripe.search import LONGEST, PAYERS, paid_by, payers
from connectors.stripe.service import STRIPE
from tests.connectors.stripe.account import customer
from tests.connectors.support import Recorder, connected, crowd, matches

PEOPLE = crowd(300)
SOMEBODY = PEOPLE[7]


@pytest.fixture
def wire() -> Recorder:
    return Recorder(httpx.MockTransport(STRIPE.imitate(PEOPLE)))


@pytest.fixture
def stripe(wire: Recorder) -> Stripe:
    return over(wire)


def over(wire: httpx.AsyncBaseTransport) -> Stripe:
    connector = connected(STRIPE, PEOPLE, wire).connector
    assert isinstance(connector, Stripe)
    return connector


async def found(stripe: Stripe, asked: TextAsked) -> tuple[Payment, ...]:
    return matches((await stripe.search_payments([asked]))[asked])


def asked_of(wire: Recorder, path: str) -> list[httpx.QueryParams]:
    return [request.url.params for request in wire.requests if request.url.path == path]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Ada", 'name~"Ada" OR email~"Ada"'),
        ("  Ada   Byron ", 'name~"Ada Byron" OR email~"Ada Byron"'),
        ('a" OR name~"b', r'name~"a\" OR name~\"b" OR email~"a\" OR name~\"b"'),
        ("a\\b", r'name~"a\\b" OR email~"a\\b"'),
    ],
)
def test_a_text_is_a_string_that_nothing_in_it_can_end(text: str, query: str) -> None:
    assert payers(text) == query


@pytest.mark.parametrize("text", ["", "  ", "ab", " a  "])
def test_a_text_that_is_too_short_for_stripe_is_not_asked_for(text: str) -> None:
    assert payers(text) is None


def test_a_text_is_as_long_as_a_query_may_be() -> None:
    query = payers('"' * 10_000)
    assert query
    assert len(query) < 5_000
    assert payers("x" * LONGEST) == payers("x" * (LONGEST + 1))


def test_charges_are_asked_for_by_who_paid_them() -> None:
    assert paid_by(["cus_1", "cus_2"]) == 'customer:"cus_1" OR customer:"cus_2"'


async def test_what_somebody_paid_is_found_by_their_email(stripe: Stripe, wire: Recorder) -> None:
    payments = await found(stripe, TextAsked(SOMEBODY.email, 50))
    assert payments
    assert {payment.customer for payment in payments} == {customer(7)}
    assert [request.url.path for request in wire.requests] == ["/v1/customers/search", "/v1/charges/search"]


async def test_what_somebody_paid_is_found_by_their_name(stripe: Stripe) -> None:
    payments = await found(stripe, TextAsked(f" {SOMEBODY.name.upper()}  ", 100))
    namesakes = {number for number in range(PEOPLE.count) if PEOPLE[number].name == SOMEBODY.name}
    assert payments
    assert {payment.customer for payment in payments} <= {customer(number) for number in namesakes}


async def test_no_more_payers_are_looked_at_than_a_query_has_clauses(stripe: Stripe, wire: Recorder) -> None:
    assert len(await found(stripe, TextAsked("example", 30))) == 30
    [people], [charges] = asked_of(wire, "/v1/customers/search"), asked_of(wire, "/v1/charges/search")
    assert people["limit"] == str(PAYERS)
    assert charges["query"].count("customer:") == PAYERS
    assert charges["limit"] == "30"


async def test_a_search_takes_two_pages_at_most_and_says_where_they_begin() -> None:
    wire = Recorder(httpx.MockTransport(deep))
    asked = TextAsked("somebody", 130, start="cus_1 ")
    answer = (await over(wire).search_payments([asked]))[asked]
    assert [payment.external_id for payment in matches(answer)] == [f"ch_{number}" for number in range(130)]
    assert isinstance(answer, Stretch)
    assert answer.more
    assert answer.turns == (Turn(0, "cus_1 "), Turn(100, "cus_1 p100"), Turn(130, "cus_1 p130"))
    pages = asked_of(wire, "/v1/charges/search")
    assert [(page["limit"], page.get("page")) for page in pages] == [("100", None), ("30", "p100")]


async def test_where_payers_are_looked_for_one_page_of_what_they_paid_is_enough() -> None:
    wire = Recorder(httpx.MockTransport(deep))
    assert len(await found(over(wire), TextAsked("somebody", 130))) == 100
    assert [request.url.path for request in wire.requests] == ["/v1/customers/search", "/v1/charges/search"]


async def test_a_search_goes_on_at_the_page_that_stripe_named_for_the_same_payers() -> None:
    wire = Recorder(httpx.MockTransport(deep))
    payments = await found(over(wire), TextAsked("somebody", 30, start="cus_7 cus_8 p100"))
    assert [payment.external_id for payment in payments] == [f"ch_{number}" for number in range(100, 130)]
    [sent] = wire.requests
    assert sent.url.params["query"] == paid_by(["cus_7", "cus_8"])


@pytest.mark.parametrize("start", ["p100", 'cus_1" p100', " ", "  p", "cus_1  p", " ".join(["cus_1"] * 12)])
async def test_what_stripe_cannot_have_named_is_refused_before_it_is_asked(start: str) -> None:
    wire = Recorder(httpx.MockTransport(deep))
    asked = TextAsked("somebody", 30, start=start)
    assert isinstance((await over(wire).search_payments([asked]))[asked], Rejected)
    assert wire.requests == []


def deep(request: httpx.Request) -> httpx.Response:
    """An account with somebody in it, who paid a thousand times."""
    if request.url.path == "/v1/customers/search":
        return httpx.Response(200, json={"data": [{"id": "cus_1"}], "has_more": False})
    start, limit = int(request.url.params.get("page", "p0")[1:]), int(request.url.params["limit"])
    charges = [charge(number) for number in range(start, start + limit)]
    return httpx.Response(200, json={"data": charges, "has_more": True, "next_page": f"p{start + limit}"})


def charge(number: int) -> dict[str, object]:
    return {
        "id": f"ch_{number}",
        "amount": 100,
        "amount_refunded": 0,
        "currency": "usd",
        "status": "succeeded",
        "created": 1_700_000_000 - number,
        "refunded": False,
        "livemode": False,
        "customer": "cus_1",
    }


async def test_a_text_that_nobody_has_costs_one_call(stripe: Stripe, wire: Recorder) -> None:
    assert await found(stripe, TextAsked("zyzzyva", 5)) == ()
    assert len(wire.requests) == 1


@pytest.mark.parametrize("asked", [TextAsked("", 5), TextAsked("ab", 5), TextAsked("Maria", 0)])
async def test_what_finds_nothing_costs_no_call(stripe: Stripe, wire: Recorder, asked: TextAsked) -> None:
    assert await found(stripe, asked) == ()
    assert wire.requests == []


async def test_a_longer_answer_begins_with_the_shorter(stripe: Stripe) -> None:
    few, many = TextAsked("example", 3), TextAsked("example", 9)
    answers = await stripe.search_payments([few, many])
    longer = matches(answers[many])
    assert (matches(answers[few]), len(longer)) == (longer[:3], 9)


async def test_a_text_that_fails_fails_alone_and_as_a_value() -> None:
    stripe = over(httpx.MockTransport(lambda _: httpx.Response(502)))
    good, bad = TextAsked("", 3), TextAsked("Maria", 3)
    answers = await stripe.search_payments([good, bad])
    assert answers[good] == Stretch()
    assert isinstance(answers[bad], Unavailable)
