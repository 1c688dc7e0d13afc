"""Bluesky, as the rest of the process knows it."""

from connectors.bluesky.client import Bluesky
from connectors.bluesky.sandbox import imitate
from connectors.bluesky.wire import error_message
from connectors.domain.reading import PAGE, SOUGHT, Reading
from connectors.domain.service import Service
from connectors.treatment import Keep
from connectors.vendor import Vendor

BLUESKY = Vendor(
    service=Service.BLUESKY,
    about="Bluesky: profiles and posts.",
    documentation="https://docs.bsky.app",
    base_url="https://public.api.bsky.app",
    headers=lambda _: {},  # what everybody may read needs no credentials
    error_message=error_message,
    customer_url="https://bsky.app/profile/{id}",
    keeps=(Keep(path="/xrpc/", fresh=30, stale=300, if_error=3600),),
    # https://docs.bsky.app/docs/category/http-reference: 25 profiles or posts a call, one author's feed at a time.
    reads={
        "profiles": Reading(per_batch=25),
        "feeds": Reading(page=PAGE // 2),  # half of a feed is commonly passed on from others
        "posts": Reading(page=PAGE),
        "found_posts": SOUGHT,
        "node": Reading(per_batch=25),
    },
    connect=Bluesky,
    imitate=imitate,
)
