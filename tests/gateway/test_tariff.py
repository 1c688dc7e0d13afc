from gateway.execution.documents import Documents
from gateway.execution.limits import Limits
from gateway.tariff import public_tariff
from schema.build import build_schema
from tests.connectors.support import offering

SCHEMA = build_schema()._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes


def measured(text: str) -> tuple[int, dict[str, int]]:
    document = Documents(SCHEMA, Limits(), tariff=public_tariff(SCHEMA)).get(text)
    measure = document.measure(document.operation(None))
    return measure.cost({}), measure.calls({})


def test_the_public_graph_has_weights_sizes_and_calls() -> None:
    text = "{ customers(first: 50) { edges { node { name links { service } lifetimeValue { amount } } } } }"
    cost, calls = measured(text)
    assert cost == 1 + 50 + 50 * 10
    assert calls.items() >= {"STORE": 1, "STRIPE": 50, "PAYPAL": 40, "FRANKFURTER": 5}.items()
    assert set(calls) == {"STORE", "FRANKFURTER", *(service.name for service in offering("payments"))}


def test_a_page_that_the_graph_refuses_counts_as_the_largest_that_it_does_not() -> None:
    assert measured("{ customers(first: 1000000) { edges { node { name } } } }")[0] == 1 + 100


def test_things_asked_for_by_id_are_as_many_as_the_ids() -> None:
    cost, calls = measured('{ nodes(ids: ["a", "b", "c"]) { id } }')
    assert cost == 4
    by_each, by_all = {"STRIPE": 3, "GITHUB": 3, "PAGERDUTY": 3}, {"STORE": 1, "ZENDESK": 1, "BLUESKY": 1, "JIRA": 1}
    in_several = {"PAYPAL": 9, "INTERCOM": 2, "HUBSPOT": 9, "SLACK": 12}
    assert calls.items() >= {**by_each, **by_all, **in_several, "MASTODON": 1}.items()
