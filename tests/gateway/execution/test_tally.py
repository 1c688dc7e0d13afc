from collections.abc import Iterator
from graphlib import CycleError

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from hypothesis import given

from gateway.execution.tally import Counted, Tallies, Tally
from tests.gateway.execution.shop import operation
from tests.gateway.execution.written import documents

COUNTED: tuple[Counted, ...] = ("aliases", "directives", "root_fields", "fields")


def tally(text: str) -> Tally:
    node, fragments = operation(text)
    return Tallies(fragments).operation(node)


class WrittenOut:
    """The same figures, the slow way: every fragment is written out wherever it is spread."""

    def __init__(self, node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._node = node

    def tally(self) -> Tally:
        nodes = list(self._nodes(self._node.selection_set, 1))
        fields = [(node, level) for node, level in nodes if isinstance(node, FieldNode)]
        return Tally(
            depth=max((level for _, level in fields), default=0),
            aliases=sum(node.alias is not None for node, _ in fields),
            directives=sum(len(node.directives or ()) for node, _ in nodes) + len(self._node.directives or ()),
            root_fields=sum(level == 1 for _, level in fields),
            fields=len(fields),
        )

    def _nodes(self, selections: SelectionSetNode, level: int) -> Iterator[tuple[SelectionNode, int]]:
        for node in selections.selections:
            yield node, level
            if isinstance(node, FieldNode) and node.selection_set:
                yield from self._nodes(node.selection_set, level + 1)
            elif isinstance(node, InlineFragmentNode):
                yield from self._nodes(node.selection_set, level)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._nodes(self._fragments[node.name.value].selection_set, level)


@given(documents(narrowing=True))
def test_a_tally_is_that_of_the_operation_with_its_fragments_written_out(
    document: tuple[str, dict[str, object]],
) -> None:
    assert tally(document[0]) == WrittenOut(*operation(document[0])).tally()


@given(documents(narrowing=True))
def test_the_last_of_each_count_has_a_place_and_one_more_has_none_of_its_own(
    document: tuple[str, dict[str, object]],
) -> None:
    node, fragments = operation(document[0])
    tallies = Tallies(fragments)
    found = tallies.operation(node)
    for counted in COUNTED:
        if count := getattr(found, counted):
            assert tallies.nth(node, counted, count) is not None


def test_each_figure_counts_what_its_name_says() -> None:
    text = """query ($v: Int @a) @b { one two: one { three @c @d { four } } ...F @e ... @f { five } }
        fragment F on Query @g { six: one seven }"""
    assert tally(text) == Tally(depth=3, aliases=2, directives=7, root_fields=5, fields=7)


def test_a_fragment_counts_at_every_spread() -> None:
    assert tally("{ ...F a { ...F } ...F } fragment F on Query { x: b }") == Tally(2, 3, 0, 3, 4)


def test_a_hundred_fragments_each_spread_twice_are_counted_without_being_written_out() -> None:
    chain = " ".join(f"fragment F{at} on Query {{ ...F{at + 1} ...F{at + 1} }}" for at in range(100))
    assert tally(f"{{ ...F0 }} {chain} fragment F100 on Query {{ a }}").fields == 2**100


def test_what_lies_below_introspection_has_no_depth_but_counts_otherwise() -> None:
    text = "{ __schema { types { a: fields { type { ofType { ofType { name } } } } } } a { b } }"
    assert tally(text) == Tally(depth=2, aliases=1, directives=0, root_fields=2, fields=9)


def test_a_field_that_only_looks_like_introspection_has_its_depth() -> None:
    assert tally("{ schema { types { name } } }").depth == 3


def test_a_fragment_that_is_not_there_counts_for_nothing() -> None:
    assert tally("{ a ...Missing }") == Tally(1, 0, 0, 1, 1)


def test_a_fragment_within_itself_has_no_size() -> None:
    with pytest.raises(CycleError):
        tally("{ ...A } fragment A on Query { ...B } fragment B on Query { a { ...A } }")


@pytest.mark.parametrize(
    ("counted", "number", "name"),
    [
        ("fields", 1, "a"),
        ("fields", 4, "d"),
        ("fields", 5, "d"),
        ("fields", 6, "e"),
        ("aliases", 1, "b"),
        ("aliases", 2, "d"),
        ("aliases", 3, "d"),
        ("root_fields", 2, "b"),
        ("root_fields", 3, "d"),
        ("directives", 1, "c"),
        ("directives", 2, "e"),
    ],
)
def test_the_nth_of_a_count_is_found_inside_fields_and_fragments(counted: Counted, number: int, name: str) -> None:
    text = "{ a x: b { c @p ...F } ...F ... { e @q } } fragment F on Query { y: d }"
    node, fragments = operation(text)
    found = Tallies(fragments).nth(node, counted, number)
    assert isinstance(found, FieldNode)
    assert found.name.value == name


def test_a_directive_of_the_operation_itself_stands_before_every_selection() -> None:
    node, fragments = operation("query @a @b { c @d }")
    tallies = Tallies(fragments)
    assert [tallies.nth(node, "directives", number) for number in (1, 2)] == [None, None]
    assert tallies.nth(node, "directives", 3) is node.selection_set.selections[0]


def test_a_directive_at_the_head_of_a_fragment_is_found_where_that_is_spread() -> None:
    node, fragments = operation("{ a ...F } fragment F on Query @d { b }")
    assert Tallies(fragments).nth(node, "directives", 1) is node.selection_set.selections[1]


def test_the_deepest_path_leads_through_fragments_as_far_as_is_asked() -> None:
    node, fragments = operation("{ a { x } b { ...F } } fragment F on T { c { ... { d { e } } } }")
    path, field = Tallies(fragments).deepest(node, 3)
    assert path == "b.c.d"
    assert field is not None
    assert field.name.value == "d"


def test_a_selection_without_anything_in_it_has_no_depth() -> None:
    node, fragments = operation("{ }")
    assert Tallies(fragments).operation(node) == Tally()
    assert Tallies(fragments).deepest(node, 2) == ("", None)
