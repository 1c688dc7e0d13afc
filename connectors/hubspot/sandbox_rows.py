"""The imitated account's records: contacts and the companies that they work for, each made up from a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.hubspot.sandbox_account import OWNERS, PORTAL, Body
from connectors.seed.codes import DIGITS, Code
from connectors.seed.people import FIRST_SIGN_UP, HUBSPOT_CONTACT, Person
from connectors.seed.places import COUNTRIES, TRADES

HUBSPOT_COMPANY = Code("2", DIGITS, 10)

_FAMILIES = 16  # more than any country has names for
_STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
)
_INDUSTRIES = {
    "Robotics": "INDUSTRIAL_AUTOMATION",
    "Foods": "FOOD_PRODUCTION",
    "Textiles": "TEXTILES",
    "Analytics": "COMPUTER_SOFTWARE",
    "Logistics": "LOGISTICS_AND_SUPPLY_CHAIN",
    "Studio": "DESIGN",
    "Energy": "RENEWABLES_ENVIRONMENT",
    "Publishing": "PUBLISHING",
    "Games": "COMPUTER_GAMES",
}
_DIALLED = {
    "DE": "+49 30",
    "FR": "+33 1",
    "GB": "+44 20",
    "US": "+1 312",
    "JP": "+81 3",
    "BR": "+55 11",
    "IN": "+91 80",
    "PL": "+48 22",
    "SE": "+46 8",
    "NG": "+234 1",
    "MX": "+52 55",
    "TR": "+90 212",
    "CH": "+41 44",
    "AU": "+61 3",
}
# What comes along whatever is asked for, and what comes where nothing is.
_ALWAYS = ("createdate", "hs_object_id")
_DEFAULT = {
    "0-1": ("email", "firstname", "lastmodifieddate", "lastname"),
    "0-2": ("domain", "hs_lastmodifieddate", "name"),
    "0-3": ("amount", "closedate", "dealname", "dealstage", "hs_lastmodifieddate", "pipeline"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One record with all that the account knows of it; `kind` is its number in web addresses."""

    kind: str
    id: str
    created_at: datetime
    properties: Mapping[str, str | None]

    def body(self, asked: Sequence[str] = ()) -> Body:
        """With the properties that are asked for; others that it does not have are passed over."""
        names = dict.fromkeys([*_ALWAYS, *(asked or _DEFAULT[self.kind])])
        known = {"hs_object_id": self.id, "createdate": instant(self.created_at)} | dict(self.properties)
        return {
            "id": self.id,
            "properties": {name: known[name] for name in names if name in known},
            "createdAt": instant(self.created_at),
            "updatedAt": instant(self.created_at),
            "archived": False,
            "url": f"https://app.hubspot.com/contacts/{PORTAL}/record/{self.kind}/{self.id}",
        }


def contact(person: Person) -> Row:
    """https://developers.hubspot.com/docs/api/crm/contacts."""
    draw = Random(f"hubspot contact {person.number}")  # noqa: S311 - made-up people, not secrets
    first, _, last = person.name.partition(" ")
    given, family = (last, first) if person.country.code == "JP" else (first, last)
    phone = f"{_DIALLED[person.country.code]} {draw.randrange(10**6, 10**7)}"
    reached = draw.choices(("phone", "mobilephone", "neither"), (70, 20, 10))[0]
    properties = {
        "firstname": given,
        "lastname": family,
        "email": person.email,
        "phone": phone if reached == "phone" else None,
        "mobilephone": phone if reached == "mobilephone" else None,
        "company": person.company,
        "city": person.city.name,
        "lifecyclestage": draw.choices(_STAGES, (8, 22, 15, 12, 13, 26, 4))[0],
        "hubspot_owner_id": None if draw.randrange(8) == 0 else draw.choice(OWNERS).id,
        "hs_merged_object_ids": None,
        "lastmodifieddate": instant(person.created_at),
    }
    return Row("0-1", HUBSPOT_CONTACT.encode(person.number), person.created_at, properties)


def employers(person: Person) -> list[int]:
    """The numbers of whom a person works for, the primary one last, as HubSpot's order says nothing; few have none."""
    draw = Random(f"hubspot employer {person.number}")  # noqa: S311 - made-up people, not secrets
    chance = draw.randrange(12)
    if chance == 0:
        return []
    family, _, trade = person.company.rpartition(" ")
    own = _number(COUNTRIES.index(person.country), person.country.family.index(family), TRADES.index(trade))
    other = _number(COUNTRIES.index(person.country), 0, draw.randrange(len(TRADES)))
    return [other, own] if chance == 1 and other != own else [own]


def company(number: int) -> Row | None:
    """https://developers.hubspot.com/docs/api/crm/companies; None where nobody is called so."""
    rest, trade = divmod(number, len(TRADES))
    place, family = divmod(rest, _FAMILIES)
    if place >= len(COUNTRIES) or family >= len(COUNTRIES[place].family):
        return None
    draw = Random(f"hubspot company {number}")  # noqa: S311 - made-up companies, not secrets
    name = f"{COUNTRIES[place].family[family]} {TRADES[trade]}"
    properties = {
        "name": name,
        "domain": f"{_domain(name)}.example",
        "industry": _INDUSTRIES.get(TRADES[trade]),
        "numberofemployees": None if draw.randrange(6) == 0 else str(round(2 ** draw.uniform(1, 14))),
        "hs_merged_object_ids": None,
        "hs_lastmodifieddate": instant(FIRST_SIGN_UP),
    }
    created_at = FIRST_SIGN_UP + timedelta(hours=number)
    return Row("0-2", HUBSPOT_COMPANY.encode(number), created_at, properties)


def instant(at: datetime) -> str:
    """As HubSpot writes times: in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(place: int, family: int, trade: int) -> int:
    return (place * _FAMILIES + family) * len(TRADES) + trade


def _domain(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")
