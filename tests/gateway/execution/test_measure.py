import pytest

from gateway.execution.limits import Limits
from gateway.execution.measure import Estimate, Measure
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import Error
from tests.gateway.execution.shop import Taken, measure, tariff

TEXT = """query ($n: Int!) {
  shop { owner { name } }
  shops(first: $n) { nodes { owner { name } staff { name } } }
}"""
PRICES = tariff(Shop_owner=Taken(), Query_shop=Taken(service="STORE", exact=True), Shop_staff=Taken(service="STAFF"))


def excesses(found: Measure, variables: dict[str, object], limits: Limits) -> list[Error]:
    with pytest.raises(UnfitError) as unfit:
        found.check(variables, limits)
    return unfit.value.errors


def test_one_measure_serves_every_request() -> None:
    found = measure(TEXT, PRICES)
    assert [found.cost({"n": n}) for n in (0, 10)] == [4, 4 + 10 + 10 + 20]
    assert [found.calls({"n": n}) for n in (0, 10)] == [
        {"STORE": 1, "MAKERS": 1, "STAFF": 0},
        {"STORE": 1, "MAKERS": 11, "STAFF": 10},
    ]


def test_a_request_within_the_limits_passes() -> None:
    found = measure(TEXT, PRICES)
    found.check({"n": 10}, Limits(cost=44, calls=11))


def test_what_costs_too_much_is_told_with_its_cost_and_its_limit() -> None:
    (error,) = excesses(measure(TEXT, PRICES), {"n": 10}, Limits(cost=43))
    assert error == {
        "message": "This operation costs 44, the objects that it can answer with; 43 are allowed",
        "locations": [{"line": 1, "column": 1}],
        "extensions": {"code": "OPERATION_TOO_COMPLEX", "limit": "cost", "allowed": 43, "found": 44},
    }


def test_too_many_calls_are_told_with_the_service_and_the_field_that_makes_most() -> None:
    (error,) = excesses(measure(TEXT, PRICES), {"n": 10}, Limits(calls=10))
    assert error == {
        "message": "This operation can take 11 calls of MAKERS, most at `shops.nodes.owner`; 10 are allowed",
        "locations": [{"line": 3, "column": 30}],
        "extensions": {
            "code": "OPERATION_TOO_COMPLEX",
            "limit": "calls",
            "allowed": 10,
            "found": 11,
            "service": "MAKERS",
        },
    }


def test_each_service_has_the_whole_limit_and_all_that_is_exceeded_is_told() -> None:
    errors = excesses(measure(TEXT, PRICES), {"n": 10}, Limits(cost=1, calls=9))
    assert [error["extensions"].get("service", error["extensions"]["limit"]) for error in errors] == [
        "cost",
        "MAKERS",
        "STAFF",
    ]


def test_an_estimate_is_a_number_how_sure_it_is_and_what_it_comes_from() -> None:
    assert measure(TEXT, PRICES).estimates({"n": 10}) == {
        "STORE": Estimate(1, exact=True, told="shop: 1"),
        "MAKERS": Estimate(11, exact=False, told="owner: 1 per shop, ≤ 1; owner: 1 per shop, ≤ 10"),
        "STAFF": Estimate(10, exact=False, told="staff: 1 per shop, ≤ 10"),
    }


def test_two_reads_of_one_service_may_share_a_batch_so_that_their_sum_is_not_sure() -> None:
    found = measure("{ a: shop { id } b: shop { id } }", PRICES).estimates({})
    assert found["STORE"] == Estimate(2, exact=False, told="a, b: 1")


def test_a_subscription_is_measured_by_what_one_event_takes() -> None:
    found = measure("subscription { renamed { owner { id } } }", PRICES)
    assert (found.cost({}), found.calls({})) == (3, {"MAKERS": 1})
