"""Bluesky, as the rest of the process knows it."""

from connectors.bluesky.client import Bluesky
from connectors.bluesky.sandbox import imitate
from connectors.bluesky.wire import error_message
from connectors.domain.service import Service
from connectors.treatment import Keep
from connectors.vendor import Vendor

BLUESKY = Vendor(
    service=Service.BLUESKY,
    documentation="https://docs.bsky.app",
    base_url="https://public.api.bsky.app",
    headers=lambda _: {},  # what everybody may read needs no credentials
    error_message=error_message,
    customer_url="https://bsky.app/profile/{id}",
    keeps=(Keep(path="/xrpc/", fresh=30, stale=300, if_error=3600),),
    connect=Bluesky,
    imitate=imitate,
)
