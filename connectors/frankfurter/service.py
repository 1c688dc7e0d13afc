"""Frankfurter, as the rest of the process knows it."""

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.frankfurter.client import Frankfurter
from connectors.frankfurter.sandbox import imitate
from connectors.frankfurter.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Vendor

FRANKFURTER = Vendor(
    service=Service.FRANKFURTER,
    about="Frankfurter: exchange rates of central banks.",
    documentation="https://frankfurter.dev",
    base_url="https://api.frankfurter.dev/v2",
    headers=lambda _: {},  # it knows no callers
    error_message=error_message,
    keeps=(Keep(path="/", fresh=900, stale=3600, if_error=86_400),),
    # https://frankfurter.dev: any number of quotes of one base. Rates are asked for as soon as an amount is known, so
    # that amounts which come one after the other take a call for each currency that is new.
    reads={"rates": Reading(different=5), "rate": Reading(), "series": Reading()},
    connect=Frankfurter,
    imitate=imitate,
)
