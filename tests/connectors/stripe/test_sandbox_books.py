from collections import Counter
from collections.abc import Callable

import pytest

from connectors.domain.money import digits
from connectors.seed.timeline import Event
from connectors.stripe.sandbox_books import Body, Books
from tests.connectors.support import NOW, crowd

PEOPLE = crowd(150)
SECOND = int(NOW.timestamp())


@pytest.fixture(scope="module")
def books() -> Books:
    return Books(PEOPLE)


def charges(books: Books) -> list[tuple[Event, Body]]:
    return [(event, books.charge(event)) for event in books.charges.events(books.charges.slots())]


def invoices(books: Books) -> list[Body]:
    return [books.invoice(event) for event in books.invoices.events(books.invoices.slots())]


def subscriptions(books: Books) -> list[Body]:
    return [books.subscription(event) for event in books.subscriptions.events(books.subscriptions.slots())]


def number(body: Body, field: str) -> int:
    value = body[field]
    assert isinstance(value, int)
    return value


def test_the_same_books_are_kept_in_every_process(books: Books) -> None:
    again = Books(crowd(150))
    assert charges(again) == charges(books)
    assert invoices(again) == invoices(books)
    assert subscriptions(again) == subscriptions(books)
    assert again.balance() == books.balance()


def test_charges_come_in_every_state(books: Books) -> None:
    states = Counter((body["status"], body["refunded"], bool(body["amount_refunded"])) for _, body in charges(books))
    assert set(states) == {
        ("succeeded", False, False),
        ("succeeded", False, True),
        ("succeeded", True, True),
        ("failed", False, False),
        ("pending", False, False),
    }
    assert states["succeeded", False, False] > len(charges(books)) / 2


def test_a_charge_agrees_with_itself(books: Books) -> None:
    for event, body in charges(books):
        succeeded = body["status"] == "succeeded"
        assert body["paid"] is body["captured"] is succeeded
        assert body["amount_captured"] == (body["amount"] if succeeded else 0)
        assert 0 <= number(body, "amount_refunded") <= number(body, "amount_captured")
        assert books.refundable(event) == number(body, "amount_captured") - number(body, "amount_refunded")
        assert number(body, "created") <= SECOND


def test_amounts_are_in_the_minor_unit_of_the_payers_currency(books: Books) -> None:
    currencies = {}
    for event, body in charges(books):
        currency = event.person.country.currency
        assert body["currency"] == currency.lower()
        assert number(body, "amount") % 10 ** digits(currency) == 0
        currencies[currency] = number(body, "amount") // 10 ** digits(currency)
    assert len(currencies) > 8
    assert currencies["JPY"] > 1000 > currencies["EUR"]


@pytest.mark.parametrize("part", [1, 500])
def test_a_refund_is_kept_and_everything_else_computed(part: int) -> None:
    books = Books(PEOPLE)
    event = next(event for event, _ in charges(books) if books.refundable(event) > 1000)
    before = books.charge(event)
    refund = books.refund(event, part)
    assert (refund["amount"], refund["charge"], refund["created"]) == (part, before["id"], SECOND)
    assert books.charge(event) == before | {"amount_refunded": number(before, "amount_refunded") + part}
    assert books.refundable(event) == number(before, "amount") - number(before, "amount_refunded") - part
    assert [one for one, _ in charges(books) if books.charge(one) != Books(PEOPLE).charge(one)] == [event]


def test_invoices_come_in_every_state_and_agree_with_themselves(books: Books) -> None:
    bodies = invoices(books)
    assert {body["status"] for body in bodies} == {"draft", "open", "paid", "void", "uncollectible"}
    for body in bodies:
        owed = number(body, "total") - number(body, "amount_paid")
        assert body["amount_remaining"] == (0 if body["status"] == "void" else owed)
        assert body["paid"] is (body["status"] == "paid")
        assert (body["amount_remaining"] == 0) is (body["status"] in ("paid", "void"))
        assert (body["number"] is None) is (body["hosted_invoice_url"] is None) is (body["status"] == "draft")
    numbers = [body["number"] for body in bodies if body["number"]]
    assert len(set(numbers)) == len(numbers)


def test_subscriptions_come_in_many_states_within_the_current_period(books: Books) -> None:
    bodies = subscriptions(books)
    assert {body["status"] for body in bodies} == {"active", "trialing", "past_due", "canceled", "paused"}
    for body in bodies:
        assert number(body, "current_period_start") <= SECOND < number(body, "current_period_end")
        assert number(body, "created") <= number(body, "current_period_start")
        assert (number(body, "current_period_start") - number(body, "created")) % (30 * 24 * 3600) == 0
    ending = [body for body in bodies if body["cancel_at_period_end"]]
    assert ending
    assert {body["status"] for body in ending} == {"active"}


@pytest.mark.parametrize("bodies", [invoices, subscriptions, lambda books: [body for _, body in charges(books)]])
def test_no_two_objects_share_an_id(books: Books, bodies: Callable[[Books], list[Body]]) -> None:
    ids = [body["id"] for body in bodies(books)]
    assert len(set(ids)) == len(ids) > 100


def test_the_balance_is_what_the_latest_charges_left(books: Books) -> None:
    expected: Counter[str] = Counter()
    pending: Counter[str] = Counter()
    for event in books.charges.events(books.charges.slots()[:200]):
        body = books.charge(event)
        expected[str(body["currency"])] += books.refundable(event)
        pending[str(body["currency"])] += number(body, "amount") * (body["status"] == "pending")
    balance = books.balance()
    assert balance["available"] == [{"amount": expected[code], "currency": code} for code in sorted(expected)]
    assert balance["pending"] == [{"amount": pending[code], "currency": code} for code in sorted(expected)]


def test_a_refund_comes_out_of_the_balance() -> None:
    books = Books(PEOPLE)
    event = next(event for event in books.charges.events(books.charges.slots()) if books.refundable(event))
    currency = event.person.country.currency.lower()

    def available() -> int:
        funds = books.balance()["available"]
        assert isinstance(funds, list)
        return int(next(one["amount"] for one in funds if one["currency"] == currency))

    before, left = available(), books.refundable(event)
    books.refund(event, left)
    assert available() == before - left
