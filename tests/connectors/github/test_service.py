import re

import httpx
import pytest

from connectors.connection import base_url, imitated
from connectors.domain.service import Service
from connectors.github.client import GitHub
from connectors.github.service import GITHUB
from tests.connectors.github.support import PEOPLE, connection_over, over, recorder
from tests.connectors.support import connected

(TOKEN,) = GITHUB.variables


def test_github_is_reached_at_its_own_address() -> None:
    assert (GITHUB.service, base_url(GITHUB, imitated(GITHUB))) == (Service.GITHUB, "https://api.github.com")


@pytest.mark.parametrize(
    "token",
    [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "gho_16C7e42F292c6912E7710c838347Ae178B4a",
        "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
        "ghs_eyJhbGciOi.eyJpc3Mi.SflKxwRJSM-eKKF2QT4_fwpMe",
        "github_pat_11ABCDEFG0x1y2z3_abcdEFGH",
    ],
)
def test_a_token_is_told_by_its_prefix(token: str) -> None:
    assert re.fullmatch(TOKEN.pattern, token)


@pytest.mark.parametrize("token", ["", "ghp_", "sk_live_1", "ghp_a b", "ghp_a\n", "Bearer ghp_a", "16C7e42F292c6912"])
def test_anything_else_is_no_token(token: str) -> None:
    assert not re.fullmatch(TOKEN.pattern, token)


def test_the_token_is_a_secret_and_the_imitations_own_fits() -> None:
    assert TOKEN.secret
    assert re.fullmatch(TOKEN.pattern, TOKEN.imitated)


async def test_the_token_goes_with_every_call_and_so_does_our_name() -> None:
    wire = recorder()
    await over(wire).ping()
    (request,) = wire.requests
    assert request.headers["authorization"] == f"Bearer {TOKEN.imitated}"
    assert request.headers["user-agent"]
    assert (request.method, str(request.url)) == ("POST", "https://api.github.com/graphql")
    assert request.headers["content-type"] == "application/json"


def test_github_offers_code_and_issues_and_nothing_else() -> None:
    connector = connection_over().connector
    assert isinstance(connector, GitHub)
    assert connector.offer.code is connector.offer.issues is connector
    assert connector.offer.payments is None
    assert connector.offer.tickets is None


async def test_the_imitation_takes_the_place_of_the_network_by_itself() -> None:
    connector = connected(GITHUB, PEOPLE).connector
    await connector.ping()


async def test_a_ping_costs_one_call_and_fails_where_the_token_does() -> None:
    wire = httpx.MockTransport(lambda _: httpx.Response(401, json={"message": "Bad credentials"}))
    connection = connection_over(wire)
    with pytest.raises(Exception, match="credentials"):
        await connection.connector.ping()
    assert (connection.stats.totals.calls, connection.stats.totals.errors) == (1, 1)
