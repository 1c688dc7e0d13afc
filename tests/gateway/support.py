"""Vendors for the tests of the process: one with three variables, one with a key, one without keys and with a path."""

from collections.abc import Mapping
from dataclasses import replace

from connectors.connection import Access, Mode, base_url, imitated
from connectors.domain.service import Service
from connectors.stripe.service import STRIPE
from connectors.vendor import Credentials, Variable, Vendor


def _variable(name: str, pattern: str, imitation: str, *, secret: bool = False) -> Variable:
    return Variable(
        name=name, about=f"About {name}", looks_like=f"like {name}", pattern=pattern, secret=secret, imitated=imitation
    )


def _basic(credentials: Credentials) -> Mapping[str, str]:
    return {"Authorization": f"Basic encoded-{credentials['ZENDESK_API_TOKEN']}"}


DESK = replace(
    STRIPE,
    service=Service.ZENDESK,
    base_url="https://{ZENDESK_SUBDOMAIN}.zendesk.com",
    variables=(
        _variable("ZENDESK_SUBDOMAIN", r"[a-z0-9-]+", "imitation"),
        _variable("ZENDESK_EMAIL", r"\S+@\S+", "agent@imitation.example"),
        _variable("ZENDESK_API_TOKEN", r"\w{8,}", "imitation-token", secret=True),
    ),
    headers=_basic,
)
RATES = replace(
    STRIPE,
    service=Service.FRANKFURTER,
    base_url="https://api.frankfurter.dev/v2",
    variables=(),
    headers=lambda _: {},
)
VENDORS: tuple[Vendor, ...] = (STRIPE, DESK, RATES)

KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
DESK_GIVEN = {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "me@acme.example", "ZENDESK_API_TOKEN": "s3cr3tT0ken"}


def access(vendor: Vendor, mode: Mode, address: str | None = None) -> Access:
    """How a vendor is reached, with the credentials of its imitation."""
    credentials = imitated(vendor)
    return Access(mode=mode, base_url=address or base_url(vendor, credentials), credentials=credentials)
