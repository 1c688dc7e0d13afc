"""The services that the graph can name."""

from enum import StrEnum


class Service(StrEnum):
    """A source of data: the store, or a third party. The value is its spelling in settings and paths."""

    STORE = "store"
    STRIPE = "stripe"
    PAYPAL = "paypal"
    ZENDESK = "zendesk"
    INTERCOM = "intercom"
    HUBSPOT = "hubspot"
    GITHUB = "github"
    JIRA = "jira"
    PAGERDUTY = "pagerduty"
    SLACK = "slack"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    FRANKFURTER = "frankfurter"
    OPEN_METEO = "open_meteo"
