import logging
from dataclasses import replace
from typing import Any

import pytest

from connectors.domain import errors
from connectors.domain.service import Service
from schema.errors import CODES
from tests.schema.fakes import Book, Rates, Shop
from tests.schema.harness import REQUEST, Answer, hub, run
from tests.schema.nouns import customer

ADA = Book([customer("Ada")])
PAYMENTS = "{ customers { edges { node { payments { edges { node { id } } } } } } }"
PLACE = ["customers", "edges", 0, "node", "payments"]
SECRET = "sk_live_51H"


async def failing(error: errors.ConnectorError) -> Answer:
    """The payments of a customer whose payment service fails so."""
    return await run(hub(Shop(failure=error), customers=ADA), PAYMENTS)


@pytest.mark.parametrize(
    ("error", "extensions"),
    [
        (errors.NotConfigured(Service.STRIPE), {"code": "SERVICE_NOT_CONFIGURED"}),
        (errors.Unavailable(Service.STRIPE, "STRIPE answered 503"), {"code": "UPSTREAM_UNAVAILABLE"}),
        (errors.TimedOut(Service.STRIPE, "STRIPE did not answer in time"), {"code": "UPSTREAM_TIMEOUT"}),
        (errors.RateLimited(Service.STRIPE, 7.5), {"code": "UPSTREAM_RATE_LIMITED", "retryAfter": 7.5}),
        (errors.RateLimited(Service.STRIPE, 0), {"code": "UPSTREAM_RATE_LIMITED", "retryAfter": 0}),
        (errors.RateLimited(Service.STRIPE), {"code": "UPSTREAM_RATE_LIMITED"}),
        (errors.Unauthorized(Service.STRIPE, "STRIPE refuses our credentials"), {"code": "UPSTREAM_UNAUTHORIZED"}),
        (errors.Rejected(Service.STRIPE, 400, "STRIPE answered 400: no"), {"code": "UPSTREAM_REJECTED"}),
        (errors.Malformed(Service.STRIPE, "$.data", "expected array"), {"code": "UPSTREAM_MALFORMED"}),
        (errors.ConnectorError(Service.STRIPE, "STRIPE failed"), None),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_failed_service_is_an_error_with_its_code_and_its_name(
    error: errors.ConnectorError, extensions: dict[str, Any] | None
) -> None:
    answer = await failing(error)
    assert answer.data == {"customers": {"edges": [{"node": {"payments": None}}]}}
    assert answer.only_error["path"] == PLACE
    if extensions is None:  # a kind that the tree of errors does not have
        assert answer.codes == ["INTERNAL"]
    else:
        assert answer.only_error["message"] == str(error)
        assert answer.only_error["extensions"] == extensions | {"service": "STRIPE"}


def test_every_kind_of_error_in_the_tree_has_a_code() -> None:
    assert set(CODES) == {*errors.ConnectorError.__subclasses__(), *errors.StoreError.__subclasses__()}


async def test_an_error_says_where_in_the_query_its_field_stands() -> None:
    answer = await failing(errors.Unavailable(Service.STRIPE, "STRIPE dropped the call"))
    assert answer.only_error["locations"] == [{"line": 1, "column": PAYMENTS.index("payments") + 1}]


class Broken(Shop):
    """A source with a bug in it."""

    async def payments(self, asked: object) -> Any:  # noqa: ANN401 - it never answers
        raise RuntimeError(f"unexpected {SECRET} in {asked!r}")


async def test_a_bug_is_internal_and_says_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    answer = await run(hub(Broken(), customers=ADA), PAYMENTS)
    assert answer.data == {"customers": {"edges": [{"node": {"payments": None}}]}}
    assert answer.only_error["extensions"] == {"code": "INTERNAL", "requestId": REQUEST}
    assert answer.only_error["path"] == PLACE
    assert SECRET not in str(answer)
    assert "RuntimeError" not in str(answer)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert REQUEST in record.getMessage()
    assert "payments" in record.getMessage()
    assert record.exc_info
    assert SECRET in str(record.exc_info[1])


async def test_what_is_expected_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await failing(errors.Unavailable(Service.STRIPE, "STRIPE dropped the call"))
    await run(hub(), '{ node(id: "nonsense") { id } }')
    await run(hub(), "{ nonsense }")
    assert caplog.records == []


async def test_a_value_that_its_type_cannot_hold_is_a_bug_and_not_the_callers(caplog: pytest.LogCaptureFixture) -> None:
    sources = hub(customers=Book([replace(customer("Ada"), version=2**40)]))
    answer = await run(sources, "{ customers { edges { node { version } } } }")
    assert answer.codes == ["INTERNAL"]
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ customers { edges } ", "GRAPHQL_PARSE_FAILED"),
        ('{ node(id: "unclosed) { id } }', "GRAPHQL_PARSE_FAILED"),
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(firts: 1) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ customers(first: "1") { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ node { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Int) { customers { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(first: $a) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: String) { customers(first: $a) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Nonsense) { customers(first: $a) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ __typename } fragment Unused on Customer { id }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_document_that_cannot_be_executed_says_why(query: str, code: str) -> None:
    answer = await run(hub(), query)
    assert answer.data is None
    assert set(answer.codes) == {code}
    assert all(error["locations"] for error in answer.errors)


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("$first: Int", {"first": "1"}),
        ("$first: Int", {"first": 1.5}),
        ("$first: Int", {"first": True}),
        ("$first: Int", {"first": [1]}),
        ("$first: Int", {"first": 2**31}),
        ("$first: Int!", {}),
        ("$first: Int!", {"first": None}),
    ],
)
async def test_a_variable_of_another_type_is_bad_user_input(declared: str, given: dict[str, object]) -> None:
    answer = await run(hub(), f"query({declared}) {{ customers(first: $first) {{ totalCount }} }}", **given)
    assert answer.data is None
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "$first" in answer.only_error["message"]


async def test_an_unknown_field_of_an_input_is_bad_user_input() -> None:
    query = "query($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }"
    answer = await run(hub(), query, filter={"nmae": "Ada"})
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_null_in_a_variable_for_what_must_not_be_null_is_bad_user_input() -> None:
    query = (
        'query($into: Currency = "EUR") { customers { edges { node { lifetimeValue(currency: $into) { amount } } } } }'
    )
    answer = await run(hub(Shop(), Rates(), customers=ADA), query, into=None)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.only_error["path"] == ["customers", "edges", 0, "node", "lifetimeValue"]


async def test_one_failed_field_leaves_its_siblings_alone() -> None:
    shop = Shop(failure=errors.TimedOut(Service.STRIPE, "STRIPE did not answer in time"))
    query = """{
        balance { amount }
        customers { edges { node { name payments { totalCount } plans { id } } } }
        services { state }
    }"""
    answer = await run(hub(shop, customers=ADA), query)
    node = answer.data["customers"]["edges"][0]["node"]
    assert node == {"name": "Ada", "payments": None, "plans": None}
    assert answer.data["balance"] is None
    assert len(answer.data["services"]) == 2
    assert answer.codes == ["UPSTREAM_TIMEOUT"] * 3


async def test_the_same_failure_is_told_once_for_every_field_that_it_emptied() -> None:
    everybody = Book([customer(name, number=number) for number, name in enumerate(["Ada", "Bob", "Eve"], 1)])
    shop = Shop(failure=errors.Unavailable(Service.STRIPE, "STRIPE dropped the call"))
    answer = await run(hub(shop, customers=everybody), PAYMENTS)
    assert [error["path"][2] for error in answer.errors] == [0, 1, 2]
    assert len(shop.batches) == 1


async def test_a_store_that_is_down_is_blamed_by_name() -> None:
    class Down(Book):
        async def page(self, asked: object) -> Any:  # noqa: ANN401 - it never answers
            raise errors.Unavailable(Service.STORE, f"STORE cannot be asked for {asked!r}")

    answer = await run(hub(customers=Down()), "{ customers { totalCount } }")
    assert answer.data is None
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "service": "STORE"}
