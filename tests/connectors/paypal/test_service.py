import re
from base64 import b64decode

import pytest

from connectors.connection import imitated
from connectors.paypal.client import Paypal
from connectors.paypal.service import PAYPAL
from connectors.treatment import Treatment
from tests.connectors.paypal.support import BALANCES, BASE, TOKEN, TRANSACTIONS
from tests.connectors.support import connected, crowd

ID, SECRET = PAYPAL.variables


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("AYSq3RDGsmBLJE-otTkBtM-jBRd1TCQwFf9RGfwddNXWz0uFU9ztymylOhRS_EOAbCd", True),
        ("imitation-client-id", True),
        ("AYSq3RDGsm", False),
        ("AYSq3RDGsmBLJE otTkBtM", False),
        ("AYSq3RDGsmBLJE:otTkBtM", False),  # a colon would end the name in Basic
        ("AYSq3RDGsmBLJEotTkBtM\n", False),
        ("", False),
    ],
)
def test_credentials_are_told_from_what_are_none(value: str, *, fits: bool) -> None:
    assert bool(re.fullmatch(ID.pattern, value)) is fits
    assert bool(re.fullmatch(SECRET.pattern, value)) is fits


def test_the_imitations_credentials_fit_and_only_the_secret_is_one() -> None:
    assert all(re.fullmatch(variable.pattern, variable.imitated) for variable in PAYPAL.variables)
    assert (ID.secret, SECRET.secret) == (False, True)


def test_the_headers_of_every_call_are_what_a_token_is_asked_for_with() -> None:
    (name, value), *rest = PAYPAL.headers(imitated(PAYPAL)).items()
    assert (name, rest) == ("Authorization", [])
    assert b64decode(value.removeprefix("Basic ")) == b"imitation-client-id:imitation-client-secret"


def test_it_connects_to_paypals_live_address() -> None:
    assert PAYPAL.base_url == BASE
    assert isinstance(connected(PAYPAL, crowd(1)).connector, Paypal)


@pytest.mark.parametrize(
    ("path", "kept"), [(TRANSACTIONS, True), (BALANCES, True), (TOKEN, False), ("/v2/payments/captures/A", False)]
)
def test_reports_are_kept_and_neither_tokens_nor_captures(path: str, *, kept: bool) -> None:
    request = connected(PAYPAL, crowd(1)).client.build_request("GET", path)
    call = Treatment(keeps=PAYPAL.keeps).call(request, path, reads=True)
    assert (call.fresh is not None) is kept
    assert call.override is kept


def test_an_error_is_read_from_where_paypal_writes_it() -> None:
    assert PAYPAL.error_message(b'{"name": "A", "message": "b"}') == "A: b"
