"""Mastodon, as the rest of the process knows it."""

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.mastodon.client import Mastodon
from connectors.mastodon.sandbox import imitate
from connectors.mastodon.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Vendor

MASTODON = Vendor(
    service=Service.MASTODON,
    about="Mastodon: profiles and posts.",
    documentation="https://docs.joinmastodon.org",
    base_url="https://mastodon.social",
    headers=lambda _: {},  # what everybody may read needs no credentials
    error_message=error_message,
    # It lets lists be kept for 15 s; what is read by id says `no-store`, also of what everybody may read:
    # docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(Keep(path="/api/v1/", fresh=15, stale=300, if_error=3600, override=True),),
    # https://docs.joinmastodon.org/client/public/: 40 accounts or 20 posts a call, one author's feed at a time.
    reads={
        "profiles": Reading(per_batch=40),
        "feeds": Reading(page=38),
        "posts": Reading(page=38),
        "found_posts": Reading(page=40),
        "node": Reading(per_batch=20),
    },
    connect=Mastodon,
    imitate=imitate,
)
