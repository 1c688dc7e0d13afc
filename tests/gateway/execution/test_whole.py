"""Operations without `@defer` and `@stream`."""

import pytest
from graphql import parse, print_ast, strip_ignored_characters, validate

from gateway.execution.documents import Document, Documents
from gateway.execution.limits import Limits
from gateway.execution.whole import whole
from tests.gateway.execution.people import Graph

SCHEMA = Graph().engine._schema  # noqa: SLF001 - the tests of the executor know it


def undivided(text: str, name: str | None = None) -> Document:
    document = Documents(SCHEMA, Limits()).get(text)
    return whole(document, document.operation(name))


WRITTEN = {
    "{ me { ...F @defer } } fragment F on Person { id }": "{ me { ...F } } fragment F on Person { id }",
    '{ me { ... @defer(label: "a") { id } } }': "{ me { ... { id } } }",
    "{ people @stream(initialCount: 1) { id } }": "{ people { id } }",
    "{ me { ... @include(if: true) @defer @skip(if: false) { id } } }": (
        "{ me { ... @include(if: true) @skip(if: false) { id } } }"
    ),
    "{ me { ...F } } fragment F on Person { friends @stream { ... @defer { id } } }": (
        "{ me { ...F } } fragment F on Person { friends { ... { id } } }"
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.items())
def test_both_directives_are_left_out_and_nothing_else(text: str, expected: str) -> None:
    document = undivided(text)
    assert print_ast(document.ast) == print_ast(parse(expected))
    assert strip_ignored_characters(document.text) == strip_ignored_characters(expected)


def test_the_operation_stands_alone_with_its_fragments() -> None:
    document = undivided(
        "query A { me { ...F @defer } } query B { me { ...G } } "
        "fragment F on Person { id } fragment G on Person { name }",
        "A",
    )
    assert (list(document.operations), list(document.fragments)) == (["A"], ["F"])


def test_variables_are_declared_for_us_and_not_for_who_validates_the_text_again() -> None:
    text = "query($if: Boolean!, $n: Int!) { people(first: $n) @stream(if: $if) { id } }"
    document = undivided(text)
    declared = document.operation(None).variable_definitions
    assert [one.variable.name.value for one in declared or ()] == ["if", "n"]
    assert "$if" not in document.text
    assert validate(SCHEMA, parse(document.text)) == []


def test_a_variable_that_something_else_needs_too_stays() -> None:
    text = "query($if: Boolean!) { me { ... @defer(if: $if) { id } name @include(if: $if) } }"
    assert validate(SCHEMA, parse(undivided(text).text)) == []
    assert "$if: Boolean!" in undivided(text).text


def test_the_document_itself_is_left_as_it_was() -> None:
    document = Documents(SCHEMA, Limits()).get("{ me { ... @defer { id } } }")
    before = print_ast(document.ast)
    whole(document, document.operation(None))
    assert print_ast(document.ast) == before
