"""What the rest of the process knows of HubSpot."""

import re

import httpx
import pytest

from connectors.connection import base_url, imitated
from connectors.domain.errors import ConnectorError, Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.hubspot.service import HUBSPOT
from tests.connectors.hubspot.support import CONTACTS, calling, inputs, over
from tests.connectors.support import answering

[TOKEN] = HUBSPOT.variables


def test_the_address_is_that_of_everybody() -> None:
    assert base_url(HUBSPOT, imitated(HUBSPOT)) == "https://api.hubapi.com"
    assert HUBSPOT.service is Service.HUBSPOT


def test_the_token_is_sent_and_secret() -> None:
    assert HUBSPOT.headers({"HUBSPOT_ACCESS_TOKEN": "pat-eu1-x"}) == {"Authorization": "Bearer pat-eu1-x"}
    assert TOKEN.secret


def test_the_imitation_is_content_with_what_fits() -> None:
    assert re.fullmatch(TOKEN.pattern, TOKEN.imitated)
    assert calling().post(CONTACTS, {"inputs": inputs(["1"])}).status_code == httpx.codes.MULTI_STATUS


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("pat-na1-6f2ab1d0-3c5e-4b9a-8f7d-0123456789ab", True),
        ("pat-eu1-6f2ab1d0-3c5e-4b9a-8f7d-0123456789ab", True),
        ("CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4=", True),
        ("pat-na1-short", False),
        ("Bearer pat-na1-6f2ab1d0-3c5e-4b9a-8f7d-0123456789ab", False),
        ("pat-na1-6f2ab1d0-3c5e-4b9a-8f7d-0123456789ab\n", False),
        ("", False),
    ],
)
def test_a_token_that_could_not_be_right_is_noticed_at_boot(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(TOKEN.pattern, value)) is fits


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(401, b'{"message":"Authentication credentials not found."}'), Unauthorized, "credentials"),
        (answering(403, b'{"category":"MISSING_SCOPES","message":"scopes"}'), Unauthorized, "403"),
        (answering(429, b'{"message":"You have reached your daily limit."}'), RateLimited, "left alone"),
        (answering(500), Unavailable, "500"),
        (answering(400, b'{"message":"Invalid input JSON","errors":[{"message":"id"}]}'), Rejected, "JSON; id"),
        (answering(400, b"<html>"), Rejected, "400: Bad Request"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'{"results":[{"id":7}]}'), Malformed, r"\$.results\[0\].id"),
    ],
)
async def test_what_goes_wrong_has_one_kind_each_and_is_a_value(
    wire: httpx.AsyncBaseTransport, error: type[ConnectorError], words: str
) -> None:
    answers = await over(wire).contacts_by_id(["1", "2"])
    assert {type(answer) for answer in answers.values()} == {error}
    assert all(re.search(words, str(answer)) for answer in answers.values())
