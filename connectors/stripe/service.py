"""Stripe, as the rest of the process knows it."""

from collections.abc import Mapping

from connectors.domain.reading import ONE, PAGE, Reading
from connectors.domain.service import Service
from connectors.stripe.client import Stripe
from connectors.stripe.sandbox import imitate
from connectors.stripe.wire import API_VERSION, error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://docs.stripe.com/api/authentication and https://docs.stripe.com/api/versioning."""
    return {"Authorization": f"Bearer {credentials['STRIPE_API_KEY']}", "Stripe-Version": API_VERSION}


STRIPE = Vendor(
    service=Service.STRIPE,
    about="Stripe: payments, plans, invoices.",
    documentation="https://docs.stripe.com/api",
    base_url="https://api.stripe.com",
    variables=(
        Variable(
            name="STRIPE_API_KEY",
            about="A secret or restricted key that may read charges, subscriptions, invoices, the balance, customers",
            looks_like="sk_live_… or rk_live_…",
            pattern=r"(sk|rk)_(live|test)_\w+",
            secret=True,
            imitated="sk_test_imitation",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    customer_url="https://dashboard.stripe.com/customers/{id}",
    # Its answers say `no-cache, no-store`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/v1/", fresh=10, stale=60, if_error=3600, override=True),),
    # https://docs.stripe.com/api: lists filter by one customer at a time.
    reads={
        "payments": Reading(page=PAGE),
        "balance": ONE,
        "plans": Reading(),
        "invoices": Reading(page=PAGE),
        "node": Reading(),
        "refund": Reading(times=2),  # a part of a payment is looked at first
        "found_payments": Reading(),  # and two, where it goes on: but then it is known whose payments they are
        "payers": Reading(),
    },
    connect=Stripe,
    imitate=imitate,
)
