"""Slack, as the rest of the process knows it."""

from connectors.domain.reading import Reading
from connectors.domain.service import Service
from connectors.slack.client import Slack
from connectors.slack.errors import meaning
from connectors.slack.sandbox import imitate
from connectors.slack.wire import error_message
from connectors.treatment import Keep
from connectors.vendor import Variable, Vendor

_HOUR = 3600  # seconds
_DAY = 24 * _HOUR

SLACK = Vendor(
    service=Service.SLACK,
    about="Slack: channels and messages.",
    documentation="https://docs.slack.dev/reference/methods",
    base_url="https://slack.com/api",
    variables=(
        Variable(
            name="SLACK_BOT_TOKEN",
            about="A bot's token with channels:read, groups:read, channels:history, groups:history, users:read, "
            "users:read.email and chat:write",
            looks_like="xoxb-…",
            pattern=r"xox[bp]-[A-Za-z0-9-]{10,}",
            secret=True,
            imitated="xoxb-100000000001-200000000002-imitation",
        ),
    ),
    # https://docs.slack.dev/authentication/tokens
    headers=lambda credentials: {"Authorization": f"Bearer {credentials['SLACK_BOT_TOKEN']}"},
    error_message=error_message,
    reads_quota=meaning,
    customer_url="https://app.slack.com/team/{id}",
    # Its answers say `no-store`, all of them: docs/adr/0007-kept-against-a-service-s-word.md
    keeps=(
        Keep(path="/auth.test", fresh=_HOUR, stale=_DAY, if_error=_DAY, override=True),
        Keep(path="/users.info", fresh=_HOUR, stale=_DAY, if_error=7 * _DAY, override=True),
        Keep(path="/conversations.list", fresh=120, stale=600, if_error=_HOUR, override=True),  # 20 calls a minute
        Keep(path="/conversations.history", fresh=10, stale=60, if_error=_HOUR, override=True),
    ),
    # https://docs.slack.dev/reference/methods: for somebody's messages 30 channels are read at most, once for all; then
    # the names of the channels, the address of the workspace, and the name of each author.
    reads={
        "channels": Reading(page=999),
        "rooms": Reading(per_batch=None, times=30),
        "said": Reading(page=198),
        "names": Reading(per_batch=None, times=2),
        "author": Reading(),
        "authors": Reading(page=1),
        "node": Reading(times=4),
        "send_message": Reading(times=4),
    },
    connect=Slack,
    imitate=imitate,
)
