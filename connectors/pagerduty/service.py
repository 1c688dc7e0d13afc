"""PagerDuty, as the rest of the process knows it."""

from collections.abc import Mapping

from connectors.domain.reading import PAGE, Reading
from connectors.domain.service import Service
from connectors.pagerduty.client import PagerDuty
from connectors.pagerduty.sandbox import imitate
from connectors.pagerduty.wire import ACCEPT, error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://developer.pagerduty.com/docs/authentication and https://developer.pagerduty.com/docs/versioning."""
    return {"Authorization": f"Token token={credentials['PAGERDUTY_API_TOKEN']}", "Accept": ACCEPT}


PAGERDUTY = Vendor(
    service=Service.PAGERDUTY,
    about="PagerDuty: incidents.",
    documentation="https://developer.pagerduty.com/api-reference/",
    base_url="https://api.pagerduty.com",
    variables=(
        Variable(
            name="PAGERDUTY_API_TOKEN",
            about="A read-only REST API key (accounts in the EU also set PAGERDUTY_BASE_URL=https://api.eu.pagerduty.com)",
            looks_like="20 letters, digits, - and _; a user's begins with u+",
            pattern=r"(u\+)?[A-Za-z0-9_-]{18,64}",
            secret=True,
            imitated="imitation-of-a-token",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    # Its answers say `max-age=0`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/incidents", fresh=10, stale=60, if_error=3600, override=True),),
    # https://developer.pagerduty.com/api-reference/: by id one at a time.
    reads={
        "incidents": Reading(page=PAGE),
        "node": Reading(),
    },
    connect=PagerDuty,
    imitate=imitate,
)
