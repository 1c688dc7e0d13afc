from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest

from connectors.domain.customers import Customer
from connectors.domain.errors import NotConfigured, Unavailable
from connectors.domain.service import Service
from connectors.seed.people import People
from connectors.sources import Sources
from schema.relay import GlobalId, seal
from tests.schema.fake_crm import Crm, company, contact, deal
from tests.schema.fakes import Book, Desk, Network, Shop, Tracker
from tests.schema.harness import hub, run
from tests.schema.nouns import customer, invoice, issue, payment, plan, post, ticket
from tests.schema.on_call import OnCall, incident
from tests.schema.rooms import Rooms, message

NODE_QUERY = "query($id: ID!) { node(id: $id) { id __typename } }"
NODES_QUERY = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
ADA = customer("Ada")
# Every list of the graph that leads to nodes, where a kind is found over the imitations.
LISTS = """{
  incidents(first: 2) { edges { node { id __typename } } }
  customers(first: 6) { edges { node { id __typename
    payments(first: 2) { edges { node { id __typename } } }
    plans { id __typename }
    invoices(first: 2) { edges { node { id __typename } } }
    tickets(first: 2) { edges { node { id __typename } } }
    issues(first: 2) { edges { node { id __typename } } }
    posts(first: 2) { edges { node { id __typename } } }
    contact { id __typename company { id __typename } }
    deals(first: 2) { edges { node { id __typename } } }
    messages(first: 2) { edges { node { id __typename } } }
    developer { repositories(first: 2) { edges { node { id __typename
      issues(first: 2) { edges { node { id __typename } } }
      pullRequests(first: 2) { edges { node { id __typename } } }
    } } } }
  } } }
}"""
# For each type of nodes, a service that has it.
HOMES = {
    "Customer": Service.STORE,
    "Payment": Service.STRIPE,
    "RecurringPlan": Service.STRIPE,
    "Invoice": Service.STRIPE,
    "Ticket": Service.ZENDESK,
    "Contact": Service.HUBSPOT,
    "Company": Service.HUBSPOT,
    "Deal": Service.HUBSPOT,
    "Repository": Service.GITHUB,
    "Issue": Service.GITHUB,
    "PullRequest": Service.GITHUB,
    "Incident": Service.PAGERDUTY,
    "Post": Service.BLUESKY,
    "Message": Service.SLACK,
}


def id_of(kind: str, service: Service, external_id: str) -> str:
    return str(GlobalId(kind, service, external_id))


def found(data: Any) -> list[dict[str, str]]:  # noqa: ANN401 - JSON, as a caller gets it
    """Everything with an id and a type, wherever it stands."""
    if isinstance(data, list):
        return [node for one in data for node in found(one)]
    if not isinstance(data, dict):
        return []
    here = [{"id": data["id"], "__typename": data["__typename"]}] if "id" in data else []
    return here + [node for one in data.values() for node in found(one)]


@pytest.fixture
def everything() -> Sources:
    """One of each kind that the small sources have."""
    return hub(
        Shop(charges=[payment("1")], subscriptions={"Ada": [plan("2")]}, bills={"Ada": [invoice("3")]}),
        Desk(cases=[ticket("4")]),
        Tracker(Service.GITHUB, entries=[issue("5")]),
        Network(said=[post("6")]),
        Crm(clients=[contact("7")], firms={"7": company("8")}, pitches={"7": [deal("9")]}),
        OnCall(broken=[incident("10")]),
        Rooms(said=[message("11")]),
        customers=Book([ADA]),
    )


async def test_every_type_that_is_a_node_can_be_asked_for_by_its_id(imitated: Sources) -> None:
    types = (await run(hub(), '{ __type(name: "Node") { possibleTypes { name } } }')).whole["__type"]["possibleTypes"]
    assert {kind["name"] for kind in types} == set(HOMES)
    for kind, service in HOMES.items():
        assert (await run(imitated, NODE_QUERY, id=id_of(kind, service, "gone"))).whole == {"node": None}


async def test_whatever_a_list_shows_is_found_again_by_its_id(imitated: Sources) -> None:
    shown = found((await run(imitated, LISTS)).whole)
    assert {node["__typename"] for node in shown} == {
        *("Customer", "Payment", "RecurringPlan", "Invoice", "Ticket", "Contact", "Company", "Deal"),
        *("Repository", "Issue", "PullRequest", "Incident", "Post", "Message"),
    }
    for start in range(0, len(shown), 100):
        some = shown[start : start + 100]
        assert (await run(imitated, NODES_QUERY, ids=[node["id"] for node in some])).whole == {"nodes": some}


async def test_one_of_each_kind_is_found_by_its_id(everything: Sources) -> None:
    ids = {
        id_of("Customer", Service.STORE, ADA.id): "Customer",
        id_of("Payment", Service.STRIPE, "1"): "Payment",
        id_of("RecurringPlan", Service.STRIPE, "2"): "RecurringPlan",
        id_of("Invoice", Service.STRIPE, "3"): "Invoice",
        id_of("Ticket", Service.ZENDESK, "4"): "Ticket",
        id_of("Issue", Service.GITHUB, "5"): "Issue",
        id_of("Post", Service.BLUESKY, "6"): "Post",
        id_of("Contact", Service.HUBSPOT, "7"): "Contact",
        id_of("Company", Service.HUBSPOT, "8"): "Company",
        id_of("Deal", Service.HUBSPOT, "9"): "Deal",
        id_of("Incident", Service.PAGERDUTY, "10"): "Incident",
        id_of("Message", Service.SLACK, "11"): "Message",
    }
    for id, kind in ids.items():
        assert (await run(everything, NODE_QUERY, id=id)).whole == {"node": {"id": id, "__typename": kind}}


