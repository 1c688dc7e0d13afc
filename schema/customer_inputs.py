"""What a customer is made of and changed by, checked before the store sees it."""

import re
from collections.abc import Sequence
from typing import Any

import strawberry

from connectors.domain.customers import Location, NewCustomer
from connectors.domain.errors import Refused
from connectors.domain.references import ServiceLink
from schema.enums import Service

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")  # what RFC 5321 section 4.5.3.1 allows, not all that exists
_LONGEST = 200
_MOST_TAGS = 50
_UNLINKED = {Service.STORE, Service.FRANKFURTER, Service.OPEN_METEO}  # they know no customers


@strawberry.input(description="A place on Earth (WGS 84).")
class LocationInput:
    """Where a customer is."""

    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    city: str | None = strawberry.field(default=None, description="The city's name.")
    country_code: str | None = strawberry.field(default=None, description="ISO 3166-1 alpha-2.")

    def noun(self) -> Location:
        """The domain's location; Refused where there is no such place."""
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):  # noqa: PLR2004 - degrees
            raise Refused("location", f"{self.latitude}, {self.longitude} is not on Earth")
        if self.country_code is not None and not re.fullmatch(r"[A-Za-z]{2}", self.country_code):
            raise Refused("location", f"{self.country_code!r} is not a country code of two letters, such as DE")
        code = self.country_code.upper() if self.country_code else None
        return Location(city=self.city, country_code=code, latitude=self.latitude, longitude=self.longitude)


@strawberry.input(description="Who a customer is in one service.")
class ServiceLinkInput:
    """A link to make."""

    service: Service = strawberry.field(description="Which service.")
    external_id: str = strawberry.field(description="Their id there.")


@strawberry.input(description="A customer to enter.")
class CreateCustomerInput:
    """Name and email are what it takes."""

    name: str = strawberry.field(description="What they are called.")
    email: str = strawberry.field(description="Where they are written to; nobody else may have it.")
    company: str | None = strawberry.field(default=None, description="Whom they work for.")
    tags: list[str] = strawberry.field(default_factory=list, description="What to sort them under.")
    location: LocationInput | None = strawberry.field(default=None, description="Where they are.")
    links: list[ServiceLinkInput] = strawberry.field(default_factory=list, description="Who they are in each service.")

    def noun(self) -> NewCustomer:
        """The domain's new customer; Refused where a rule is broken."""
        return NewCustomer(
            name=checked_text("name", self.name),
            email=checked_email(self.email),
            company=checked_text("company", self.company) if self.company is not None else None,
            tags=_checked_tags(self.tags),
            location=self.location.noun() if self.location else None,
            links=_checked_links([ServiceLink(link.service, link.external_id.strip()) for link in self.links]),
        )


@strawberry.input(description="A change to a customer: what is left out stays as it is.")
class UpdateCustomerInput:
    """`version` says which state of the record the change was made for."""

    id: strawberry.ID = strawberry.field(description="Which customer.")
    version: int = strawberry.field(description="The version that was read.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description="What they are called.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="Where they are written to.")
    company: str | None = strawberry.field(default=strawberry.UNSET, description="Whom they work for; null for nobody.")
    tags: list[str] | None = strawberry.field(default=strawberry.UNSET, description="All of their tags.")
    location: LocationInput | None = strawberry.field(
        default=strawberry.UNSET, description="Where they are; null for nowhere known."
    )

    def changes(self) -> dict[str, object]:
        """What is to change, by the domain's names; Refused where a rule is broken."""
        made: dict[str, object] = {}
        for name, check in _CHANGES.items():
            value = getattr(self, name)
            if value is not strawberry.UNSET:
                made[name] = check(value)
        return made


def checked_text(field: str, text: str | None, most: int = _LONGEST) -> str:
    """`text` without blanks around it; Refused where nothing is left, or too much."""
    stripped = (text or "").strip()
    if not stripped:
        raise Refused(field, f"{field} must not be empty")
    if len(stripped) > most:
        raise Refused(field, f"{field} must not be longer than {most} characters")
    return stripped


def checked_link(link: ServiceLink) -> ServiceLink:
    """`link`, where that service knows customers and the id is not empty."""
    if link.service in _UNLINKED:
        raise Refused("service", f"{link.service.name} knows no customers")
    checked_text("externalId", link.external_id)
    return link


def checked_email(email: str | None) -> str:
    """`email` without blanks around it, where it looks like one."""
    stripped = checked_text("email", email, most=254)
    if not _EMAIL.fullmatch(stripped):
        raise Refused("email", f"{stripped!r} is not an email address")
    return stripped


def _checked_tags(tags: Sequence[str] | None) -> tuple[str, ...]:
    checked = tuple(dict.fromkeys(checked_text("tags", tag, most=50) for tag in tags or ()))
    if len(checked) > _MOST_TAGS:
        raise Refused("tags", f"a customer has {_MOST_TAGS} tags at most")
    return checked


def _checked_links(links: Sequence[ServiceLink]) -> tuple[ServiceLink, ...]:
    if len({link.service for link in links}) < len(links):
        raise Refused("links", "a customer has one link to a service at most")
    return tuple(checked_link(link) for link in links)


_CHANGES: dict[str, Any] = {
    "name": lambda text: checked_text("name", text),
    "email": checked_email,
    "company": lambda text: None if text is None else checked_text("company", text),
    "tags": _checked_tags,
    "location": lambda given: None if given is None else given.noun(),
}
