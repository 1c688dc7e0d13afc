import re

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.offer import Offer
from connectors.domain.search import Searches
from connectors.stripe.client import Stripe
from connectors.stripe.service import STRIPE
from connectors.transport.cache_store import MemoryStore
from connectors.transport.stats import Ledger, operation
from tests.connectors.stripe.account import BASE
from tests.connectors.stripe.account import KEY as AUTHORIZATION
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
    searches = Searches(payment=connector.search_payments)
    assert connector.offer == Offer(payments=connector, refund_desk=connector, billing=connector, searches=searches)


def test_the_error_is_read_from_where_stripe_writes_it() -> None:
    assert STRIPE.error_message(b'{"error": {"message": "No such charge", "type": "x"}}') == "No such charge"


@pytest.mark.parametrize("path", ["/v1/balance", "/v1/charges", "/v1/charges/ch_0", "/v1/nothing"])
@pytest.mark.parametrize("headers", [AUTHORIZATION, {}])
def test_the_imitation_says_of_every_answer_that_it_is_not_to_be_stored_as_stripe_does(
    path: str, headers: dict[str, str]
) -> None:
    response = STRIPE.imitate(crowd(1))(httpx.Request("GET", BASE + path, headers=headers))
    assert response.headers["cache-control"] == "no-cache, no-store"


async def test_what_stripe_answers_is_kept_for_a_moment_all_the_same_and_by_nobody_else() -> None:
    access = Access(mode=Mode.IMITATED, base_url=BASE, credentials=imitated(STRIPE))
    connection = connect(STRIPE, access, crowd(1), store=MemoryStore())
    for calls in (1, 0):
        with operation(Ledger()) as ledger:
            await connection.connector.ping()
        assert ledger.meter(STRIPE.service).calls == calls
        assert (ledger.freshness().max_age, ledger.freshness().private) == (0, True)
