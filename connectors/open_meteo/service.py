"""Open-Meteo, as the rest of the process knows it."""

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.open_meteo.client import OpenMeteo
from connectors.open_meteo.sandbox import imitate
from connectors.open_meteo.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Vendor

OPEN_METEO = Vendor(
    service=Service.OPEN_METEO,
    about="Open-Meteo: weather.",
    documentation="https://open-meteo.com/en/docs",
    base_url="https://api.open-meteo.com",
    headers=lambda _: {},  # it knows no callers
    error_message=error_message,
    # It is computed anew every quarter of an hour.
    keeps=(Keep(path="/v1/forecast", fresh=600, stale=1800, if_error=21_600),),
    # https://open-meteo.com/en/docs: 250 places a call.
    reads={"forecasts": Reading(per_batch=250)},
    connect=OpenMeteo,
    imitate=imitate,
)
