import re

import pytest

from connectors.connection import imitated
from connectors.domain.offer import Offer
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from tests.connectors.support import connected, crowd

(KEY,) = STRIPE.variables


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("sk_test_imitation", True),
        ("sk_live_51Habc", True),
        ("rk_live_51Habc", True),
        ("pk_live_51Habc", False),  # a publishable key may read nothing
        ("whsec_51Habc", False),
        ("sk_live_", False),
        (" sk_live_51Habc", False),
        ("sk_live_51Habc\n", False),
        ("", False),
    ],
)
def test_a_key_that_may_read_is_told_from_one_that_may_not(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(KEY.pattern, value)) is fits


def test_the_imitations_key_fits_the_pattern_and_is_a_secret() -> None:
    assert re.fullmatch(KEY.pattern, KEY.imitated)
    assert KEY.secret


def test_the_headers_carry_the_key_and_the_version() -> None:
    assert STRIPE.headers(imitated(STRIPE)) == {
        "Authorization": "Bearer sk_test_imitation",
        "Stripe-Version": "2023-08-16",
    }


def test_stripe_provides_payments_and_billing() -> None:
    connector = connected(STRIPE, crowd(1)).connector
    assert isinstance(connector, Stripe)
    assert connector.offer == Offer(payments=connector, billing=connector)


def test_the_error_is_read_from_where_stripe_writes_it() -> None:
    assert STRIPE.error_message(b'{"error": {"message": "No such charge", "type": "x"}}') == "No such charge"
