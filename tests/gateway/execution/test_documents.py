import gc
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from graphql import DocumentNode, GraphQLSyntaxError, get_introspection_query, parse

from gateway.execution import documents
from gateway.execution.documents import Document, Documents
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.tokens import measured
from gateway.execution.validation import WITHOUT_INTROSPECTION
from tests.gateway.execution.shop import SCHEMA, TARIFF, codes, refusals

MEGABYTE = 1_000_000
DOUBLING = " ".join(f"fragment F{at} on Query {{ ...F{at + 1} ...F{at + 1} }}" for at in range(30))
HOSTILE = {
    "a megabyte of tokens": "{" + " a" * (MEGABYTE // 2) + "}",
    "a megabyte of comment": "#" + "x" * MEGABYTE + "\n{ name }",
    "a megabyte of string": '{ name(x: "' + "x" * MEGABYTE + '") }',
    "a megabyte of blanks": " " * MEGABYTE + "{ name }",
    "a megabyte of braces": "{ a " * (MEGABYTE // 4),
    "tokens": "{" + " a" * 20_000 + "}",
    "a string": '{ name(x: "' + "x" * 49_000 + '") }',
    "a block string": '{ name(x: """' + "\r" * 49_000 + 'x""") }',
    "an unfinished block string": '{ name(x: """' + "\\" * 49_000,
    "escapes": '{ name(x: "' + "\\" * 49_001 + '") }',
    "blanks": " " * 49_000 + "{",
    "comments": "#\n" * 24_000 + "{ name }",
    "a name": "{ " + "a" * 49_000 + " }",
    "a number": "{ name(x: " + "1" * 49_000 + ") }",
    "brackets": "[" * 49_000,
    "doubling fragments": f"{{ ...F0 }} {DOUBLING} fragment F30 on Query {{ name }}",
    "aliases": "{ " + " ".join(f"a{at}: name" for at in range(10_000)) + " }",
    "fewer aliases": "{ " + " ".join(f"a{at}: name" for at in range(300)) + " }",
    "nested selections": "{ a " * 5_000 + "}" * 5_000,
    "fewer nested selections": "{ a " * 300 + "}" * 300,
    "nested just so": "{ shop " * 45 + "}" * 45,
    "nested lists": "{ name(x: " + "[" * 400 + "]" * 400 + ") }",
    "directives": "{ name " + "@skip(if: true) " * 10_000 + "}",
    "fewer directives": "{ name " + "@a " * 900 + "}",
    "a field again and again": "{ shop { " + "items { id } " * 190 + "} }",
    "two levels again and again": "{ shop { " + ("items { " + "owner { id } " * 14 + "} ") * 14 + "} }",
    "a leaf again and again": "{ shop { " + "name " * 900 + "} }",
    "unknown fields": "{ shop { " + " ".join(f"nam{at}" for at in range(900)) + " } }",
    "unknown arguments": "{ shop { items(" + " ".join(f"firs{at}: 1" for at in range(300)) + ") { id } } }",
    "unknown types": "query(" + " ".join(f"$v{at}: Sho{at}" for at in range(240)) + ") { name }",
    "a cycle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a long cycle": " ".join(f"fragment F{at} on Query {{ ...F{(at + 1) % 100} }}" for at in range(100)) + " { ...F0 }",
}


@pytest.fixture(autouse=True, scope="module")
def _as_in_a_process_that_serves() -> Iterator[None]:
    """What other tests have left is not looked through for garbage in the time of a document."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def kept() -> Documents:
    return Documents(SCHEMA, Limits(), tariff=TARIFF)


def refusal(documents: Documents, text: str) -> UnfitError:
    with pytest.raises(UnfitError) as unfit:
        documents.get(text)
    return unfit.value


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed."""
    parsed: list[str] = []

    def watched(text: str) -> DocumentNode:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(documents, "parse", watched)
    return parsed


def test_a_document_has_its_operations_and_fragments_by_name(kept: Documents) -> None:
    text = "query A { ...F } mutation B { rename(name: 1) { id } } fragment F on Query { name }"
    document = kept.get(text.replace("1", '"x"'))
    assert list(document.operations) == ["A", "B"]
    assert list(document.fragments) == ["F"]
    assert document.operation("B").operation.value == "mutation"
    assert document.tokens == 26


def test_a_document_is_read_once(kept: Documents, reading: list[str]) -> None:
    first = kept.get("{ name }")
    first.plans["A"] = "a plan"
    assert kept.get("{ " + "name }") is first
    assert kept.get("{ name } ") is not first
    assert reading == ["{ name }", "{ name } "]


def test_a_refusal_is_found_out_once_and_raised_anew(kept: Documents, reading: list[str]) -> None:
    first, second = refusal(kept, "{ wrong }"), refusal(kept, "{ wrong }")
    assert first.errors == second.errors
    assert first is not second, "an exception that is raised again gathers tracebacks"
    assert reading == ["{ wrong }"]


def test_what_is_too_long_drives_no_refusal_out(reading: list[str]) -> None:
    kept = Documents(SCHEMA, Limits(characters=20), entries=2)
    for text in ("{ wrong }", "{ name }" + " " * 20, "{ name }" + " " * 21, "{ wrong }"):
        refusal(kept, text)
    assert reading == ["{ wrong }"]


def test_plans_are_given_up_with_their_document() -> None:
    kept = Documents(SCHEMA, Limits(), entries=1)
    kept.get("{ name }").plans["A"] = "a plan"
    kept.get("{ shop { id } }")
    assert kept.get("{ name }").plans == {}


def test_what_is_no_document_is_told_with_its_place() -> None:
    (error,) = refusals("{ name")
    assert codes([error]) == {"GRAPHQL_PARSE_FAILED"}
    assert error["message"].startswith("Syntax Error: Expected Name, found <EOF>")
    assert error["locations"] == [{"line": 1, "column": 7}]


@pytest.mark.parametrize(
    "text", ["", "# nothing", "{", '{ name(x: "a) }', "{ na\x00me }", "{ \ud800 }", "type Query { a: Int }"]
)
def test_a_text_that_cannot_be_executed_is_refused_and_never_fails(text: str) -> None:
    assert codes(refusals(text)) <= {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}


def test_limits_come_before_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "violations", lambda *_, **__: pytest.fail("it was validated"))
    assert codes(refusals("{ wrong { wronger } }", Limits(depth=1))) == {"OPERATION_TOO_COMPLEX"}


@pytest.mark.parametrize("limits", [Limits(characters=7), Limits(tokens=2), Limits(nesting=0)], ids=str)
def test_what_the_text_tells_is_not_parsed_for(limits: Limits, reading: list[str]) -> None:
    assert codes(refusals("{ name }", limits)) == {"OPERATION_TOO_COMPLEX"}
    assert reading == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_before_it_costs_anything(text: str) -> None:
    kept = Documents(SCHEMA, Limits())
    began = time.process_time()
    assert codes(refusal(kept, text).errors)
    assert time.process_time() - began < 0.5, "50 ms on a machine with nothing else to do"


def test_the_query_with_which_tools_introspect_is_within_the_limits(kept: Documents) -> None:
    text = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert kept.get(text).operation("IntrospectionQuery").selection_set.selections


def test_introspection_is_refused_by_the_rules_that_say_so() -> None:
    kept = Documents(SCHEMA, Limits(), rules=WITHOUT_INTROSPECTION)
    assert "introspection has been disabled" in refusal(kept, "{ __schema { description } }").errors[0]["message"]


def test_suggestions_are_left_out_where_they_are_not_wanted() -> None:
    assert "mean" in refusal(Documents(SCHEMA, Limits()), "{ nam }").errors[0]["message"]
    assert "mean" not in refusal(Documents(SCHEMA, Limits(), suggestions=False), "{ nam }").errors[0]["message"]


def test_the_only_operation_needs_no_name(kept: Documents) -> None:
    assert kept.get("query A { name }").operation(None) is kept.get("query A { name }").operation("A")


def choice(document: Document, name: str | None) -> dict[str, object]:
    with pytest.raises(UnfitError) as unfit:
        document.operation(name)
    return dict(unfit.value.errors[0])


def test_one_of_several_operations_has_to_be_named(kept: Documents) -> None:
    assert choice(kept.get("query A { name } query B { name }"), None) == {
        "message": "This document has 2 operations: name the one to execute",
        "extensions": {"code": "BAD_USER_INPUT"},
    }


def test_an_operation_that_is_not_there_cannot_be_chosen(kept: Documents) -> None:
    wrong = choice(kept.get("query A { name }"), "B")
    assert wrong["message"] == "This document has no operation `B`"
    assert len(str(choice(kept.get("{ name }"), "x" * 10_000)["message"])) < 200


def test_a_measure_is_worked_out_once_for_each_operation(kept: Documents) -> None:
    document = kept.get("query A { shop { id } } query B { name }")
    a, b = document.operation("A"), document.operation("B")
    assert document.measure(a) is document.measure(a)
    assert (document.measure(a).cost({}), document.measure(b).cost({})) == (2, 1)


def different(count: int) -> Iterator[str]:
    return (f"query Q{number} {{ shop {{ name owner {{ name }} }} }}" for number in range(count))


def test_no_more_documents_are_kept_than_may_be() -> None:
    kept = Documents(SCHEMA, Limits(), entries=10)
    for text in different(50):
        kept.get(text)
    assert len(kept) == 10


def test_documents_are_given_up_by_what_they_weigh() -> None:
    kept = Documents(SCHEMA, Limits(), memory=50_000)
    for text in different(50):
        kept.get(text)
    assert len(kept) == 9, "of about 4,900 bytes each, in nine tenths of the memory"


def test_memory_does_not_grow_with_documents_fit_or_unfit() -> None:
    kept = Documents(SCHEMA, Limits(), entries=20)

    def ask(count: int) -> int:
        for text in different(count):
            kept.get(text)
            refusal(kept, text.replace("owner", "wrong"))
            refusal(kept, text + " " * 50_000)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        few = ask(40)
        assert ask(100) < few * 1.2
    finally:
        tracemalloc.stop()


def test_a_document_weighs_about_what_is_reckoned_for_it() -> None:
    text = "{ " + " ".join(f"a{at}: shop(id: {at}) {{ name }}" for at in range(70)) + " }"
    gc.collect()
    tracemalloc.start()
    try:
        parsed = [parse(text) for _ in range(5)]
        used = tracemalloc.get_traced_memory()[0] / len(parsed)
    finally:
        tracemalloc.stop()
    tokens = measured(text, Limits())
    assert 0.5 < used / (tokens * documents._TOKEN_BYTES) < 1.2  # noqa: SLF001 - the figure that is proved


def test_the_parser_raises_nothing_else_than_what_is_caught() -> None:
    with pytest.raises(GraphQLSyntaxError):
        parse("{" * 1000)
