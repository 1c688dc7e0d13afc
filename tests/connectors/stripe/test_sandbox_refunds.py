"""Refunds, which the imitated account remembers."""

import pytest

from tests.connectors.stripe.account import Account, Json, refund_request
from tests.connectors.support import crowd

PEOPLE = crowd(12)


@pytest.fixture
def account() -> Account:
    return Account(PEOPLE)


def error(body: Json) -> Json:
    return body["error"]


def refundable(account: Account) -> Json:
    """A charge that succeeded and was never refunded."""
    charges = account.pages("/v1/charges", 100)
    return next(charge for charge in charges if charge["paid"] and not charge["amount_refunded"])


def test_a_full_refund_is_told_by_the_charge_from_then_on(account: Account) -> None:
    charge = refundable(account)
    refund = account.refund(charge=charge["id"])
    assert (refund["object"], refund["status"]) == ("refund", "succeeded")
    assert (refund["amount"], refund["charge"]) == (charge["amount"], charge["id"])
    after = account.get(f"/v1/charges/{charge['id']}")
    assert after == charge | {"refunded": True, "amount_refunded": charge["amount"]}
    assert after in account.pages("/v1/charges", 100, customer=charge["customer"])


def test_partial_refunds_add_up_until_nothing_is_left(account: Account) -> None:
    charge = refundable(account)
    ids = set()
    for part in (100, charge["amount"] - 101):
        ids.add(account.refund(charge=charge["id"], amount=part)["id"])
        assert account.get(f"/v1/charges/{charge['id']}")["refunded"] is False
    too_much = error(account.refund(400, charge=charge["id"], amount=2))
    assert too_much["message"] == "Refund amount (2) is greater than unrefunded amount on charge (1)"
    rest = account.refund(charge=charge["id"])
    assert rest["amount"] == 1
    assert len(ids | {rest["id"]}) == 3
    assert account.get(f"/v1/charges/{charge['id']}")["refunded"] is True


@pytest.mark.parametrize("amount", [{}, {"amount": "1"}])
def test_a_charge_is_not_refunded_twice(account: Account, amount: dict[str, str]) -> None:
    charge = refundable(account)
    account.refund(charge=charge["id"])
    refusal = error(account.refund(400, charge=charge["id"], **amount))
    assert refusal["code"] == "charge_already_refunded"
    assert account.get(f"/v1/charges/{charge['id']}")["amount_refunded"] == charge["amount"]


def test_a_charge_that_failed_has_nothing_to_refund() -> None:
    account = Account(crowd(40))
    failed = next(one for one in account.pages("/v1/charges", 100) if one["status"] == "failed")
    assert "did not succeed" in error(account.refund(400, charge=failed["id"]))["message"]


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "all", ""])
def test_an_amount_is_a_positive_integer(account: Account, amount: str) -> None:
    charge = refundable(account)
    assert error(account.refund(400, charge=charge["id"], amount=amount))["param"] == "amount"
    assert account.get(f"/v1/charges/{charge['id']}")["amount_refunded"] == 0


def test_a_refund_names_a_charge_that_exists_and_nothing_unknown(account: Account) -> None:
    assert "should be provided" in error(account.refund(400))["message"]
    assert error(account.refund(404, charge="ch_nope"))["code"] == "resource_missing"
    assert error(account.refund(400, charge=refundable(account)["id"], colour="red"))["param"] == "colour"


def test_a_refund_that_is_sent_again_with_its_key_happens_once(account: Account) -> None:
    charge = refundable(account)
    request = refund_request("key-1", {"charge": charge["id"], "amount": 100, "reason": "duplicate"})
    first, second, third = (account.handle(request) for _ in range(3))
    assert first.json() == second.json() == third.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == third.headers["idempotent-replayed"] == "true"
    assert account.get(f"/v1/charges/{charge['id']}")["amount_refunded"] == 100


def test_a_key_is_good_for_one_set_of_parameters(account: Account) -> None:
    charge = refundable(account)
    account.refund(key="key-1", charge=charge["id"], amount=100)
    refusal = error(account.refund(400, key="key-1", charge=charge["id"], amount=101))
    assert refusal["type"] == "idempotency_error"
    account.refund(key="key-2", charge=charge["id"], amount=101)
    assert account.get(f"/v1/charges/{charge['id']}")["amount_refunded"] == 201


def test_a_refusal_uses_no_key_up(account: Account) -> None:
    charge = refundable(account)
    account.refund(400, key="key-1", charge=charge["id"], amount=0)
    account.refund(key="key-1", charge=charge["id"], amount=1)


def test_a_refund_shows_its_charge_as_it_is_afterwards_where_that_is_asked_for(account: Account) -> None:
    charge = refundable(account)
    form = {"charge": charge["id"], "amount": 100, "expand[]": "charge"}
    first, again = (account.refund(key="key-1", **form) for _ in range(2))
    assert first["charge"] == account.get(f"/v1/charges/{charge['id']}")
    assert first["charge"]["amount_refunded"] == 100
    assert again == first


def test_refunds_without_a_key_are_different_refunds(account: Account) -> None:
    charge = refundable(account)
    first, second = (account.refund(charge=charge["id"], amount=100) for _ in range(2))
    assert first["id"] != second["id"]
