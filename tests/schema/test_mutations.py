from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.domain.customers import CustomerFilter, NewCustomer
from connectors.domain.service import Service
from connectors.mongo.store import Store
from connectors.sources import Sources
from schema.relay import GlobalId, seal
from tests.schema.fakes import Book, Shop
from tests.schema.harness import Answer, hub, run
from tests.schema.nouns import payment

SHOWN = "customer { id name email company tags version location { city countryCode } notes { text author } "
SHOWN += "links { service externalId } } errors { path message }"
CREATE = f"mutation($input: CreateCustomerInput!) {{ createCustomer(input: $input) {{ {SHOWN} }} }}"
UPDATE = f"mutation($input: UpdateCustomerInput!) {{ updateCustomer(input: $input) {{ {SHOWN} }} }}"
DELETE = "mutation($id: ID!) { deleteCustomer(id: $id) { deletedId errors { path message } } }"
LINK = f"""mutation($id: ID!, $service: Service!, $externalId: String!) {{
  linkService(customerId: $id, service: $service, externalId: $externalId) {{ {SHOWN} }}
}}"""
UNLINK = f"mutation($id: ID!, $service: Service!) {{ unlinkService(customerId: $id, service: $service) {{ {SHOWN} }} }}"
NOTE = f"mutation($id: ID!, $text: String!) {{ addNote(customerId: $id, text: $text) {{ {SHOWN} }} }}"
READ = f"query($id: ID!) {{ customer(id: $id) {{ {SHOWN.partition('customer {')[2].partition('} errors')[0]} }} }}"

ADA = {"name": " Ada Lovelace ", "email": "Ada@Example.com", "company": "Engines", "tags": ["vip", "vip", " beta "]}
UNKNOWN = str(GlobalId("Customer", Service.STORE, "f" * 24))


@pytest.fixture
def sources(store: Store) -> Sources:
    return hub(customers=store.customers)


async def created(sources: Sources, **more: object) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
    payload = (await run(sources, CREATE, input=ADA | more)).whole["createCustomer"]
    assert payload["errors"] == []
    return payload["customer"]


def refusals(answer: Answer, field: str) -> list[list[str]]:
    """The paths of the refused inputs; nothing was changed then, and nothing went wrong."""
    payload = answer.whole[field]
    assert payload["customer"] is None
    assert all(error["message"] for error in payload["errors"])
    return [error["path"] for error in payload["errors"]]


async def test_a_customer_can_be_entered_and_found_again(sources: Sources) -> None:
    ada = await created(
        sources,
        location={"latitude": 51.5, "longitude": -0.1, "city": "London", "countryCode": "gb"},
        links=[{"service": "STRIPE", "externalId": " cus_1 "}],
    )
    assert ada == {
        "id": ada["id"],
        "name": "Ada Lovelace",
        "email": "Ada@Example.com",
        "company": "Engines",
        "tags": ["vip", "beta"],
        "version": 1,
        "location": {"city": "London", "countryCode": "GB"},
        "notes": [],
        "links": [{"service": "STRIPE", "externalId": "cus_1"}],
    }
    assert (await run(sources, READ, id=ada["id"])).whole["customer"] == ada


async def test_name_and_email_are_all_it_takes(sources: Sources) -> None:
    payload = (await run(sources, CREATE, input={"name": "Bob", "email": "bob@example.com"})).whole["createCustomer"]
    assert payload["customer"]["tags"] == payload["customer"]["links"] == []
    assert payload["customer"]["company"] is payload["customer"]["location"] is None


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"email": "ADA@EXAMPLE.COM"}, ["input", "email"]),
        ({"email": "b@example.com", "links": [{"service": "STRIPE", "externalId": "cus_1"}]}, ["input", "links"]),
        ({"name": "   "}, ["input", "name"]),
        ({"email": "nobody"}, ["input", "email"]),
        ({"links": [{"service": "FRANKFURTER", "externalId": "x"}]}, ["input", "links"]),
    ],
)
async def test_a_refused_entry_names_what_is_to_blame(sources: Sources, more: dict[str, Any], path: list[str]) -> None:
    await created(sources, links=[{"service": "STRIPE", "externalId": "cus_1"}])
    assert refusals(await run(sources, CREATE, input=ADA | more), "createCustomer") == [path]
    assert await sources.customers.count(CustomerFilter()) == 1


async def test_an_update_changes_what_is_given_and_nothing_else(sources: Sources) -> None:
    ada = await created(sources)
    answer = await run(sources, UPDATE, input={"id": ada["id"], "version": 1, "name": "Ada King"})
    assert answer.whole["updateCustomer"] == {"customer": ada | {"name": "Ada King", "version": 2}, "errors": []}


