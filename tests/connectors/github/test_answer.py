import json
from datetime import UTC, datetime

import msgspec
import pytest

from connectors.domain.errors import ConnectorError, Malformed, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.github.answer import Missing, failure, quota, read
from connectors.github.wire import Account, Answer, Connection
from connectors.transport.quota import Quota
from connectors.transport.quota_body import Said


def answer(data: object, *errors: dict[str, object]) -> Answer:
    body = json.dumps({"data": data, "errors": list(errors)})
    return msgspec.json.decode(body, type=Answer)


def error(type: str | None, *path: str | int, message: str = "no") -> dict[str, object]:
    return {"message": message, "type": type, "locations": [{"line": 2, "column": 3}]} | (
        {"path": list(path)} if path else {}
    )


ADA = {"login": "ada"}


def test_a_value_is_read_from_under_its_alias() -> None:
    both = answer({"k0": ADA, "k1": {"login": "grace", "more": 1}})
    assert read(both, "k1", Account) == Account(login="grace")
    assert failure(both) is None


def test_null_with_not_found_is_missing_in_githubs_words() -> None:
    found = read(answer({"k0": None, "k1": ADA}, error("NOT_FOUND", "k0", message="No such user")), "k0", Account)
    assert isinstance(found, Missing)
    assert (found.status, str(found)) == (404, "GITHUB answered 404: No such user")


@pytest.mark.parametrize("nothing", [None, {}])
def test_null_without_a_word_and_a_node_of_another_kind_are_missing(nothing: object) -> None:
    assert isinstance(read(answer({"k0": nothing}), "k0", Account), Missing)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (error("NOT_FOUND", "k0"), Missing),
        (error("FORBIDDEN", "k0"), Unauthorized),
        (error("INSUFFICIENT_SCOPES", "k0"), Unauthorized),
        (error("UNPROCESSABLE", "k0"), Rejected),
        (error("INVALID_CURSOR_ARGUMENTS", "k0", "list"), Rejected),
        (error("RESOURCE_LIMITS_EXCEEDED", "k0"), Rejected),
        (error("SOMETHING_NEW", "k0", "list", "edges", 3), Rejected),
        (error(None, "k0"), Rejected),
        (error(None, "k0", message="Something went wrong while executing your query."), Unavailable),
        (error(None), Rejected),
    ],
)
def test_an_error_is_its_keys_alone(told: dict[str, object], kind: type[ConnectorError]) -> None:
    both = answer({"k0": None, "k1": ADA}, told)
    assert failure(both) is None
    assert type(read(both, "k0", Account)) is kind
    assert read(both, "k1", Account) == Account(login="ada")


def test_a_refusal_carries_githubs_words_and_type() -> None:
    refused = read(answer({"k0": None}, error("UNPROCESSABLE", "k0", message="too long")), "k0", Account)
    assert isinstance(refused, Rejected)
    assert (refused.status, str(refused)) == (422, "GITHUB answered UNPROCESSABLE: too long")


@pytest.mark.parametrize("type", ["FORBIDDEN", "NOT_FOUND"])
def test_what_is_hidden_within_a_list_does_not_take_the_list_along(type: str) -> None:
    page = {"pageInfo": {"hasNextPage": False}, "edges": [{"cursor": "1", "node": None}, {"cursor": "2", "node": ADA}]}
    found = read(answer({"k0": page}, error(type, "k0", "edges", 0, "node")), "k0", Connection[Account])
    assert isinstance(found, Connection)
    assert found.items == [("2", Account(login="ada"))]


def test_a_list_that_broke_off_is_no_list() -> None:
    page = {"pageInfo": {"hasNextPage": False}, "edges": [None]}
    found = read(answer({"k0": page}, error("RESOURCE_LIMITS_EXCEEDED", "k0", "edges", 0)), "k0", Connection[Account])
    assert isinstance(found, Rejected)


def test_the_first_error_of_a_key_is_the_one_told() -> None:
    found = read(answer({"k0": None}, error("A", "k1"), error("B", "k0"), error("C", "k0")), "k0", Account)
    assert "answered B" in str(found)


