"""`Retry-After`, as RFC 9110 section 10.2.3 has it: seconds, or a date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds from `now` on, never negative; None where there is no header or it is neither a number nor a date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, now or datetime.now(UTC))
    return max(0.0, seconds) if isfinite(seconds) else None


def _until(value: str, now: datetime) -> float | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())
