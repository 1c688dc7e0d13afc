import pytest

from gateway.execution.excess import ERRORS, excesses
from gateway.execution.limits import Limits
from gateway.execution.refusal import Error
from tests.gateway.execution.shop import codes, operation


def found(text: str, limits: Limits) -> list[Error]:
    node, fragments = operation(text)
    return excesses([node], fragments, limits)


def test_what_is_just_within_every_limit_is_not_refused() -> None:
    limits = Limits(depth=3, aliases=1, directives=1, root_fields=2, fields=4)
    assert found("{ a { x: b { c @d } } e }", limits) == []


def test_what_is_too_deep_is_told_with_its_path_and_the_first_field_too_many() -> None:
    (error,) = found("{ a { b {\n c { d } } } }", Limits(depth=2))
    assert error == {
        "message": "This operation is 4 levels deep at `a.b.c`; 2 are allowed",
        "locations": [{"line": 2, "column": 2}],
        "extensions": {"code": "OPERATION_TOO_COMPLEX", "limit": "depth", "allowed": 2, "found": 4},
    }


def test_a_long_path_is_shortened() -> None:
    name = "x" * 60
    (error,) = found(f"{{ {name} {{ {name} {{ y }} }} }}", Limits(depth=1))
    assert f"`{name}.{'x' * 38}…`" in error["message"]


@pytest.mark.parametrize(
    ("text", "limits", "limit", "count", "message", "column"),
    [
        ("{ x: a y: b z: c }", Limits(aliases=2), "aliases", 3, "has 3 aliases; 2 are allowed", 13),
        ("{ a @x @y b @z }", Limits(directives=1), "directives", 3, "has 3 directives; 1 are allowed", 3),
        ("{ a ...F } fragment F on Q { b c }", Limits(root_fields=2), "rootFields", 3, "has 3 fields at its root", 32),
        ("{ a { b } ...F ...F } fragment F on Q { c }", Limits(fields=2), "fields", 4, "selects 4 fields", 41),
    ],
)
def test_each_count_has_its_limit_its_number_and_its_place(
    text: str, limits: Limits, limit: str, count: int, message: str, column: int
) -> None:
    (error,) = found(text, limits)
    assert message in error["message"]
    assert error["locations"] == [{"line": 1, "column": column}]
    assert (error["extensions"]["limit"], error["extensions"]["found"]) == (limit, count)


def test_every_limit_that_is_exceeded_is_told_at_once() -> None:
    errors = found("{ x: a @d { b } }", Limits(depth=1, aliases=0, directives=0, root_fields=0, fields=1))
    assert [error["extensions"]["limit"] for error in errors] == [
        "depth",
        "aliases",
        "directives",
        "rootFields",
        "fields",
    ]
    assert codes(errors) == {"OPERATION_TOO_COMPLEX"}


def test_an_operation_with_a_name_is_told_by_it() -> None:
    (error,) = found("query Deep { a { b } }", Limits(depth=1))
    assert error["message"].startswith("Operation `Deep` is 2 levels deep")


def test_directives_before_the_fields_are_told_at_the_operation() -> None:
    (error,) = found("query @a @b { c }", Limits(directives=1))
    assert error["locations"] == [{"line": 1, "column": 1}]


def test_thirty_levels_of_doubling_are_told_by_their_number() -> None:
    chain = " ".join(f"fragment F{at} on Q {{ ...F{at + 1} ...F{at + 1} }}" for at in range(30))
    (error,) = found(f"{{ ...F0 }} {chain} fragment F30 on Q {{ a }}", Limits(root_fields=2**30))
    assert "selects 1,073,741,824 fields" in error["message"]
    assert error["extensions"]["found"] == 2**30


def test_a_number_that_nobody_would_read_is_rounded() -> None:
    chain = " ".join(f"fragment F{at} on Q {{ ...F{at + 1} ...F{at + 1} }}" for at in range(90))
    error = found(f"{{ ...F0 }} {chain} fragment F90 on Q {{ a }}", Limits())[0]
    assert "1.2e+27" in error["message"]


def test_many_operations_with_many_errors_are_told_as_ten() -> None:
    nodes = [operation(f"query Q{at} {{ x: a {{ b }} }}")[0] for at in range(20)]
    assert len(excesses(nodes, {}, Limits(depth=1, aliases=0))) == ERRORS


def test_a_fragment_within_itself_is_left_to_validation() -> None:
    assert found("{ ...A } fragment A on Q { a { ...A } }", Limits(depth=0)) == []
