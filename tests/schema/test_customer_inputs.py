from collections.abc import Callable

import pytest
import strawberry

from connectors.domain.customers import Location, NewCustomer
from connectors.domain.errors import Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from schema.customer_inputs import (
    CreateCustomerInput,
    LocationInput,
    ServiceLinkInput,
    UpdateCustomerInput,
    checked_link,
    checked_text,
)

ID = strawberry.ID("any")


def entry(**more: object) -> CreateCustomerInput:
    given: dict[str, object] = {"name": "Ada", "email": "ada@example.com"}
    return CreateCustomerInput(**given | more)  # type: ignore[arg-type]  # some of the values are mistakes on purpose


def change(**given: object) -> dict[str, object]:
    return UpdateCustomerInput(id=ID, version=1, **given).changes()  # type: ignore[arg-type]  # likewise


def refused(what: Callable[[], object]) -> str:
    """The field that is to blame."""
    with pytest.raises(Refused) as refusal:
        what()
    assert str(refusal.value)
    return refusal.value.field


def test_blanks_around_what_was_typed_are_dropped() -> None:
    typed = entry(name="  Ada ", email=" ada@example.com\n", company=" Engines ", tags=[" vip ", "vip"])
    assert typed.noun() == NewCustomer(name="Ada", email="ada@example.com", company="Engines", tags=("vip",))


@pytest.mark.parametrize(
    "email", ["ada@example.com", "a.b+c@sub.example.co.uk", "ü@exämple.de", "A@B.C", "a" * 64 + "@b.c"]
)
def test_an_email_has_a_mailbox_and_a_domain(email: str) -> None:
    assert entry(email=email).noun().email == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "ada@.com",
        "a b@example.com",
        "a@b@c.d",
        "a@b..c",
        "a@b.c.",
        "a" * 65 + "@b.c",
        "a@" + "b" * 300 + ".c",
    ],
)
def test_any_other_email_is_refused(email: str) -> None:
    assert refused(entry(email=email).noun) == "email"


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "x" * 201])
def test_a_name_is_neither_empty_nor_endless(name: str) -> None:
    assert refused(entry(name=name).noun) == "name"
    assert entry(name="x" * 200).noun().name == "x" * 200


def test_a_company_may_be_absent_but_not_empty() -> None:
    assert entry(company=None).noun().company is None
    assert refused(entry(company=" ").noun) == "company"


@pytest.mark.parametrize("tags", [[""], [" "], ["x" * 51], [str(number) for number in range(51)]])
def test_tags_are_few_and_short(tags: list[str]) -> None:
    assert refused(entry(tags=tags).noun) == "tags"
    assert refused(lambda: change(tags=tags)) == "tags"


def test_fifty_tags_of_fifty_characters_are_not_too_many() -> None:
    tags = [f"{number:050}" for number in range(50)]
    assert entry(tags=[*tags, *tags]).noun().tags == tuple(tags)


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0), (52.52, 13.405)])
def test_a_place_on_earth_is_taken(latitude: float, longitude: float) -> None:
    place = LocationInput(latitude=latitude, longitude=longitude, country_code="de")
    assert place.noun() == Location(city=None, country_code="DE", latitude=latitude, longitude=longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.001, 0), (-91, 0), (0, 180.1), (0, -181), (float("nan"), 0), (0, float("inf"))],
)
def test_a_place_off_earth_is_refused(latitude: float, longitude: float) -> None:
    assert refused(LocationInput(latitude=latitude, longitude=longitude).noun) == "location"


@pytest.mark.parametrize("code", ["", "D", "DEU", "D1", "Deutschland"])
def test_a_country_code_has_two_letters(code: str) -> None:
    assert refused(LocationInput(latitude=0, longitude=0, country_code=code).noun) == "location"


def test_a_customer_has_one_link_to_a_service() -> None:
    twice = [ServiceLinkInput(service=Service.STRIPE, external_id=id) for id in ("1", "2")]
    assert refused(entry(links=twice).noun) == "links"
    assert entry(links=twice[:1]).noun().links == (ServiceLink(Service.STRIPE, "1"),)


@pytest.mark.parametrize("service", Service)
def test_a_link_leads_to_a_service_that_knows_customers(service: Service) -> None:
    link = ServiceLink(service, "1")
    if service in {Service.STORE, Service.FRANKFURTER, Service.OPEN_METEO}:
        assert refused(lambda: checked_link(link)) == "service"
    else:
        assert checked_link(link) == link


def test_a_link_needs_an_id() -> None:
    assert refused(lambda: checked_link(ServiceLink(Service.STRIPE, ""))) == "externalId"


def test_what_is_left_out_does_not_change() -> None:
    assert change() == {}
    assert change(name=" Ada ") == {"name": "Ada"}


def test_null_empties_only_what_may_be_empty() -> None:
    assert change(company=None, location=None, tags=None) == {"company": None, "location": None, "tags": ()}
    assert refused(lambda: change(name=None)) == "name"
    assert refused(lambda: change(email=None)) == "email"


def test_a_change_is_checked_by_the_rules_of_an_entry() -> None:
    place = LocationInput(latitude=1, longitude=2)
    made = change(email=" a@b.c ", company="Engines", location=place)
    assert made == {"email": "a@b.c", "company": "Engines", "location": place.noun()}
    for given in ({"email": "ada"}, {"company": ""}, {"location": LocationInput(latitude=100, longitude=2)}):
        assert refused(lambda given=given: change(**given)) == next(iter(given))  # type: ignore[misc]  # bound at once


def test_a_text_can_have_a_limit_of_its_own() -> None:
    assert checked_text("text", " " + "x" * 30 + " ", most=30) == "x" * 30
    assert refused(lambda: checked_text("text", "x" * 31, most=30)) == "text"
    assert refused(lambda: checked_text("text", None)) == "text"
