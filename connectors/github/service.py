"""GitHub, as the rest of the process knows it."""

from collections.abc import Mapping

from connectors.domain.reading import PAGE, Reading
from connectors.domain.service import Service
from connectors.github.answer import quota
from connectors.github.client import GitHub
from connectors.github.matches import PAGE as FOUND
from connectors.github.matches import STEP
from connectors.github.sandbox import imitate
from connectors.github.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Credentials, Variable, Vendor


def _headers(credentials: Credentials) -> Mapping[str, str]:
    """https://docs.github.com/en/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql."""
    return {"Authorization": f"Bearer {credentials['GITHUB_TOKEN']}"}


GITHUB = Vendor(
    service=Service.GITHUB,
    about="GitHub: developers, repositories, issues.",
    documentation="https://docs.github.com/en/graphql",
    base_url="https://api.github.com",
    variables=(
        Variable(
            name="GITHUB_TOKEN",
            about="A personal, app or installation token that may read the repositories that matter",
            looks_like="github_pat_…, ghp_…, gho_… or ghs_…",
            pattern=r"(github_pat|ghp|gho|ghs)_[A-Za-z0-9_.-]+",
            secret=True,
            imitated="ghp_imitation",
        ),
    ),
    headers=_headers,
    error_message=error_message,
    customer_url="https://github.com/{id}",
    # Its answers say `no-cache`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/graphql", fresh=30, stale=120, if_error=3600, override=True),),
    reads_quota=quota,
    # https://docs.github.com/en/graphql: 100 keys are 100 aliases of one query.
    reads={
        "developers": Reading(per_batch=100),
        "issues": Reading(per_batch=100, page=PAGE),
        "repositories": Reading(per_batch=100, exact=True),
        "of_repositories": Reading(per_batch=100),
        "found_repositories": Reading(page=FOUND - STEP),
        "found_issues": Reading(page=FOUND - STEP),
        "node": Reading(different=3),  # a query for each kind of node: issues, pull requests, repositories
    },
    connect=GitHub,
    imitate=imitate,
)
