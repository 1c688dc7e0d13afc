"""What the imitated PagerDuty makes of the parameters of a list. Parameters that it does not know it passes over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from connectors.pagerduty.sandbox_refusal import Refusal, invalid

STATUSES = ("triggered", "acknowledged", "resolved")
URGENCIES = ("high", "low")
LARGEST = 100  # https://developer.pagerduty.com/docs/pagination
DEEPEST = 10_000

_LONGEST = timedelta(days=184)  # six months, as long as they can be
_USUAL = timedelta(days=30)
_TOO_DEEP = (
    "Offset+limit exceeds maximum allowed value of 10000. Please try to refine your search to reduce the returned set "
    "of records below this number, like adding a date range."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`since` is in what is asked for, `until` is not."""

    statuses: frozenset[str]
    urgencies: frozenset[str]
    since: datetime
    until: datetime
    newest_first: bool
    limit: int
    offset: int
    total: bool


def query(request: httpx.Request, now: datetime, begins: datetime) -> Query:
    """Reads the parameters; `begins` is where all of time begins. Raises Refusal."""
    params = request.url.params
    limit, offset = min(_integer(params, "limit", 25), LARGEST), _integer(params, "offset", 0)
    if offset + limit > DEEPEST:
        raise Refusal(400, 2002, "Arguments Caused Error", _TOO_DEEP)
    since, until = _span(params, now, begins)
    return Query(
        statuses=_chosen(params, "statuses[]", STATUSES),
        urgencies=_chosen(params, "urgencies[]", URGENCIES),
        since=since,
        until=until,
        newest_first=_newest_first(params),
        limit=limit,
        offset=offset,
        total=params.get("total") == "true",
    )


def _span(params: httpx.QueryParams, now: datetime, begins: datetime) -> tuple[datetime, datetime]:
    """Everything, or half a year at most; the last thirty days where nothing is said."""
    later = now + timedelta(seconds=1)
    if params.get("date_range") == "all":
        return begins, later
    until = _moment(params, "until") or later
    since = _moment(params, "since") or until - _USUAL
    if since > until:
        raise invalid("Since must be before until.")
    if until - since > _LONGEST:
        raise invalid("The maximum range is 6 months.")
    return since, until


def _moment(params: httpx.QueryParams, name: str) -> datetime | None:
    text = params.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as unfit:
        raise invalid(f"{name.capitalize()} is not a date.") from unfit
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _integer(params: httpx.QueryParams, name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < len("1000000000")):
        raise invalid(f"{name.capitalize()} must be a positive integer.")
    return int(text)


def _chosen(params: httpx.QueryParams, name: str, known: tuple[str, ...]) -> frozenset[str]:
    chosen = frozenset(params.get_list(name))
    if not chosen <= set(known):
        raise invalid(f"{name.removesuffix('[]').capitalize()} must be one of {', '.join(known)}.")
    return chosen or frozenset(known)


def _newest_first(params: httpx.QueryParams) -> bool:
    field, _, direction = params.get("sort_by", "incident_number:asc").partition(":")
    if field not in ("created_at", "incident_number") or direction not in ("asc", "desc", ""):
        raise invalid("Sort by is not imitated for that field.")
    return bool(direction == "desc")
