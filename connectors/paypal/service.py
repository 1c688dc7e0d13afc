"""PayPal, as the rest of the process knows it."""

from base64 import b64encode
from collections.abc import Mapping

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.paypal.client import Paypal
from connectors.paypal.sandbox import imitate
from connectors.paypal.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """What a token is asked for with; every other call has the token instead (`tokens.py`)."""
    pair = f"{credentials['PAYPAL_CLIENT_ID']}:{credentials['PAYPAL_CLIENT_SECRET']}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


PAYPAL = Vendor(
    service=Service.PAYPAL,
    about="PayPal: payments.",
    documentation="https://developer.paypal.com/api/rest/",
    base_url="https://api-m.paypal.com",
    variables=(
        Variable(
            name="PAYPAL_CLIENT_ID",
            about="The client ID of a REST API app that has the feature Transaction Search",
            looks_like="80 letters, digits, - and _",
            pattern=r"[A-Za-z0-9_-]{16,}",
            secret=False,
            imitated="imitation-client-id",
        ),
        Variable(
            name="PAYPAL_CLIENT_SECRET",
            about="The secret of the same app",
            looks_like="80 letters, digits, - and _",
            pattern=r"[A-Za-z0-9_-]{16,}",
            secret=True,
            imitated="imitation-client-secret",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    keeps=(
        # Its answers say `no-cache, no-store`, all of them; yet the history is hours behind, and hardly ever changes.
        Keep(path="/v1/reporting/transactions", fresh=300, stale=1800, if_error=86_400, override=True),
        Keep(path="/v1/reporting/balances", fresh=60, stale=300, if_error=86_400, override=True),
    ),
    # https://developer.paypal.com/docs/api/transaction-search/v1/: a call a month of history, for all payers at once,
    # after one for a token; lists that are wanted whole go through the three years that there are.
    reads={
        "history": Reading(per_batch=None, times=16),
        "whole_history": Reading(per_batch=None, times=40),
        "balance": Reading(times=2),
        "node": Reading(times=3),
        "refund": Reading(times=5),  # a part of a payment is looked at first, and a token
    },
    connect=Paypal,
    imitate=imitate,
)
