"""Frankfurter, as the rest of the process knows it."""

from connectors.domain.service import Service
from connectors.frankfurter.client import Frankfurter
from connectors.frankfurter.sandbox import imitate
from connectors.frankfurter.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Vendor

FRANKFURTER = Vendor(
    service=Service.FRANKFURTER,
    documentation="https://frankfurter.dev",
    base_url="https://api.frankfurter.dev/v2",
    headers=lambda _: {},  # it knows no callers
    error_message=error_message,
    keeps=(Keep(path="/", fresh=900, stale=3600, if_error=86_400),),
    connect=Frankfurter,
    imitate=imitate,
)
