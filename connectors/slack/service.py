"""Slack, as the rest of the process knows it."""

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
    connect=Slack,
    imitate=imitate,
)