async def test_null_empties_what_may_be_empty(sources: Sources) -> None:
    ada = await created(sources, location={"latitude": 1, "longitude": 2})
    given = {"id": ada["id"], "version": 1, "company": None, "location": None, "tags": None}
    changed = (await run(sources, UPDATE, input=given)).whole["updateCustomer"]["customer"]
    assert changed == ada | {"company": None, "location": None, "tags": [], "version": 2}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": None}, ["input", "name"]),
        ({"email": None}, ["input", "email"]),
        ({"email": "BOB@example.com"}, ["input", "email"]),
        ({"tags": [""]}, ["input", "tags"]),
        ({"location": {"latitude": 91, "longitude": 0}}, ["input", "location"]),
    ],
)
async def test_a_refused_change_names_what_is_to_blame_and_changes_nothing(
    sources: Sources, change: dict[str, Any], path: list[str]
) -> None:
    await created(sources, email="bob@example.com")
    ada = await created(sources)
    answer = await run(sources, UPDATE, input={"id": ada["id"], "version": 1, "company": "Other"} | change)
    assert refusals(answer, "updateCustomer") == [path]
    assert (await run(sources, READ, id=ada["id"])).whole["customer"] == ada


async def test_an_own_email_can_be_spelled_otherwise(sources: Sources) -> None:
    ada = await created(sources)
    answer = await run(sources, UPDATE, input={"id": ada["id"], "version": 1, "email": "ada@example.com"})
    assert answer.whole["updateCustomer"]["customer"]["email"] == "ada@example.com"


async def test_an_update_of_a_version_that_is_gone_is_a_conflict(sources: Sources) -> None:
    ada = await created(sources)
    await run(sources, NOTE, id=ada["id"], text="Called.")
    answer = await run(sources, UPDATE, input={"id": ada["id"], "version": 1, "name": "Ada King"})
    assert answer.codes == ["CONFLICT"]
    assert answer.data is None
    assert (await run(sources, READ, id=ada["id"])).whole["customer"]["name"] == "Ada Lovelace"


async def test_a_deleted_customer_is_gone(sources: Sources) -> None:
    ada = await created(sources)
    assert (await run(sources, DELETE, id=ada["id"])).whole["deleteCustomer"] == {"deletedId": ada["id"], "errors": []}
    assert (await run(sources, READ, id=ada["id"])).whole == {"customer": None}
    assert (await run(sources, DELETE, id=ada["id"])).codes == ["NOT_FOUND"]


async def test_a_link_takes_the_place_of_the_one_before(sources: Sources) -> None:
    ada = await created(sources)
    for id in ("cus_1", " cus_2 "):
        linked = await run(sources, LINK, id=ada["id"], service="STRIPE", externalId=id)
    assert linked.whole["linkService"]["customer"]["links"] == [{"service": "STRIPE", "externalId": "cus_2"}]
    assert linked.whole["linkService"]["customer"]["version"] == 3


async def test_a_link_that_somebody_else_has_is_refused(sources: Sources) -> None:
    ada, bob = await created(sources), await created(sources, email="bob@example.com")
    await run(sources, LINK, id=ada["id"], service="STRIPE", externalId="cus_1")
    refused = await run(sources, LINK, id=bob["id"], service="STRIPE", externalId="cus_1")
    assert refusals(refused, "linkService") == [["externalId"]]
    assert (await run(sources, LINK, id=bob["id"], service="PAYPAL", externalId="cus_1")).whole["linkService"][
        "customer"
    ]


@pytest.mark.parametrize(
    ("service", "external_id", "path"),
    [
        ("FRANKFURTER", "x", ["service"]),
        ("OPEN_METEO", "x", ["service"]),
        ("STORE", "x", ["service"]),
        ("STRIPE", "  ", ["externalId"]),
        ("STRIPE", "x" * 201, ["externalId"]),
    ],
)
async def test_a_link_that_makes_no_sense_is_refused(
    sources: Sources, service: str, external_id: str, path: list[str]
) -> None:
    ada = await created(sources)
    answer = await run(sources, LINK, id=ada["id"], service=service, externalId=external_id)
    assert refusals(answer, "linkService") == [path]


async def test_a_link_can_be_forgotten_once(sources: Sources) -> None:
    ada = await created(sources, links=[{"service": "STRIPE", "externalId": "cus_1"}])
    gone = await run(sources, UNLINK, id=ada["id"], service="STRIPE")
    assert gone.whole["unlinkService"]["customer"]["links"] == []
    assert refusals(await run(sources, UNLINK, id=ada["id"], service="STRIPE"), "unlinkService") == [["service"]]


async def test_a_note_is_written_down_with_its_author(sources: Sources) -> None:
    ada = await created(sources)
    noted = await run(sources, NOTE, id=ada["id"], text="  Called.  ")
    assert noted.whole["addNote"]["customer"]["notes"] == [{"text": "Called.", "author": "anonymous"}]
    assert noted.whole["addNote"]["customer"]["version"] == 2


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
async def test_a_note_of_nothing_or_of_too_much_is_refused(sources: Sources, text: str) -> None:
    ada = await created(sources)
    assert refusals(await run(sources, NOTE, id=ada["id"], text=text), "addNote") == [["text"]]


