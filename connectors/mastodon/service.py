"""Mastodon, as the rest of the process knows it."""

from connectors.domain.service import Service
from connectors.mastodon.client import Mastodon
from connectors.mastodon.sandbox import imitate
from connectors.mastodon.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Vendor

MASTODON = Vendor(
    service=Service.MASTODON,
    documentation="https://docs.joinmastodon.org",
    base_url="https://mastodon.social",
    headers=lambda _: {},  # what everybody may read needs no credentials
    error_message=error_message,
    # It lets lists be kept for 15 s; what is read by id says `no-store`, also of what everybody may read:
    # docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/api/v1/", fresh=15, stale=300, if_error=3600, override=True),),
    connect=Mastodon,
    imitate=imitate,
)