async def test_nodes_come_in_the_order_asked_with_null_for_what_is_gone(everything: Sources) -> None:
    ids = [
        id_of("Post", Service.BLUESKY, "6"),
        id_of("Payment", Service.STRIPE, "gone"),
        id_of("Payment", Service.STRIPE, "1"),
        id_of("Customer", Service.STORE, "f" * 24),
        id_of("Customer", Service.STORE, ADA.id),
        id_of("Payment", Service.STRIPE, "1"),
    ]
    nodes = (await run(everything, NODES_QUERY, ids=ids)).whole["nodes"]
    assert [node and node["id"] for node in nodes] == [ids[0], None, ids[2], None, ids[4], ids[2]]


async def test_an_id_that_cannot_be_read_is_null_with_an_error_at_its_place(everything: Sources) -> None:
    good = id_of("Payment", Service.STRIPE, "1")
    answer = await run(everything, NODES_QUERY, ids=["nonsense", good, "", id_of("Unicorn", Service.STRIPE, "1")])
    assert [node and node["id"] for node in answer.data["nodes"]] == [None, good, None, None]
    assert [error["path"] for error in answer.errors] == [["nodes", 0], ["nodes", 2], ["nodes", 3]]
    assert answer.codes == ["BAD_USER_INPUT"] * 3


async def test_nodes_of_one_kind_and_service_are_one_batch() -> None:
    shop = Shop(charges=[payment(str(number)) for number in range(100)])
    ids = [id_of("Payment", Service.STRIPE, str(number)) for number in range(100)]
    assert len((await run(hub(shop), NODES_QUERY, ids=ids)).whole["nodes"]) == 100
    assert [(name, len(keys)) for name, keys in shop.batches] == [("payments_by_id", 100)]


async def test_more_than_a_hundred_ids_are_refused() -> None:
    ids = [id_of("Payment", Service.STRIPE, str(number)) for number in range(101)]
    answer = await run(hub(), NODES_QUERY, ids=ids)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.only_error["message"] == "101 ids; at most 100 can be asked for at once"


async def test_no_ids_are_no_nodes() -> None:
    assert (await run(hub(), NODES_QUERY, ids=[])).whole == {"nodes": []}


@pytest.mark.parametrize(
    "id",
    [
        "",
        "nonsense",
        id_of("Unicorn", Service.STRIPE, "1"),
        id_of("Customer", Service.STRIPE, ADA.id),
        seal("at", 0, "stripe:ch_1"),
        "A" * 1_000_000,
    ],
    ids=["empty", "nonsense", "no kind", "customer of a vendor", "a cursor", "huge"],
)
async def test_one_id_that_this_graph_did_not_give_is_refused(everything: Sources, id: str) -> None:
    answer = await run(everything, NODE_QUERY, id=id)
    assert answer.data == {"node": None}
    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("kind", HOMES)
async def test_a_forged_id_is_refused_at_its_own_place(imitated: Sources, kind: str) -> None:
    """Of a service that has no such type, of another version, with a letter changed, cut short, or padded."""
    good = id_of(kind, HOMES[kind], "gone")
    strange = id_of(kind, Service.FRANKFURTER, "gone")
    later = urlsafe_b64encode(b'[2,"id"' + urlsafe_b64decode(good + "==")[7:]).decode().rstrip("=")
    forged = [strange, later, good[:-1] + ("A" if good[-1] != "A" else "B"), good[:-3], f"{good}=", f" {good}"]
    answer = await run(imitated, NODES_QUERY, ids=[good, *forged, good])
    assert answer.data == {"nodes": [None] * (len(forged) + 2)}
    assert [error["path"] for error in answer.errors] == [["nodes", number + 1] for number in range(len(forged))]
    assert answer.codes == ["BAD_USER_INPUT"] * len(forged)


def test_an_id_tells_its_version_first() -> None:
    assert urlsafe_b64decode(id_of("Payment", Service.STRIPE, "1") + "==").startswith(b'[1,"id"')


async def test_a_node_of_a_service_that_failed_is_null_with_its_error() -> None:
    down = Unavailable(Service.STRIPE, "STRIPE dropped the call")
    sources = hub(Shop(failures={"1": down}, charges=[payment("2")]), Desk(failure=NotConfigured(Service.ZENDESK)))
    ids = [id_of("Payment", Service.STRIPE, "1"), id_of("Payment", Service.STRIPE, "2")]
    answer = await run(sources, NODES_QUERY, ids=[*ids, id_of("Ticket", Service.ZENDESK, "3")])
    assert [node and node["id"] for node in answer.data["nodes"]] == [None, ids[1], None]
    assert answer.codes == ["UPSTREAM_UNAVAILABLE", "SERVICE_NOT_CONFIGURED"]


async def test_a_customer_is_found_with_everything_that_belongs_to_it(imitated: Sources, people: People) -> None:
    kept: Customer = people[2].customer()
    query = "query($id: ID!) { node(id: $id) { ... on Customer { email payments(first: 1) { totalCount } } } }"
    answer = await run(imitated, query, id=id_of("Customer", Service.STORE, kept.id))
    assert answer.whole == {"node": {"email": kept.email, "payments": {"totalCount": None}}}
