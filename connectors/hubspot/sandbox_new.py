"""What the imitated HubSpot asks of a new deal: https://developers.hubspot.com/docs/api/crm/deals#create-deals."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from connectors.hubspot.sandbox_account import CURRENCIES, OWNERS, SALES, STAGES
from connectors.hubspot.sandbox_query import Refusal
from connectors.seed.people import HUBSPOT_CONTACT, People

_WITH_CONTACT = 3
_OWNERS = [owner.id for owner in OWNERS if not owner.archived]
_TIME = re.compile(r"[0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+))?")


class _To(msgspec.Struct, forbid_unknown_fields=True):
    id: str


class _Type(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    association_category: str
    association_type_id: int


class _Association(msgspec.Struct, forbid_unknown_fields=True):
    to: _To
    types: list[_Type]


class NewRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A record that is to be made, with what it belongs to."""

    properties: dict[str, str | None]
    associations: list[_Association] = []


def properties(new: NewRecord) -> dict[str, str | None]:
    """What the deal begins with. Raises Refusal for what HubSpot would not accept."""
    given = {"pipeline": SALES} | new.properties
    wrong = [_wrong(name, value, given) for name, value in given.items() if value]
    found = [one for one in wrong if one]
    if found:
        raise Refusal(400, f"Property values were not valid: {msgspec.json.encode(found).decode()}")
    first = STAGES[given["pipeline"] or SALES][0].id
    return {"dealstage": first, "amount": None, "closedate": None, "deal_currency_code": None, "dealname": None} | given


def contacts(new: NewRecord, people: People) -> list[str]:
    """Whom the deal is with."""
    for one in new.associations:
        kinds = [(kind.association_category, kind.association_type_id) for kind in one.types]
        if kinds != [("HUBSPOT_DEFINED", _WITH_CONTACT)]:
            raise Refusal(400, f"One or more associations are not valid: {kinds} is not from a deal to a contact")
        if people.by_code(HUBSPOT_CONTACT, one.to.id) is None:
            raise Refusal(
                404, f"One or more associations are not valid: no CONTACT with id {one.to.id}", "OBJECT_NOT_FOUND"
            )
    return [one.to.id for one in new.associations]


def _wrong(name: str, value: str, given: Mapping[str, str | None]) -> dict[str, object] | None:
    """Why a value cannot be taken; None where it can."""
    if name not in _CHECKS:
        return _refused(name, f'Property "{name}" does not exist', "PROPERTY_DOESNT_EXIST")
    why = _CHECKS[name](value, given)
    return why and _refused(name, *why)


def _refused(name: str, message: str, error: str) -> dict[str, object]:
    return {"isValid": False, "message": message, "error": error, "name": name, "localizedErrorMessage": message}


_Why = tuple[str, str] | None
_Check = Callable[[str, Mapping[str, str | None]], _Why]


def _option(options: list[str], value: str) -> _Why:
    if value in options:
        return None
    return f"{value} was not one of the allowed options: [{', '.join(options)}]", "INVALID_OPTION"


def _stage(value: str, given: Mapping[str, str | None]) -> _Why:
    return _option([step.id for step in STAGES.get(given["pipeline"] or SALES, ())], value)


def _number(value: str, _: Mapping[str, str | None]) -> _Why:
    try:
        fits = Decimal(value).is_finite()
    except InvalidOperation:
        fits = False
    return None if fits else (f"{value} was not a valid number.", "INVALID_DOUBLE")


def _time(value: str, _: Mapping[str, str | None]) -> _Why:
    return None if _TIME.fullmatch(value) else (f"{value} was not a valid long.", "INVALID_LONG")


_CHECKS: Mapping[str, _Check] = {
    "dealname": lambda _, __: None,
    "description": lambda _, __: None,
    "pipeline": lambda value, _: _option(list(STAGES), value),
    "dealstage": _stage,
    "amount": _number,
    "deal_currency_code": lambda value, _: _option(list(CURRENCIES), value),
    "closedate": _time,
    "hubspot_owner_id": lambda value, _: _option(_OWNERS, value),
}
