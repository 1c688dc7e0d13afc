"""What the rest of the process knows of Zendesk."""

import re
from base64 import b64decode

import httpx
import pytest

from connectors.connection import base_url
from connectors.domain.service import Service
from connectors.zendesk.service import ZENDESK
from tests.connectors.zendesk.support import calling

GIVEN = {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "zoë@acme.example", "ZENDESK_API_TOKEN": "t" * 40}
VARIABLES = {variable.name: variable for variable in ZENDESK.variables}


def test_the_address_is_that_of_the_account() -> None:
    assert base_url(ZENDESK, GIVEN) == "https://acme.zendesk.com"
    assert ZENDESK.service is Service.ZENDESK


def test_the_token_is_sent_in_the_name_of_its_agent() -> None:
    scheme, _, encoded = ZENDESK.headers(GIVEN)["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert b64decode(encoded).decode() == f"zoë@acme.example/token:{'t' * 40}"


def test_json_is_asked_for() -> None:
    assert ZENDESK.headers(GIVEN)["Accept"] == "application/json"


def test_only_the_token_is_secret() -> None:
    assert {name for name, variable in VARIABLES.items() if variable.secret} == {"ZENDESK_API_TOKEN"}


def test_the_imitation_is_content_with_what_fits() -> None:
    for variable in ZENDESK.variables:
        assert re.fullmatch(variable.pattern, variable.imitated), variable.name
    assert calling().get("/api/v2/tickets.json", **{"page[size]": 1}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("ZENDESK_SUBDOMAIN", "acme-support2", True),
        ("ZENDESK_SUBDOMAIN", "acme.zendesk.com", False),
        ("ZENDESK_SUBDOMAIN", "https://acme", False),
        ("ZENDESK_SUBDOMAIN", "acme/evil", False),
        ("ZENDESK_SUBDOMAIN", "-acme", False),
        ("ZENDESK_EMAIL", "first.last+api@acme.example", True),
        ("ZENDESK_EMAIL", "agent@acme.example/token", False),
        ("ZENDESK_EMAIL", "agent", False),
        ("ZENDESK_EMAIL", "a:b@acme.example", False),
        ("ZENDESK_API_TOKEN", "6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv", True),
        ("ZENDESK_API_TOKEN", "short", False),
        ("ZENDESK_API_TOKEN", "agent@acme.example/token:6wiIBWbGkBMo1mRDMuVw", False),
    ],
)
def test_a_value_that_could_not_be_right_is_noticed_at_boot(name: str, value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(VARIABLES[name].pattern, value)) is fits


def test_two_imitations_do_not_share_what_is_opened() -> None:
    one, other = calling(), calling()
    made = one.post("/api/v2/tickets.json", {"ticket": {"comment": {"body": "Hello"}}}).json()["ticket"]["id"]
    assert one.get(f"/api/v2/tickets/{made}.json").status_code == httpx.codes.OK
    assert other.get(f"/api/v2/tickets/{made}.json").status_code == httpx.codes.NOT_FOUND
