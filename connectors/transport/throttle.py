"""How long a service asks to be left alone, in the ways that vendors have of asking."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

import httpx

from connectors.transport.quota import Quota
from connectors.transport.retry_after import retry_after

SHORTLY = 1.0  # seconds, where a service says 429 and nothing else, as HubSpot
MINUTE = 60.0  # seconds: what GitHub expects where it does not say how long
_SECONDARY = b"secondary rate limit"  # GitHub's words for a limit that no header tells of
_LIMITED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


def asked_pause(response: httpx.Response, quotas: Sequence[Quota], now: datetime) -> float | None:
    """Seconds; None where the answer does not ask for any. `quotas` are those that it tells of.

    In this order: `Retry-After` of a 429, 403 or 503 (RFC 9110 section 10.2.3), the reset of a quota of which nothing
    remains, a minute for GitHub's secondary limits
    (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
    """
    status = response.status_code
    if status not in _LIMITED and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return None
    said = retry_after(response.headers.get("retry-after"), now)
    if said is not None or status not in _LIMITED:
        return said
    exhausted = [quota for quota in quotas if not quota.remaining]
    if exhausted:
        return max(_until_reset(quota, now) for quota in exhausted)
    if _SECONDARY in response.content[:4096].lower():
        return MINUTE
    return SHORTLY if status == HTTPStatus.TOO_MANY_REQUESTS else None


def _until_reset(quota: Quota, now: datetime) -> float:
    return SHORTLY if quota.resets_at is None else max(SHORTLY, (quota.resets_at - now).total_seconds())
