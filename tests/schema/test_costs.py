from graphql import GraphQLObjectType

from schema.build import build_schema
from schema.costs import SIZES, VALUES, weights

GRAPH = build_schema()._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes


def test_wrappers_and_values_weigh_nothing_and_everything_else_one() -> None:
    found = weights(GRAPH.type_map)
    assert set(found.values()) == {0}
    assert {"CustomerConnection", "CustomerEdge", "PageInfo", "Money"} <= set(found)
    assert not {"Customer", "Payment", "Ticket", "Developer", "SocialProfile", "Query"} & set(found)


def test_what_is_called_a_value_is_a_type_of_the_graph() -> None:
    assert set(VALUES) <= set(GRAPH.type_map)


def test_a_size_is_that_of_a_list_of_the_graph_that_no_argument_slices() -> None:
    for coordinate, size in SIZES.items():
        type_, _, name = coordinate.partition(".")
        found = GRAPH.type_map[type_]
        assert isinstance(found, GraphQLObjectType)
        assert str(found.fields[name].type).startswith("[")
        assert not {"first", "last"} & set(found.fields[name].args)
        assert size > 0