EVERY: dict[str, Callable[[str], dict[str, object]]] = {
    UPDATE: lambda which: {"input": {"id": which, "version": 1, "name": "Ada"}},
    DELETE: lambda which: {"id": which},
    LINK: lambda which: {"id": which, "service": "STRIPE", "externalId": "cus_1"},
    UNLINK: lambda which: {"id": which, "service": "STRIPE"},
    NOTE: lambda which: {"id": which, "text": "Called."},
}


@pytest.mark.parametrize("query", EVERY, ids=["update", "delete", "link", "unlink", "note"])
async def test_a_customer_that_does_not_exist_is_not_found(sources: Sources, query: str) -> None:
    for id in (UNKNOWN, str(GlobalId("Customer", Service.STORE, "not an id of the store"))):
        answer = await run(sources, query, **EVERY[query](id))
        assert answer.data is None
        assert answer.codes == ["NOT_FOUND"]


@pytest.mark.parametrize("query", EVERY, ids=["update", "delete", "link", "unlink", "note"])
async def test_an_id_that_is_no_customers_is_refused_before_the_store_is_asked(query: str) -> None:
    payment, elsewhere = GlobalId("Payment", Service.STRIPE, "ch_1"), GlobalId("Customer", Service.STRIPE, "f" * 24)
    for id in ("", "nonsense", "f" * 24, str(payment), str(elsewhere), seal("at", 0, "f" * 24)):
        answer = await run(hub(customers=Book()), query, **EVERY[query](id))
        assert answer.codes == ["BAD_USER_INPUT"]


async def test_mutations_of_one_operation_are_carried_out_one_after_the_other(sources: Sources) -> None:
    ada = await created(sources)
    query = """mutation($id: ID!) {
      a: addNote(customerId: $id, text: "first") { customer { version notes { text } } }
      b: updateCustomer(input: {id: $id, version: 2, name: "Second"}) { customer { version name } }
      c: addNote(customerId: $id, text: "third") { customer { version name notes { text } } }
      d: updateCustomer(input: {id: $id, version: 2, name: "Stale"}) { customer { version } }
    }"""
    answer = await run(sources, query, id=ada["id"])
    assert answer.codes == ["CONFLICT"]
    assert answer.only_error["path"] == ["d"]
    assert answer.data is None  # `d` must not be null, so that the whole answer is
    kept = (await run(sources, READ, id=ada["id"])).whole["customer"]
    assert (kept["name"], kept["version"], [note["text"] for note in kept["notes"]]) == (
        "Second",
        4,
        ["first", "third"],
    )


async def test_what_is_read_after_a_mutation_shows_the_change(store: Store) -> None:
    sources = hub(Shop(charges=[payment("1", by="cus_1")]), customers=store.customers)
    ada = await created(sources, links=[{"service": "STRIPE", "externalId": "cus_1"}])
    bob = await created(sources, email="bob@example.com")
    query = """mutation($ada: ID!, $bob: ID!) {
      first: addNote(customerId: $ada, text: "one") { ...Payers }
      second: addNote(customerId: $ada, text: "two") { ...Payers }
      deleteCustomer(id: $bob) { deletedId }
      unlinkService(customerId: $ada, service: STRIPE) { ...Payers }
    }
    fragment Payers on CustomerPayload { customer { payments { edges { node { customer { version } } } } } }"""
    whole = (await run(sources, query, ada=ada["id"], bob=bob["id"])).whole
    for alias, version in (("first", 2), ("second", 3)):
        assert whole[alias]["customer"]["payments"]["edges"] == [{"node": {"customer": {"version": version}}}]
    assert whole["unlinkService"]["customer"]["payments"]["edges"] == []
    assert (await run(sources, READ, id=bob["id"])).whole == {"customer": None}


async def test_two_people_cannot_be_entered_with_one_email_in_one_operation(sources: Sources) -> None:
    query = f"mutation($input: CreateCustomerInput!) {{ a: createCustomer(input: $input) {{ {SHOWN} }} "
    query += f"b: createCustomer(input: $input) {{ {SHOWN} }} }}"
    whole = (await run(sources, query, input=ADA)).whole
    assert whole["a"]["customer"]
    assert [error["path"] for error in whole["b"]["errors"]] == [["input", "email"]]


async def test_a_change_is_dated(sources: Sources, store: Store) -> None:
    before = await store.customers.create(NewCustomer(name="Ada", email="ada@example.com"))
    query = 'mutation($id: ID!) { addNote(customerId: $id, text: "Called.") { customer { updatedAt createdAt } } }'
    answer = await run(sources, query, id=str(GlobalId("Customer", Service.STORE, before.id)))
    shown = answer.whole["addNote"]["customer"]
    assert datetime.fromisoformat(shown["createdAt"]) == before.created_at
    assert datetime.fromisoformat(shown["updatedAt"]) - before.updated_at < timedelta(minutes=1)
