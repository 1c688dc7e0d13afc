"""What the imitated HubSpot makes of a request's body, and how it refuses one."""

from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

import httpx
import msgspec

from connectors.sandbox import reply

LONGEST_ID = 18  # digits; more would not fit 64 bits

T = TypeVar("T")


class Refusal(Exception):
    """An error that HubSpot would answer: https://developers.hubspot.com/docs/api/error-handling."""

    def __init__(
        self, status: int, message: str, category: str = "VALIDATION_ERROR", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.reply = reply(problem(message, category), status, headers)


class Input(msgspec.Struct, forbid_unknown_fields=True):
    """One of a batch; `after` is where a list of associations goes on."""

    id: str
    after: str | None = None


class BatchRead(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """https://developers.hubspot.com/docs/api/crm/contacts#retrieve-contacts."""

    inputs: list[Input]
    properties: list[str] = []
    properties_with_history: list[str] = []


class AssociationsRead(msgspec.Struct, forbid_unknown_fields=True):
    """https://developers.hubspot.com/docs/api/crm/associations#retrieve-associated-records."""

    inputs: list[Input]


class Filter(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """One comparison."""

    property_name: str
    operator: str
    value: str | None = None


class FilterGroup(msgspec.Struct, forbid_unknown_fields=True):
    """Every one of them must hold."""

    filters: list[Filter]


class Sort(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """By one property."""

    property_name: str
    direction: str = "ASCENDING"


class Search(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """https://developers.hubspot.com/docs/api/crm/search."""

    query: str = ""
    filter_groups: list[FilterGroup] = []
    sorts: list[Sort] = []
    properties: list[str] = []
    limit: int = 10
    after: str = "0"


def body(request: httpx.Request, into: type[T]) -> T:
    """The body of a request; fields that HubSpot does not document are refused, which HubSpot passes over."""
    try:
        return msgspec.json.decode(request.content, type=into)
    except (msgspec.MsgspecError, UnicodeDecodeError) as misfit:
        raise Refusal(400, f"Invalid input JSON on line 1, column 1: {misfit}") from misfit


def integer(text: str, name: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID and int(text) <= most):
        raise Refusal(400, f"There was a problem with the request. {name} must be an integer from 0 to {most}")
    return int(text)


def checked(inputs: list[Input], most: int) -> list[Input]:
    """The inputs of a batch; more than `most` are refused, and all of them where one is not called by a number."""
    if len(inputs) > most:
        text = f"The maximum number of inputs supported in a batch request is {most}."
        raise Refusal(400, f"{text} Please reduce the number of items and try again")
    for one in inputs:
        if not (one.id.isascii() and one.id.isdecimal() and len(one.id) <= LONGEST_ID):
            raise Refusal(400, f"Invalid object id '{one.id}'. IDs must be numeric.")
    return inputs


def problem(message: str, category: str) -> dict[str, object]:
    """The body of an error."""
    named = str(uuid5(NAMESPACE_URL, message))
    return {"status": "error", "message": message, "correlationId": named, "category": category}
