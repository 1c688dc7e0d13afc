"""Ids that tell when they were given: milliseconds since 1970, then 16 bits that tell apart what is of the same one.

https://github.com/mastodon/mastodon/blob/main/lib/mastodon/snowflake.rb
"""

import re
from datetime import UTC, datetime, timedelta

_BELOW = 16  # bits
_ID = re.compile(r"[1-9][0-9]{0,18}")
_LARGEST = 2**63 - 1  # as the database counts
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(2016, 1, 1, tzinfo=UTC)  # smaller ones were counted up, before Mastodon 2.0
_LAST = datetime(2100, 1, 1, tzinfo=UTC)


def is_id(text: str) -> bool:
    """Whether `text` is spelled like an id; Mastodon would read others as some number all the same."""
    return _ID.fullmatch(text) is not None and int(text) <= _LARGEST


def first_id(at: datetime) -> int:
    """The smallest id of the millisecond `at`."""
    return ((at - _EPOCH) // timedelta(milliseconds=1)) << _BELOW


def given_at(id: str) -> datetime | None:
    """When an id was given, in UTC; None for those that do not tell."""
    if not is_id(id):
        return None
    at = _EPOCH + timedelta(milliseconds=int(id) >> _BELOW)
    return at if _FIRST <= at < _LAST else None
