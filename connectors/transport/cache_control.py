"""`Cache-Control` and the dates beside it, read as RFC 9111 section 5 says."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

FOREVER = 2**31  # seconds; what a larger figure means (RFC 9111 section 1.2.2)
_DIGITS = 10  # of FOREVER
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
# A quoted string that no name stands before is skipped as a whole: what is inside it is no directive.
_DIRECTIVE = re.compile(rf'{_QUOTED}|([^\s,="]+)(?:={_QUOTED}|=([^\s,"]*))?')


def directives(headers: httpx.Headers) -> dict[str, str | None]:
    """The directives by lower-case name, over all lines; where one is repeated, the first counts (section 4.2.1)."""
    found: dict[str, str | None] = {}
    for match in _DIRECTIVE.finditer(headers.get("cache-control", "")):
        _, name, quoted, token = match.groups()
        if name:
            found.setdefault(name.lower(), token if quoted is None else quoted)
    return found


def delta_seconds(value: str | None) -> float | None:
    """A whole number of seconds, never negative; None for anything else (section 1.2.2)."""
    if value is None or not (value.isascii() and value.isdigit()):
        return None
    digits = value.lstrip("0")
    return float(FOREVER if len(digits) > _DIGITS else min(int(digits or "0"), FOREVER))


def http_date(value: str | None) -> float | None:
    """Seconds since the epoch; None where it is no date of RFC 9110 section 5.6.7."""
    if value is None:
        return None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None and "," in value:  # only asctime's form, which has no comma, goes without a zone
        return None
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp()


def first(headers: httpx.Headers, name: str) -> str | None:
    """The first line of that name: a date holds a comma, so that joined lines could not be told apart."""
    return next(iter(headers.get_list(name)), None)
