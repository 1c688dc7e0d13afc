"""The values that vendors put in the headers of their rate limits: counts, moments, and lists of policies.

Whatever cannot be read is None, or left out. Nothing here raises.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST = 2**31 - 1  # GraphQL's Int, and more than any vendor allows
FURTHEST = timedelta(days=31)  # quotas are by the second to by the month: what is further away is a mistake
EPOCH = 10**9  # no vendor counts 31 years down, so that from here on seconds are those since 1970 (this is 2001)
EPOCH_MS = 10**11
LONGEST = 1024  # characters of a list; a longer one is none that a person wrote

_COUNT = re.compile(r"\s*([+-]?[0-9]{1,10})\s*(?:[,;].*)?", re.DOTALL)  # drafts up to 06: `100, 100;w=60`
_NUMBER = re.compile(r"\s*([0-9]{1,13}(?:\.[0-9]{1,9})?)\s*")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ITEM = re.compile(rf'(?:{_QUOTED}|[^",])+')
_PART = re.compile(rf'(?:{_QUOTED}|[^";])+')


def count(value: str | None) -> int | None:
    """A whole number, or the first of a list."""
    found = _COUNT.fullmatch(value or "")
    number = int(found[1]) if found else MOST + 1
    return number if abs(number) <= MOST else None


def moment(value: str | None, now: datetime) -> datetime | None:
    """When: seconds from `now`, seconds or milliseconds since 1970, ISO 8601, or a date as HTTP has it; in UTC.

    Told apart by size: Zendesk counts down (`41`), GitHub gives the epoch (`1763812800`), Mastodon and Jira ISO 8601.
    """
    if value is None:
        return None
    number = _NUMBER.fullmatch(value)
    at = _counted(float(number[1]), now) if number else _dated(value.strip())
    return at if at and at - now <= FURTHEST else None


def items(value: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """The members of a structured list, each with its parameters: `"default";r=50;t=30` (RFC 9651 section 3.1)."""
    for item in _ITEM.findall(value or "") if len(value or "") <= LONGEST else ():
        name, *parameters = _PART.findall(item) or [""]
        pairs = (parameter.partition("=") for parameter in parameters)
        yield _bare(name), {key.strip(): _bare(given) for key, _, given in pairs}


def _bare(text: str) -> str:
    return text.strip().strip('"')


def _counted(number: float, now: datetime) -> datetime:
    if number < EPOCH:
        return now + timedelta(seconds=number)
    return datetime.fromtimestamp(number / 1000 if number >= EPOCH_MS else number, UTC)


def _dated(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(value)
            return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
