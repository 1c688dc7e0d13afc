import inspect

import pytest

from connectors.domain import errors
from connectors.domain.errors import (
    Conflict,
    ConnectorError,
    Malformed,
    NotConfigured,
    NotFound,
    RateLimited,
    Refused,
    Rejected,
    StoreError,
)
from connectors.domain.service import Service


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotConfigured(Service.SLACK), "SLACK is not configured"),
        (RateLimited(Service.SLACK), "SLACK asks to be left alone"),
        (RateLimited(Service.SLACK, 7.0), "SLACK asks to be left alone for 7 s"),
        (RateLimited(Service.SLACK, 0.25), "SLACK asks to be left alone for 0.25 s"),
        (Rejected(Service.SLACK, 422, "no such channel"), "no such channel"),
        (
            Malformed(Service.SLACK, "$.ok", "Expected `bool`"),
            "SLACK answered something else than it documents, at $.ok: Expected `bool`",
        ),
    ],
)
def test_an_error_names_the_service_in_words_fit_for_a_caller(error: ConnectorError, words: str) -> None:
    assert str(error) == words
    assert error.service is Service.SLACK


def test_errors_keep_what_a_caller_may_act_on() -> None:
    assert Rejected(Service.SLACK, 422, "no").status == 422
    assert RateLimited(Service.SLACK, 3).retry_after == 3
    assert Malformed(Service.SLACK, "$.ok", "no").path == "$.ok"
    assert Refused("email", "taken").field == "email"


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = inspect.getdoc(errors) or ""
    for root in (ConnectorError, StoreError):
        below = drawn.split(f"\n{root.__name__} ")[1].split("\n\n")[0]
        kinds = [line.split()[1].split("(")[0] for line in below.splitlines() if line.startswith(("├", "└"))]
        assert kinds == [kind.__name__ for kind in root.__subclasses__()]


def test_what_a_caller_asked_wrong_is_no_services_fault() -> None:
    for kind in (NotFound, Conflict, Refused):
        assert not issubclass(kind, ConnectorError)
