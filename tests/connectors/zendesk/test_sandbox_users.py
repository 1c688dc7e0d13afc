"""Who asks and who answers at the imitated desk."""

import pytest

from connectors.connection import imitated
from connectors.seed.people import ZENDESK_USER
from connectors.zendesk.sandbox_users import AGENTS, Users
from connectors.zendesk.service import ZENDESK
from tests.connectors.support import NOW
from tests.connectors.zendesk.support import PEOPLE


@pytest.fixture
def users() -> Users:
    return Users(PEOPLE)


def test_customers_are_found_by_the_id_that_the_store_links_them_with(users: Users) -> None:
    for number in range(PEOPLE.count):
        user = users.find(int(ZENDESK_USER.encode(number)))
        assert user is not None
        assert (user.name, user.email, user.role) == (PEOPLE[number].name, PEOPLE[number].email, "end-user")


def test_agents_are_found_by_id_and_are_nobodys_customers(users: Users) -> None:
    assert [users.find(agent.id) for agent in AGENTS] == list(AGENTS)
    assert {agent.role for agent in AGENTS} == {"agent"}
    assert len({agent.id for agent in AGENTS}) == len({agent.email for agent in AGENTS}) == len(AGENTS) == 6


def test_the_imitations_own_credentials_are_an_agents(users: Users) -> None:
    writer = users.writing_from(imitated(ZENDESK)["ZENDESK_EMAIL"], None, NOW)
    assert writer == AGENTS[0]


@pytest.mark.parametrize("id", [0, -1, 7, int(ZENDESK_USER.encode(PEOPLE.count)), 10**17])
def test_nobody_else_is_there(users: Users, id: int) -> None:
    assert users.find(id) is None


def test_a_customer_is_known_by_address(users: Users) -> None:
    for number in (0, 7, PEOPLE.count - 1):
        assert users.writing_from(PEOPLE[number].email, "x", NOW).id == int(ZENDESK_USER.encode(number))


@pytest.mark.parametrize(
    "email", ["nia@new.example", "nia.7@new.example", "nia.99999@new.example", "nia.\u0667@new.example", "nia"]
)
def test_an_unknown_address_is_somebody_new_once(users: Users, email: str) -> None:
    user = users.writing_from(email, "Nia Boateng", NOW)
    assert (user.name, user.email, user.role, user.created_at) == ("Nia Boateng", email, "end-user", NOW)
    assert users.writing_from(email, None, NOW) == user
    assert users.find(user.id) == user


def test_somebody_without_a_name_is_called_by_their_mailbox(users: Users) -> None:
    assert users.writing_from("ola@new.example", None, NOW).name == "ola"


def test_newcomers_differ(users: Users) -> None:
    ids = [users.writing_from(f"guest-{n}@new.example", None, NOW).id for n in range(20)]
    assert len(set(ids)) == 20
