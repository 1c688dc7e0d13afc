import re

import pytest

from connectors.connection import imitated
from connectors.pagerduty.client import PagerDuty
from connectors.pagerduty.service import PAGERDUTY
from tests.connectors.support import connected, crowd

(TOKEN,) = PAGERDUTY.variables


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("y_NbAkKc66ryYTWUXYEu", True),
        ("u+AbCdEfGh-_0123456789", True),
        ("imitation-of-a-token", True),
        ("u+", False),
        ("Token token=y_NbAkKc66ryYTWUXYEu", False),
        ("y_NbAkKc66ry YTWUXYEu", False),
        ("y_NbAkKc66ryYTWUXYEu\n", False),
        ("", False),
    ],
)
def test_a_key_is_told_from_what_is_none(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(TOKEN.pattern, value)) is fits


def test_the_imitations_key_fits_the_pattern_and_is_a_secret() -> None:
    assert re.fullmatch(TOKEN.pattern, TOKEN.imitated)
    assert TOKEN.secret


def test_the_headers_carry_the_key_and_the_version() -> None:
    assert PAGERDUTY.headers(imitated(PAGERDUTY)) == {
        "Authorization": "Token token=imitation-of-a-token",
        "Accept": "application/vnd.pagerduty+json;version=2",
    }


def test_the_connector_is_pagerdutys() -> None:
    connection = connected(PAGERDUTY, crowd(1))
    assert isinstance(connection.connector, PagerDuty)
    assert connection.access.base_url == "https://api.pagerduty.com"
    assert connection.customer_url is None