def test_an_alias_that_is_not_there_is_malformed() -> None:
    found = read(answer({"k1": ADA}), "k0", Account)
    assert isinstance(found, Malformed)
    assert found.path == "$.data.k0"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"login": 7}, "$.data.k0.login"),
        ({"name": "ada"}, "$.data.k0"),
        ([], "$.data.k0"),
        ("ada", "$.data.k0"),
    ],
)
def test_a_value_that_does_not_fit_says_where(value: object, path: str) -> None:
    found = read(answer({"k0": value}), "k0", Account)
    assert isinstance(found, Malformed)
    assert found.path == path


def test_a_misfit_deep_in_a_list_says_where() -> None:
    page = {"pageInfo": {"hasNextPage": False}, "edges": [{"cursor": "1", "node": {"login": None}}]}
    found = read(answer({"k7": page}), "k7", Connection[Account])
    assert isinstance(found, Malformed)
    assert found.path == "$.data.k7.edges[0].node.login"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (answer(None, error("RATE_LIMITED", message="API rate limit exceeded")), RateLimited),
        (answer({"k0": None}, error("NOT_FOUND", "k0"), error("RATE_LIMITED")), RateLimited),
        (answer(None, error(None, message="Something went wrong while executing your query.")), Unavailable),
        (answer(None, error(None, message="We couldn't respond to your request in time. Sorry!")), Unavailable),
        (answer(None, error("MAX_NODE_LIMIT_EXCEEDED")), Rejected),
        (answer(None, error("INSUFFICIENT_SCOPES")), Unauthorized),
        (answer(None, error("NOT_FOUND", "k0")), Missing),
        (answer(None), Malformed),
    ],
)
def test_without_data_the_whole_query_failed(told: Answer, kind: type[ConnectorError]) -> None:
    assert type(failure(told)) is kind


def test_githubs_own_failures_do_not_show_its_request_ids() -> None:
    message = "Something went wrong while executing your query. Please include `D3C2:1AFB` when reporting this issue."
    assert str(failure(answer(None, error(None, message=message)))) == "GITHUB could not execute the query"


POINTS = {"limit": 5000, "cost": 3, "remaining": 4990, "resetAt": "2026-11-22T13:00:00Z"}
TOLD = Quota(5000, 4990, datetime(2026, 11, 22, 13, tzinfo=UTC), "graphql")
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


def body(**parts: object) -> bytes:
    return json.dumps(parts).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (body(data={"rateLimit": POINTS, "k0": {"deep": [1]}}), Said(TOLD, 3)),
        (body(data={"rateLimit": POINTS}, errors=[error("NOT_FOUND", "k0")]), Said(TOLD, 3)),
        (body(data=None, errors=[error("RATE_LIMITED")]), Said(refused=60.0)),
        (body(errors=[error(None, message=SECONDARY)]), Said(refused=60.0)),
        (body(data={"rateLimit": POINTS}, errors=[error("RATE_LIMITED")]), Said(TOLD, 3, 60.0)),
        (body(data=None, errors=[error("NOT_FOUND", "k0")]), Said(status=207)),
        (body(data=None, errors=[error(None, message="Something went wrong while executing it")]), Said(status=503)),
        (body(data={"k0": None}, errors=[error("NOT_FOUND", "k0")]), None),
        (body(data={"k0": None}), None),
        (body(data={"rateLimit": None}), None),
        (body(data=None), None),
        (body(data={"rateLimit": {"limit": "many"}}), None),
        (b"[]", None),
        (b"<html>", None),
        (b"", None),
        (b'{"data": ' + b"[" * 100_000, None),
        (b'{"errors": [{"message": "\xff"}]}', None),
    ],
)
def test_a_body_tells_of_the_points_left_of_being_asked_for_too_much_and_of_failure(
    content: bytes, said: Said | None
) -> None:
    assert quota(content) == said


def test_a_secondary_limit_is_a_limit_whatever_its_type() -> None:
    assert isinstance(failure(answer(None, error("FORBIDDEN", message=SECONDARY))), RateLimited)
