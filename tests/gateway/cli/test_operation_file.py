from pathlib import Path

import pytest

from gateway.cli.failure import Failure
from gateway.cli.operation_file import Explainer, text, told, variables_beside, variables_of
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError

TWO = "query A($n: Int!) { customers(first: $n) { totalCount } } query B { services { service } }"


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer(Limits(cost=10))


def test_variables_lie_beside_their_operation(tmp_path: Path) -> None:
    file = tmp_path / "dashboard.graphql"
    assert variables_beside(file) == {}
    (tmp_path / "dashboard.variables.json").write_text('{"first": 5}')
    assert variables_beside(file) == {"first": 5}


@pytest.mark.parametrize("json", ["[]", "5", "{", "nonsense", ""])
def test_what_is_no_object_of_variables_is_told_with_where_it_stands(json: str) -> None:
    with pytest.raises(Failure, match=r"^here should hold a JSON object of variables"):
        variables_of(json, "here")


def test_a_file_that_cannot_be_read_is_told_with_why(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"no\.graphql cannot be read: No such file"):
        text(tmp_path / "no.graphql")
    (tmp_path / "bytes.graphql").write_bytes(b"\xff\xfe")
    with pytest.raises(Failure, match=r"bytes\.graphql cannot be read: 'utf-8' codec"):
        text(tmp_path / "bytes.graphql")


def test_each_operation_takes_the_variables_that_it_declares(explainer: Explainer) -> None:
    document = explainer.document(TWO)
    found = [explainer.explained(document, one, {"n": 3, "m": 4}) for one in document.operations.values()]
    assert [(one.name, dict(one.variables)) for one in found] == [("A", {"n": 3}), ("B", {})]


def test_variables_that_do_not_fit_are_refused(explainer: Explainer) -> None:
    document = explainer.document(TWO)
    with pytest.raises(UnfitError) as unfit:
        explainer.explained(document, document.operation("A"), {"n": "three"})
    (line,) = told(unfit.value.errors)
    assert "Int cannot represent non-integer value: 'three'" in line
    assert unfit.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_what_would_be_refused_is_explained_all_the_same(explainer: Explainer) -> None:
    document = explainer.document("{ customers { edges { node { name } } } }")
    found = explainer.explained(document, document.operation(None), {})
    assert found.name == "query"
    assert found.measure.cost(found.variables) == 21
    assert told(found.errors) == ["1:1 This operation costs 21, the objects that it can answer with; 10 are allowed"]


def test_an_error_without_a_place_is_told_without_one() -> None:
    assert told([{"message": "No"}]) == ["No"]
