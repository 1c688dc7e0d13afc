"""How much a vendor still allows, as it says in its answers.

Each family of headers has its source beside it. A vendor may have several limits and tell of all in one answer, as
HubSpot and Jira do; it refuses as soon as one of them is reached.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.transport.quota_fields import MOST, count, items, moment

Headers = Mapping[str, str]

_LIMITS = re.compile("rate-?limit", re.IGNORECASE)

# limit, remaining, reset, and the name of the limit where there are several
_FAMILIES = (
    # https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06: seconds from now, and so
    # https://support.pagerduty.com/main/docs/rest-api-rate-limits. Bluesky gives the epoch:
    # https://docs.bsky.app/docs/advanced-guides/rate-limits.
    ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", ""),
    # The epoch: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and
    # https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting. ISO 8601:
    # https://docs.joinmastodon.org/api/rate-limits/ and
    # https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ (only in refusals).
    ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-resource"),
    # By the minute, without saying when it ends; the endpoints that say so send `ratelimit-*` too:
    # https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/best-practices-for-avoiding-rate-limiting/
    ("x-rate-limit", "x-rate-limit-remaining", "", ""),
)


@dataclass(frozen=True, slots=True)
class Quota:
    """`remaining` of `limit` calls (GitHub: points) until `resets_at`, in UTC; None where the vendor does not say.

    `policy` names the limit where a vendor has several, as HubSpot's `daily` and `interval`.
    """

    limit: int
    remaining: int
    resets_at: datetime | None = None
    policy: str = ""

    @classmethod
    def of(
        cls, limit: int | None, remaining: int | None, resets_at: datetime | None = None, policy: str = ""
    ) -> "Quota | None":
        """Figures from anywhere, as the body of a GraphQL answer; None where they make no sense.

        A limit of 0 or less is a vendor's way to say that there is none. A service that was overdrawn has 0 remaining.
        """
        if limit is None or remaining is None or not 0 < limit <= MOST or remaining > MOST:
            return None
        at = resets_at.replace(tzinfo=resets_at.tzinfo or UTC) if resets_at else None
        return cls(limit, max(0, remaining), at, policy)

    @classmethod
    def from_headers(cls, headers: Headers, now: datetime) -> "Quota | None":
        """The quota that is nearest to its end; None where the answer tells of none."""
        return tightest(quotas(headers, now))

    @property
    def share(self) -> float:
        """What remains of the limit, 0 to 1."""
        return self.remaining / self.limit


def tightest(found: tuple[Quota, ...]) -> Quota | None:
    """The one of which the smallest share remains; of equals the one with the larger limit."""
    return min(found, key=lambda quota: (quota.share, -quota.limit), default=None)


def quotas(headers: Headers, now: datetime) -> tuple[Quota, ...]:
    """Every limit that an answer tells of, one for each `policy`. Never raises."""
    named = {name.lower(): value for name, value in headers.items() if _LIMITS.search(name)}
    found: dict[str, Quota] = {}
    for quota in (*_structured(named, now), *_of_families(named, now), *_of_hubspot(named, now)) if named else ():
        found.setdefault(quota.policy, quota)
    return tuple(found.values())


def _structured(headers: Headers, now: datetime) -> Iterator[Quota]:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10, and draft 07's plain pairs."""
    listed = dict(items(headers.get("ratelimit")))
    pairs = {key: value for key, _, value in (name.partition("=") for name in listed)}
    plain = Quota.of(count(pairs.get("limit")), count(pairs.get("remaining")), moment(pairs.get("reset"), now))
    if plain:
        yield plain
    policies = dict(items(headers.get("ratelimit-policy")))
    for name, said in listed.items():
        policy = policies.get(name, {})
        if policy.get("qu", "requests") == "requests":
            left = count(said.get("r"))
            limit = count(policy.get("q")) or left or 1  # Jira leaves the policy out once nothing remains
            quota = Quota.of(limit, left, moment(said.get("t", policy.get("w")), now), name)
            if quota:
                yield quota


def _of_families(headers: Headers, now: datetime) -> Iterator[Quota]:
    for limit, remaining, reset, policy in _FAMILIES:
        quota = Quota.of(
            count(headers.get(limit)),
            count(headers.get(remaining)),
            moment(headers.get(reset), now),
            headers.get(policy, ""),
        )
        if quota:
            yield quota


def _of_hubspot(headers: Headers, now: datetime) -> Iterator[Quota]:
    """https://developers.hubspot.com/docs/api/usage-details.

    The day ends at midnight of the account's time zone, which is not told. The interval rolls: it is over by its whole
    length from now at the latest. The figures by the second are older, and say nothing beside the interval's.
    """
    prefix = "x-hubspot-ratelimit"
    length = count(headers.get(f"{prefix}-interval-milliseconds"))
    daily = (f"{prefix}-daily", f"{prefix}-daily-remaining", None, "daily")
    interval = (f"{prefix}-max", f"{prefix}-remaining", now + timedelta(milliseconds=max(0, length or 0)), "interval")
    secondly = (f"{prefix}-secondly", f"{prefix}-secondly-remaining", now + timedelta(seconds=1), "secondly")
    for limit, remaining, at, policy in (daily, interval if length else secondly):
        quota = Quota.of(count(headers.get(limit)), count(headers.get(remaining)), at, policy)
        if quota:
            yield quota
