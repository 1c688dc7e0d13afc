"""The made-up customers: any number of them, each computed from its place in the row."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from connectors.domain.customers import Customer, Location, Note
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.seed.codes import BASE32, BASE36, BASE62, DIGITS, HEX, Code
from connectors.seed.places import COUNTRIES, TAGS, TRADES, City, Country

DEFAULT_COUNT = 200
MOST = 100_000
FIRST_SIGN_UP = datetime(2023, 1, 2, 8, tzinfo=UTC)

STRIPE_CUSTOMER = Code("cus_", BASE62, 14)
PAYPAL_PAYER = Code("", "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 13)  # https://developer.paypal.com/api/rest/reference/
ZENDESK_USER = Code("38", DIGITS, 10)
INTERCOM_CONTACT = Code("66f0c1", HEX, 18)
HUBSPOT_CONTACT = Code("1", DIGITS, 11)
JIRA_ACCOUNT = Code("5b10ac8d", HEX, 16)
SLACK_USER = Code("U07", BASE36, 8)
BLUESKY_DID = Code("did:plc:", BASE32, 24)
MASTODON_ACCOUNT = Code("11", DIGITS, 16)
_IDS = {
    Service.STRIPE: STRIPE_CUSTOMER,
    Service.PAYPAL: PAYPAL_PAYER,
    Service.ZENDESK: ZENDESK_USER,
    Service.INTERCOM: INTERCOM_CONTACT,
    Service.HUBSPOT: HUBSPOT_CONTACT,
    Service.JIRA: JIRA_ACCOUNT,
    Service.SLACK: SLACK_USER,
    Service.BLUESKY: BLUESKY_DID,
    Service.MASTODON: MASTODON_ACCOUNT,
}
_OF_NOBODY = {Service.STORE, Service.PAGERDUTY, Service.FRANKFURTER, Service.OPEN_METEO}  # they know no customers


def customer_code(service: Service) -> Code:
    """What a service's ids of customers look like: `acm_` and 14 characters where nothing is said of it above."""
    return _IDS.get(service) or Code(f"{service.value.replace('_', '')[:3]}_", BASE62, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One made-up customer; `number` is the place in the row."""

    number: int
    name: str
    email: str
    company: str
    tags: tuple[str, ...]
    country: Country
    city: City
    created_at: datetime

    @property
    def handle(self) -> str:
        """A login that no other person has, in ASCII."""
        return f"{_ascii(self.name) or 'user'}-{self.number:x}"

    @property
    def links(self) -> tuple[ServiceLink, ...]:
        """Who this person is in each service."""
        return tuple(ServiceLink(service, self._id(service)) for service in Service if service not in _OF_NOBODY)

    def customer(self) -> Customer:
        """The record that the store is seeded with."""
        seconds = int(self.created_at.timestamp())
        notes = self._notes()
        location = Location(
            city=self.city.name,
            country_code=self.country.code,
            latitude=self.city.latitude,
            longitude=self.city.longitude,
        )
        return Customer(
            id=f"{seconds:08x}{'7ab1e5eed0'}{self.number:06x}",
            name=self.name,
            email=self.email,
            company=self.company,
            tags=self.tags,
            location=location,
            links=self.links,
            notes=notes,
            created_at=self.created_at,
            updated_at=notes[-1].created_at if notes else self.created_at,
            version=1 + len(notes),
        )

    def _id(self, service: Service) -> str:
        return self.handle if service is Service.GITHUB else customer_code(service).encode(self.number)

    def _notes(self) -> tuple[Note, ...]:
        if self.number % 3:
            return ()
        text = f"Met {self.name} in {self.city.name}; wants to hear about the next release."
        at = self.created_at + timedelta(days=1)
        return (
            Note(
                id=f"{int(at.timestamp()):08x}{'0ddba11000'}{self.number:06x}", text=text, author="Robin", created_at=at
            ),
        )


class People:
    """`count` made-up customers. `now` is when the made-up events end; it stays what it is while the process lives."""

    def __init__(self, count: int = DEFAULT_COUNT, now: datetime | None = None) -> None:
        self.count = count
        # Cut to the hour: a reloaded process tells the same story, and its cursors stay good.
        self.now = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)

    def __getitem__(self, number: int) -> Person:
        """The person at a place in the row; IndexError beyond its end."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        return _person(number)

    def by_code(self, code: Code, value: str) -> Person | None:
        """Who has this id in a service; None where nobody does."""
        number = code.decode(value)
        return self[number] if number is not None and number < self.count else None

    def by_handle(self, handle: str) -> Person | None:
        """Who has this login, compared without case; None where nobody does."""
        _, _, number = handle.rpartition("-")
        if not re.fullmatch(r"[0-9a-fA-F]{1,6}", number) or int(number, 16) >= self.count:
            return None
        person = self[int(number, 16)]
        return person if person.handle == handle.lower() else None


@lru_cache(maxsize=8192)
def _person(number: int) -> Person:
    draw = Random(f"person {number}")  # noqa: S311 - made-up people, not secrets
    country = draw.choice(COUNTRIES)
    family, given = draw.choice(country.family), draw.choice(country.given)
    name = f"{family} {given}" if country.code == "JP" else f"{given} {family}"
    company = f"{draw.choice(country.family)} {draw.choice(TRADES)}"
    mailbox, domain = _ascii(name).replace("-", ".") or f"{country.code.lower()}.kunde", _ascii(company) or "company"
    return Person(
        number=number,
        name=name,
        email=f"{mailbox}.{number}@{domain}.example",
        company=company,
        tags=tuple(sorted(draw.sample(TAGS, draw.randrange(4)))),
        country=country,
        city=draw.choice(country.cities),
        created_at=FIRST_SIGN_UP
        + timedelta(hours=7 * (number % 4000), minutes=draw.randrange(400), seconds=number // 4000),
    )


def _ascii(text: str) -> str:
    plain = unicodedata.normalize(
        "NFKD", text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("\u0131", "i")
    )
    return re.sub(r"[^a-z]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
