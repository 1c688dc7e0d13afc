import re
from base64 import b64decode

import pytest

from connectors.connection import imitated
from connectors.domain.offer import Offer
from connectors.domain.search import Searches
from connectors.jira.client import Jira
from connectors.jira.service import JIRA
from tests.connectors.support import connected, crowd

SITE, EMAIL, TOKEN = JIRA.variables


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        (SITE.pattern, "acme", True),
        (SITE.pattern, "acme-2", True),
        (SITE.pattern, "acme.atlassian.net", False),
        (SITE.pattern, "https://acme.atlassian.net", False),
        (SITE.pattern, "-acme", False),
        (SITE.pattern, "evil.example/", False),
        (EMAIL.pattern, "robin@acme.example", True),
        (EMAIL.pattern, "robin", False),
        (EMAIL.pattern, "robin:x@acme.example", False),  # a colon would end the name in the header
        (TOKEN.pattern, "ATATT3xFfGF0abc_def-ghi=1234ABCD", True),
        (TOKEN.pattern, "a" * 24, True),
        (TOKEN.pattern, "short", False),
        (TOKEN.pattern, "a" * 24 + "\n", False),
    ],
)
def test_a_well_formed_value_is_told_from_another(pattern: str, value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(pattern, value)) is fits


def test_the_imitation_is_content_with_values_that_fit() -> None:
    assert all(re.fullmatch(one.pattern, one.imitated) for one in JIRA.variables)
    assert [one.name for one in JIRA.variables if one.secret] == ["JIRA_API_TOKEN"]


def test_the_headers_carry_the_account_and_its_token() -> None:
    scheme, _, encoded = JIRA.headers(imitated(JIRA))["Authorization"].partition(" ")
    assert (scheme, b64decode(encoded).decode()) == ("Basic", f"{EMAIL.imitated}:{TOKEN.imitated}")


def test_jira_provides_issues_and_opens_them() -> None:
    connector = connected(JIRA, crowd(1)).connector
    assert isinstance(connector, Jira)
    searches = Searches(issue=connector.search_issues)
    assert connector.offer == Offer(issues=connector, issue_desk=connector, searches=searches)


def test_people_look_at_a_customer_on_the_site_itself() -> None:
    connection = connected(JIRA, crowd(1))
    assert connection.customer_url == "https://imitation.atlassian.net/jira/people/{id}"
    assert connection.access.base_url == "https://imitation.atlassian.net"
