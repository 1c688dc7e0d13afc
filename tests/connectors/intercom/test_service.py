import re

import pytest

from connectors.connection import imitated
from connectors.domain.offer import Offer
from connectors.intercom.client import Intercom
from connectors.intercom.service import INTERCOM
from connectors.intercom.wire import API_VERSION
from tests.connectors.support import connected, crowd

(TOKEN,) = INTERCOM.variables


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("dG9rOjA4ZmE1YzVhX2I3YjRfNDQ2ZV85YzNkX2Q0YjM0ZjQ4ZTNhYToxOjA=", True),
        ("imitation0imitation0imitation0imitation0=", True),
        ("short", False),
        ("has a space in it, and a comma", False),
        ("Bearer dG9rOjA4ZmE1YzVhX2I3YjRf", False),
        ("", False),
    ],
)
def test_a_token_is_told_from_what_is_none(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(TOKEN.pattern, value)) is fits


def test_the_imitations_token_fits_the_pattern_and_is_a_secret() -> None:
    assert re.fullmatch(TOKEN.pattern, TOKEN.imitated)
    assert TOKEN.secret


def test_the_headers_carry_the_token_and_the_version() -> None:
    assert INTERCOM.headers(imitated(INTERCOM)) == {
        "Authorization": f"Bearer {TOKEN.imitated}",
        "Intercom-Version": API_VERSION,
        "Accept": "application/json",
    }


def test_intercom_provides_tickets() -> None:
    connector = connected(INTERCOM, crowd(1)).connector
    assert isinstance(connector, Intercom)
    assert connector.offer.tickets is connector
    assert isinstance(connector.offer, Offer)


def test_teammates_are_kept_longer_than_conversations() -> None:
    fresh = {keep.path: keep.fresh for keep in INTERCOM.keeps}
    assert fresh["/admins"] > 100 * fresh["/conversations"]
