"""What the imitated PayPal makes of a request's parameters, and how it refuses one."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx

from connectors.paypal.windows import Window
from connectors.sandbox import reply

LONGEST = timedelta(days=31)
REMEMBERED = timedelta(days=3 * 365)
_INVALID = "Request is not well-formed, syntactically incorrect, or violates schema."
_MESSAGES = {
    401: (
        "AUTHENTICATION_FAILURE",
        "Authentication failed due to missing authorization header, or invalid authentication credentials.",
    ),
    400: ("INVALID_REQUEST", _INVALID),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    422: (
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed, semantically incorrect, or failed business validation.",
    ),
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)")


class Refusal(Exception):
    """An error that PayPal would answer: https://developer.paypal.com/api/rest/responses/#http-status-codes."""

    def __init__(self, status: int, *details: Mapping[str, str], **instead: object) -> None:
        """`details` are of the error; `instead` replaces what the status says by itself."""
        super().__init__(status)
        name, message = _MESSAGES[status]
        body: dict[str, object] = {"name": name, "message": message, "debug_id": f"{status}f1ba{len(details)}c0de"}
        if details:
            body |= {"details": list(details)}
        self.reply = reply(body | instead, status)


def query(issue: str, field: str, value: str = "") -> Refusal:
    """A parameter that PayPal does not take."""
    return Refusal(400, {"field": field, "value": value, "location": "query", "issue": issue})


def unprocessable(issue: str, description: str) -> Refusal:
    """A request that is well written and cannot be done."""
    return Refusal(422, {"issue": issue, "description": description})


def parameters(request: httpx.Request) -> dict[str, str]:
    """The query."""
    return dict(request.url.params.multi_items())


def moment(given: Mapping[str, str], name: str) -> datetime:
    """A date and time with its offset, which has to be there."""
    text = given.get(name)
    if text is None:
        raise query("MISSING_REQUIRED_PARAMETER", name)
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError as wrong:
        raise query("INVALID_PARAMETER_SYNTAX", name, text) from wrong
    if not _MOMENT.fullmatch(text):
        raise query("INVALID_PARAMETER_SYNTAX", name, text)
    return at.astimezone(UTC)


def window(given: Mapping[str, str], now: datetime) -> Window:
    """From `start_date` to `end_date`, as far apart and as long ago as PayPal allows."""
    asked = Window(moment(given, "start_date"), moment(given, "end_date"))
    if asked.end < asked.start:
        raise query("End date is before start date", "end_date", given["end_date"])
    if asked.end - asked.start > LONGEST:
        raise query("Date range is greater than 31 days", "end_date", given["end_date"])
    if not now - REMEMBERED <= asked.start <= now:
        raise query("Data for the given start date is not available.", "start_date", given["start_date"])
    return asked


def integer(given: Mapping[str, str], name: str, default: int, largest: int) -> int:
    """A whole number from 1 to `largest`."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= largest):
        raise query("INVALID_PARAMETER_VALUE", name, text)
    return int(text)


def one_of(given: Mapping[str, str], name: str, known: str) -> str | None:
    """A value among `known`, separated by spaces; None where it is not given."""
    value = given.get(name)
    if value is not None and value not in known.split():
        raise query("INVALID_PARAMETER_VALUE", name, value)
    return value
