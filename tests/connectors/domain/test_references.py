import pytest

from connectors.domain.references import CustomerRef, ServiceLink
from connectors.domain.service import Service

LINKS = (ServiceLink(Service.STRIPE, "cus_1"), ServiceLink(Service.GITHUB, "ada"))


@pytest.mark.parametrize(
    ("service", "external_id"), [(Service.STRIPE, "cus_1"), (Service.GITHUB, "ada"), (Service.JIRA, None)]
)
def test_a_customer_has_one_id_in_each_service_that_knows_them(service: Service, external_id: str | None) -> None:
    assert CustomerRef("1", LINKS).link(service) == external_id


def test_references_that_say_the_same_are_one_key_and_others_are_not() -> None:
    assert len({CustomerRef("1", LINKS), CustomerRef("1", tuple(LINKS)), CustomerRef("1")}) == 2


def test_references_of_one_customer_that_differ_in_links_are_different_keys() -> None:
    bare, linked = CustomerRef("c1"), CustomerRef("c1", (ServiceLink(Service.STRIPE, "cus_1"),))
    assert hash(bare) == hash(linked)
    assert len({bare, linked, CustomerRef("c1")}) == 2
