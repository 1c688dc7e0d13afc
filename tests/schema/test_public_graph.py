"""The graph's names, types and defaults, held to the public graph that frontends rely on."""

from collections.abc import Iterator
from functools import cache

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from tests.contracts.document import folder
from tests.schema.harness import graph

PUBLIC = folder().parent / "graph.graphql"
pytestmark = pytest.mark.skipif(
    not PUBLIC.is_file(), reason=f"no {PUBLIC.name} beside the contracts: set CONTRACTS_DIR"
)

# What the public graph has and this one does not have yet: whole types, and fields of the types that it has.
NOT_YET = {"JSON"}

Member = FieldDefinitionNode | InputValueDefinitionNode


@cache
def definitions(text: str) -> dict[str, TypeDefinitionNode]:
    found = (node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode))
    return {node.name.value: node for node in found}


def public() -> dict[str, TypeDefinitionNode]:
    return definitions(PUBLIC.read_text(encoding="utf-8"))


def ours() -> dict[str, TypeDefinitionNode]:
    return definitions(graph().as_str())


def members(kind: TypeDefinitionNode) -> dict[str, Member]:
    if isinstance(kind, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode):
        return {one.name.value: one for one in kind.fields or ()}
    return {}


def interfaces(kind: TypeDefinitionNode) -> set[str]:
    return {one.name.value for one in kind.interfaces or ()} if isinstance(kind, ObjectTypeDefinitionNode) else set()


def spelled(member: Member) -> str:
    """Type and default, in the words of the language."""
    default = getattr(member, "default_value", None)
    return print_ast(member.type) + (f" = {print_ast(default)}" if default else "")


def shared() -> Iterator[tuple[str, TypeDefinitionNode, TypeDefinitionNode]]:
    """The types of both graphs: name, theirs, ours."""
    for name, kind in public().items():
        if name in ours():
            yield name, kind, ours()[name]


def test_every_shared_type_is_of_the_same_kind_with_the_same_interfaces() -> None:
    assert [name for name, theirs, here in shared() if type(theirs) is not type(here)] == []
    assert {name: interfaces(theirs) for name, theirs, _ in shared()} == {
        name: interfaces(here) for name, _, here in shared()
    }


def test_every_shared_field_has_the_public_type_nullability_and_default() -> None:
    expected, found = {}, {}
    for name, theirs, here in shared():
        for field in members(theirs).keys() & members(here).keys():
            expected[f"{name}.{field}"] = spelled(members(theirs)[field])
            found[f"{name}.{field}"] = spelled(members(here)[field])
    assert found == expected
    assert len(found) > 150


def test_every_argument_of_a_shared_field_is_there_with_the_public_type_and_default() -> None:
    expected, found = {}, {}
    for name, theirs, here in shared():
        for field in members(theirs).keys() & members(here).keys():
            given = {one.name.value: one for one in getattr(members(here)[field], "arguments", None) or ()}
            for argument in getattr(members(theirs)[field], "arguments", None) or ():
                place = f"{name}.{field}({argument.name.value})"
                expected[place] = spelled(argument)
                found[place] = spelled(given[argument.name.value]) if argument.name.value in given else "missing"
    assert found == expected
    assert len(found) > 50


def test_an_argument_that_only_this_graph_has_may_be_left_out() -> None:
    for name, theirs, here in shared():
        for field in members(theirs).keys() & members(here).keys():
            known = {one.name.value for one in getattr(members(theirs)[field], "arguments", None) or ()}
            for argument in getattr(members(here)[field], "arguments", None) or ():
                place = f"{name}.{field}({argument.name.value})"
                assert argument.name.value in known or not spelled(argument).endswith("!"), place


def test_every_shared_enum_has_the_public_values_and_no_others_but_for_services() -> None:
    enums = [(name, theirs, here) for name, theirs, here in shared() if isinstance(theirs, EnumTypeDefinitionNode)]
    for name, theirs, here in enums:
        assert isinstance(here, EnumTypeDefinitionNode)
        more = {one.name.value for one in here.values or ()} - {one.name.value for one in theirs.values or ()}
        assert {one.name.value for one in theirs.values or ()} <= {one.name.value for one in here.values or ()}, name
        assert name == "Service" or not more, name
    assert len(enums) > 5


def test_every_shared_union_has_the_public_members() -> None:
    unions = [(theirs, here) for _, theirs, here in shared() if isinstance(theirs, UnionTypeDefinitionNode)]
    for theirs, here in unions:
        assert isinstance(here, UnionTypeDefinitionNode)
        assert {one.name.value for one in here.types or ()} == {one.name.value for one in theirs.types or ()}
    assert len(unions) == 1


def test_what_is_missing_is_written_down_and_nothing_else() -> None:
    missing = public().keys() - ours().keys()
    fields = {
        f"{name}.{field}" for name, theirs, here in shared() for field in members(theirs).keys() - members(here).keys()
    }
    assert missing | fields == NOT_YET


def test_every_connection_has_the_shape_of_one() -> None:
    connections = [name.removesuffix("Connection") for name in ours() if name.endswith("Connection")]
    assert "Payment" in connections
    for name in connections:
        page, edge = members(ours()[f"{name}Connection"]), members(ours()[f"{name}Edge"])
        node = {"Timeline": "TimelineEntry", "Search": "SearchResult"}.get(name, name)
        shape = {field: spelled(one) for field, one in page.items()}
        assert shape == {"edges": f"[{name}Edge!]!", "pageInfo": "PageInfo!", "totalCount": "Int"}
        assert {field: spelled(one) for field, one in edge.items()} == {"node": f"{node}!", "cursor": "String!"}
