"""Intercom, as the rest of the process knows it."""

from collections.abc import Mapping

from connectors.domain.reading import SOUGHT, TOGETHER, Reading
from connectors.domain.service import Service
from connectors.intercom.client import Intercom
from connectors.intercom.sandbox import imitate
from connectors.intercom.wire import API_VERSION, error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor

_HOUR = 3600  # seconds


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/."""
    return {
        "Authorization": f"Bearer {credentials['INTERCOM_ACCESS_TOKEN']}",
        "Intercom-Version": API_VERSION,
        "Accept": "application/json",
    }


INTERCOM = Vendor(
    service=Service.INTERCOM,
    about="Intercom: conversations, as tickets.",
    documentation="https://developers.intercom.com/docs/references/rest-api/",
    base_url="https://api.intercom.io",
    variables=(
        Variable(
            name="INTERCOM_ACCESS_TOKEN",
            about="An access token of an app that may read and write conversations and users, and list teammates",
            looks_like="60 letters, digits and signs, ending in =",
            pattern=r"[A-Za-z0-9_:+/=-]{16,}",
            secret=True,
            imitated="imitation0imitation0imitation0imitation0=",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    customer_url="https://app.intercom.com/a/apps/_/users/{id}",
    # Its answers say `max-age=0`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(
        Keep(path="/admins", fresh=_HOUR, stale=24 * _HOUR, if_error=7 * 24 * _HOUR, override=True),
        Keep(path="/conversations", fresh=15, stale=60, if_error=_HOUR, override=True),
    ),
    # https://developers.intercom.com/docs/references/rest-api/: 15 contacts share a search; teammates come in one list.
    reads={
        "tickets": Reading(per_batch=15),
        "all_tickets": Reading(page=148),
        "found_tickets": SOUGHT,
        "teammates": TOGETHER,
        "node": Reading(per_batch=15, times=2),
        "open_ticket": Reading(times=3),  # who it is, where nobody is linked, and somebody new
    },
    connect=Intercom,
    imitate=imitate,
)
