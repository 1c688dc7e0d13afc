"""HubSpot, as the rest of the process knows it."""

from collections.abc import Mapping

from connectors.domain.reading import SOUGHT, Reading
from connectors.domain.service import Service
from connectors.hubspot.client import HubSpot
from connectors.hubspot.sandbox import imitate
from connectors.hubspot.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor

_HOUR, _DAY = 3600, 24 * 3600  # seconds


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://developers.hubspot.com/docs/api/private-apps#make-api-calls-with-your-app-s-access-token."""
    return {"Authorization": f"Bearer {credentials['HUBSPOT_ACCESS_TOKEN']}"}


HUBSPOT = Vendor(
    service=Service.HUBSPOT,
    about="HubSpot: contacts, companies, deals.",
    documentation="https://developers.hubspot.com/docs/api/overview",
    base_url="https://api.hubapi.com",
    variables=(
        Variable(
            name="HUBSPOT_ACCESS_TOKEN",
            about="The access token of a private app that reads contacts, companies, deals, owners and writes deals",
            looks_like="pat-na1-… or pat-eu1-…",
            pattern=r"[A-Za-z0-9_.=-]{40,}",
            secret=True,
            imitated="pat-na1-00000000-0000-4000-8000-000000000000",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    keeps=(
        Keep(path="/crm/v3/owners", fresh=_HOUR, stale=_DAY, if_error=_DAY),
        Keep(path="/crm/v3/pipelines/", fresh=_HOUR, stale=_DAY, if_error=_DAY),
        Keep(path="/account-info/", fresh=_HOUR, stale=_DAY, if_error=_DAY),
        Keep(path="/crm/", fresh=10, stale=60, if_error=3600),
    ),
    # https://developers.hubspot.com/docs/api/overview: 100 records a call, of which a contact commonly has five, the
    # associations of 1,000 another; then what the account says of itself, where what was read at the start is gone.
    reads={
        "contacts": Reading(per_batch=100),
        "owners": Reading(per_batch=None, times=2),  # those who left are in a list of their own
        "associations": Reading(per_batch=1000),
        "companies": Reading(per_batch=100),
        "deals": Reading(per_batch=20),
        "all_deals": Reading(page=198),
        "found_contacts": SOUGHT,
        "found_deals": SOUGHT,
        "account": Reading(per_batch=None, times=2),
        "node": Reading(different=3, times=3),
        "create_deal": Reading(times=4),
    },
    connect=HubSpot,
    imitate=imitate,
)
