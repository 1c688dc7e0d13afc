"""Zendesk, as the rest of the process knows it."""

from base64 import b64encode
from collections.abc import Mapping

from connectors.domain.reading import PAGE, SOUGHT, Reading
from connectors.domain.service import Service
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor
from connectors.zendesk.client import Zendesk
from connectors.zendesk.sandbox import imitate
from connectors.zendesk.wire import error_message


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://developer.zendesk.com/api-reference/introduction/security-and-auth/#api-token."""
    pair = f"{credentials['ZENDESK_EMAIL']}/token:{credentials['ZENDESK_API_TOKEN']}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}", "Accept": "application/json"}


ZENDESK = Vendor(
    service=Service.ZENDESK,
    about="Zendesk: support tickets.",
    documentation="https://developer.zendesk.com/api-reference/ticketing/introduction/",
    base_url="https://{ZENDESK_SUBDOMAIN}.zendesk.com",
    variables=(
        Variable(
            name="ZENDESK_SUBDOMAIN",
            about="The account: what its address has before .zendesk.com",
            looks_like="acme",
            pattern=r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
            secret=False,
            imitated="imitation",
        ),
        Variable(
            name="ZENDESK_EMAIL",
            about="The agent or administrator in whose name tickets are read",
            looks_like="agent@acme.example",
            pattern=r"[^\s:@/]+@[^\s:@/]+",
            secret=False,
            imitated="agent@imitation.example",
        ),
        Variable(
            name="ZENDESK_API_TOKEN",
            about="An API token, made in the Admin Center under Apps and integrations > APIs",
            looks_like="40 letters and digits",
            pattern=r"[A-Za-z0-9]{20,}",
            secret=True,
            imitated="imitation0imitation0imitation0imitation0",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    customer_url="https://{ZENDESK_SUBDOMAIN}.zendesk.com/agent/users/{id}",
    keeps=(Keep(path="/api/v2/", fresh=15, stale=60, if_error=3600),),
    # https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/: 20 requesters share a search.
    reads={
        "tickets": Reading(per_batch=20),
        "all_tickets": Reading(page=PAGE),
        "found_tickets": SOUGHT,
        "node": Reading(per_batch=100),
        "open_ticket": Reading(),
    },
    connect=Zendesk,
    imitate=imitate,
)
