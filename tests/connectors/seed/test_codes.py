from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.seed.codes import BASE32, BASE62, DIGITS, Code, coprime
from connectors.seed.people import BLUESKY_DID, STRIPE_CUSTOMER, ZENDESK_USER
from connectors.stripe.sandbox_books import CHARGE, INVOICE, REFUND, SUBSCRIPTION

LAWS = settings(derandomize=True, max_examples=200, deadline=None)
CODES = (STRIPE_CUSTOMER, ZENDESK_USER, BLUESKY_DID, CHARGE, INVOICE, SUBSCRIPTION, REFUND)
SMALL = (Code("", DIGITS, 1), Code("x-", DIGITS, 3), Code("y", BASE32, 2), Code("z", "ab", 8), Code("w", BASE62, 2))


@LAWS
@given(st.sampled_from(CODES), st.integers(0, 10**9))
def test_an_id_tells_the_number_that_it_was_made_of(code: Code, number: int) -> None:
    id = code.encode(number)
    assert code.decode(id) == number
    assert id.startswith(code.prefix)
    assert len(id) == len(code.prefix) + code.length
    assert set(id.removeprefix(code.prefix)) <= set(code.alphabet)


@pytest.mark.parametrize("code", SMALL)
def test_every_number_has_an_id_that_no_other_has(code: Code) -> None:
    every = len(code.alphabet) ** code.length - 1
    ids = [code.encode(number) for number in range(every)]
    assert len(set(ids)) == every
    assert [code.decode(id) for id in ids] == list(range(every))


@pytest.mark.parametrize("code", CODES)
def test_neighbours_look_nothing_alike(code: Code) -> None:
    ids = [code.encode(number).removeprefix(code.prefix) for number in range(2000)]
    assert len(set(ids)) == 2000
    assert len({id[:2] for id in ids}) > 50


@LAWS
@given(st.sampled_from(CODES), st.text(max_size=30))
def test_an_id_of_somebody_else_is_none_or_spelled_back_the_same(code: Code, foreign: str) -> None:
    for id in (foreign, code.prefix + foreign):
        number = code.decode(id)
        assert number is None or code.encode(number) == id


@pytest.mark.parametrize(
    "id",
    [
        "",
        "cus_",
        "ch_" + "0" * 14,
        "cus_" + "0" * 13,
        "cus_" + "0" * 15,
        "cus_" + "0" * 13 + "-",
        "cus_" + "0" * 13 + "ä",
        "cus_" + "0" * 13 + "٣",
        "CUS_" + "0" * 14,
        " cus_" + "0" * 14,
        "cus_" + "0" * 14 + "\n",
    ],
)
def test_what_is_spelled_otherwise_stands_for_nothing(id: str) -> None:
    assert STRIPE_CUSTOMER.decode(id) is None


def test_the_id_of_one_kind_is_none_of_another() -> None:
    for one in CODES:
        assert [other.decode(one.encode(7)) for other in CODES if other is not one] == [None] * (len(CODES) - 1)


@LAWS
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_coprime_stride_meets_every_remainder(near: int, to: int) -> None:
    stride = coprime(near, to)
    assert stride >= near
    assert gcd(stride, to) == 1
    assert all(gcd(skipped, to) != 1 for skipped in range(near, stride))
