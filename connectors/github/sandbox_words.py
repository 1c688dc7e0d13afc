"""What people of the imitated GitHub call their repositories and complain about in them."""

from random import Random

LANGUAGES = (
    *("Python", "TypeScript", "Go", "Rust", "Java", "JavaScript", "C#", "Ruby", "Kotlin", "PHP"),
    *("Swift", "Elixir", "C++", "Shell", "Dart"),
)
LABELS = {
    "bug": "d73a4a",
    "documentation": "0075ca",
    "enhancement": "a2eeef",
    "good first issue": "7057ff",
    "help wanted": "008672",
    "performance": "fbca04",
    "question": "d876e3",
    "regression": "b60205",
    "priority: high": "e99695",
    "área: facturación": "c5def5",
}
_TOPICS = {
    "ledger": "Double-entry bookkeeping with exact decimals",
    "scheduler": "Runs jobs on a calendar that knows about holidays and time zones",
    "webhooks": "Receives webhooks, verifies them, and delivers each one once",
    "notifier": "Mail, push and chat notifications from one template",
    "inventory": "Stock levels over several warehouses, with reservations",
    "checkout": "The checkout page of our shop, with local payment methods",
    "import-tools": "Reads the spreadsheets that suppliers send, whatever their encoding",
    "rate-limiter": "Token buckets that several processes share",
    "map-tiles": "Vector tiles for store locations",
    "translations": "Message catalogues and the checks that keep them complete",
    "design-system": "Components, tokens and icons",
    "dashboard": "Figures of the day for the operations team",
    "cli": "Command line client",
    "sdk": "Client library with retries and pagination",
    "docs": "Handbook and API reference",
    "sensor-gateway": "Collects readings over MQTT and stores them by the minute",
}
_FIRST = ("", "", "", "tiny-", "open-", "fast-", "field-", "next-")
_THINGS = (
    *("CSV export", "login form", "invoice PDF", "search index", "retry queue", "date picker", "price list"),
    *("webhook receiver", "import wizard", "currency converter", "settings page", "address parser", "API client"),
    *("background worker", "permission check", "health endpoint"),
)
_ISSUES = (
    *("{} crashes on an empty list", "{} shows the wrong day west of Greenwich", "{} times out with 10,000 rows"),
    *("{} loses umlauts: “Größe” becomes “Gr??e”", "Document how to configure the {}", "{} ignores the locale"),
    *("{} is unusable with a screen reader", "Allow dark mode in the {}", "Memory leak in the {} after a day"),
    *("{} rounds ¥ amounts to two decimals", "{} fails behind a proxy", "Flaky test around the {}"),
    *("日本語の件名で {} が文字化けする", "El {} no acepta la ñ", "Le {} affiche « NaN » au lieu du total"),
    *("{}: support right-to-left text", "{}: keyboard shortcut conflicts with IME input", "{} retries forever on 404"),
    *("Deprecate the old {}", "{} should say why a row was refused"),
)
_PULLS = (
    *(
        "Fix the {} for empty input",
        "Speed up the {}",
        "Rewrite the {} without global state",
        "Translate the {} to Polish",
    ),
    *("Add tests for the {}", "Make the {} accessible", "Bump dependencies of the {}", "Remove the old {}"),
    *("{}: read time zones from the profile", "{}: stream instead of buffering", "Type-check the {}"),
    *("Support ISO 4217 minor units in the {}", "Revert “Speed up the {}”"),
)
_RELEASES = ("", "", "Faster {}", "{}, rewritten", "Fixes for the {}", "Ya funciona el {}")


def repositories(draw: Random, count: int) -> list[tuple[str, str]]:
    """Names and descriptions of `count` repositories of one account; no name comes twice."""
    nouns = draw.sample(sorted(_TOPICS), count)
    return [(draw.choice(_FIRST) + noun, _TOPICS[noun]) for noun in nouns]


def issue_title(draw: Random) -> str:
    """What is wrong."""
    return _title(draw.choice(_ISSUES), draw)


def pull_title(draw: Random) -> str:
    """What is proposed."""
    return _title(draw.choice(_PULLS), draw)


def release_name(draw: Random) -> str:
    """Many releases have no name but their tag."""
    return _title(draw.choice(_RELEASES), draw)


def labels(draw: Random) -> tuple[str, ...]:
    """Up to three labels."""
    return tuple(draw.sample(sorted(LABELS), draw.randrange(4)))


def _title(template: str, draw: Random) -> str:
    title = template.format(draw.choice(_THINGS))
    return title[:1].upper() + title[1:]
