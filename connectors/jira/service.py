"""Jira, as the rest of the process knows it."""

from base64 import b64encode
from collections.abc import Mapping

from connectors.domain.reading import SOUGHT, Reading
from connectors.domain.service import Service
from connectors.jira.client import Jira
from connectors.jira.sandbox import imitate
from connectors.jira.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/."""
    pair = f"{credentials['JIRA_EMAIL']}:{credentials['JIRA_API_TOKEN']}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}", "Accept": "application/json"}


JIRA = Vendor(
    service=Service.JIRA,
    about="Jira: issues.",
    documentation="https://developer.atlassian.com/cloud/jira/platform/rest/v3/",
    base_url="https://{JIRA_SITE}.atlassian.net",
    variables=(
        Variable(
            name="JIRA_SITE",
            about="The site: what its address has before .atlassian.net",
            looks_like="acme",
            pattern=r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
            secret=False,
            imitated="imitation",
        ),
        Variable(
            name="JIRA_EMAIL",
            about="The account in whose name issues are read and opened",
            looks_like="robin@acme.example",
            pattern=r"[^\s:@/]+@[^\s:@/]+",
            secret=False,
            imitated="robin@imitation.example",
        ),
        Variable(
            name="JIRA_API_TOKEN",
            about="An API token of that account, without scopes, made at id.atlassian.com under Security",
            looks_like="ATATT3x… or 24 letters and digits",
            pattern=r"[A-Za-z0-9_=-]{20,}",
            secret=True,
            imitated="ATATT3xImitation0imitation0imitation0=0000",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    customer_url="https://{JIRA_SITE}.atlassian.net/jira/people/{id}",
    # Its answers say `no-cache, no-store`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/rest/api/3/", fresh=15, stale=60, if_error=3600, override=True),),
    # https://developer.atlassian.com/cloud/jira/platform/rest/v3/: 100 reporters share a search of 1,000 issues.
    reads={
        "issues": Reading(per_batch=100, page=998),
        "found_issues": SOUGHT,
        "node": Reading(per_batch=100),
        "create_issue": Reading(times=3),  # looked for, opened, read
    },
    connect=Jira,
    imitate=imitate,
)
