from dataclasses import asdict

from gateway.execution.limits import Limits
from tests.gateway.execution.shop import refusals


def test_the_limits_are_those_that_are_documented() -> None:
    assert asdict(Limits()) == {
        "characters": 50_000,
        "tokens": 1_000,
        "nesting": 50,
        "depth": 10,
        "aliases": 15,
        "directives": 50,
        "root_fields": 20,
        "fields": 2_000,
        "cost": 5_000,
        "calls": 500,
    }


def test_each_limit_can_be_set() -> None:
    text = "{ a: shop { ...F ...F } } fragment F on Shop { id @skip(if: false) }"
    exceeded = {
        "characters": Limits(characters=10),
        "tokens": Limits(tokens=10),
        "nesting": Limits(nesting=1),
        "depth": Limits(depth=1),
        "aliases": Limits(aliases=0),
        "directives": Limits(directives=1),
        "rootFields": Limits(root_fields=0),
        "fields": Limits(fields=2),
    }
    found = {
        name: [error["extensions"]["limit"] for error in refusals(text, limits)] for name, limits in exceeded.items()
    }
    assert found == {name: [name] for name in exceeded}
