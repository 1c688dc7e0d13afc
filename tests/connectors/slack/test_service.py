import re

import pytest

from connectors.connection import imitated
from connectors.domain.offer import Offer
from connectors.slack.client import Slack
from connectors.slack.service import SLACK
from tests.connectors.slack.support import imitation, over
from tests.connectors.support import connected, crowd

(TOKEN,) = SLACK.variables


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy", True),
        ("xoxp-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy", True),
        ("xapp-1-A0123-456-abcdef", False),
        ("xoxb-", False),
        ("Bearer xoxb-17653672481", False),
        ("xoxb-17653672481 ", False),
        ("", False),
    ],
)
def test_a_token_that_may_read_is_told_from_one_that_may_not(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(TOKEN.pattern, value)) is fits


def test_the_imitations_token_fits_the_pattern_and_is_a_secret() -> None:
    assert re.fullmatch(TOKEN.pattern, TOKEN.imitated)
    assert TOKEN.secret


def test_the_headers_carry_the_token() -> None:
    assert SLACK.headers(imitated(SLACK)) == {"Authorization": f"Bearer {TOKEN.imitated}"}


async def test_slack_is_reached_and_offers_something() -> None:
    connector = connected(SLACK, crowd(1)).connector
    assert isinstance(connector, Slack)
    assert isinstance(connector.offer, Offer)
    await over(imitation()).ping()


def test_whatever_is_read_again_and_again_is_kept() -> None:
    kept = {keep.path: keep.fresh for keep in SLACK.keeps}
    assert set(kept) == {"/auth.test", "/users.info", "/conversations.list", "/conversations.history"}
    assert kept["/conversations.history"] < kept["/conversations.list"] < kept["/users.info"]
