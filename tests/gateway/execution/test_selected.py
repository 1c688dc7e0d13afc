from typing import Any

import pytest

from gateway.execution.amount import value
from gateway.execution.selected import Selected
from tests.gateway.execution.shop import measure


def tree(fields: list[Selected], variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Keys, with what is below them; `key[size]` where it is a list, `key on Type` where it is for one type only."""
    return {
        one.key + (f"[{size}]" if (size := value(one.size, variables or {})) != 1 else "")
        + (f" on {one.only.name}" if one.only else ""): tree(one.inner, variables)
        for one in fields
        if one.wanted(variables or {})
    }  # fmt: skip


def selected(text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    return tree(measure(text).roots, variables)


def test_fields_of_one_response_name_are_merged_with_what_is_below_them() -> None:
    text = "{ shop { name ...F ... { owner { name } } } shop { id } } fragment F on Shop { owner { id } name }"
    assert selected(text) == {"shop": {"name": {}, "owner": {"id": {}, "name": {}}, "id": {}}}


def test_aliases_are_told_apart_and_keep_their_field() -> None:
    (one, two) = measure("{ a: shop { id } b: shop { id } }").roots
    assert (one.key, one.name, one.coordinate) == ("a", "shop", "Query.shop")
    assert (two.key, two.type.name) == ("b", "Shop")


def test_what_introspects_is_left_out() -> None:
    assert selected("{ __typename __schema { types { name } } shop { __typename id } }") == {"shop": {"id": {}}}


def test_a_connection_hands_its_slice_down_to_what_it_holds() -> None:
    text = "{ shops(first: 9) { edges { node { id staff { id } } } nodes { id } pageInfo { more } total } }"
    assert selected(text) == {
        "shops": {
            "edges[9]": {"node": {"id": {}, "staff[2]": {"id": {}}}},
            "nodes[9]": {"id": {}},
            "pageInfo": {"more": {}},
            "total": {},
        }
    }


def test_lists_have_the_size_that_is_known_of_them() -> None:
    text = "{ items(ids: [1, 2, 3]) { id } shop { items { id } tags grid { id } } found { ... on Item { id } } }"
    assert selected(text) == {
        "items[3]": {"id": {}},
        "shop": {"items[2]": {"id": {}}, "tags[4]": {}, "grid[16]": {"id": {}}},
        "found[4]": {"id on Item": {}},
    }


def test_a_slice_of_a_list_is_not_that_of_the_lists_in_it() -> None:
    assert selected("{ pages(first: 9) { nodes { id } } }") == {"pages[9]": {"nodes[4]": {"id": {}}}}


def test_a_fragment_on_a_narrower_type_says_for_which() -> None:
    text = "{ node { id ... on Shop { name } ... on Item { name } ... on Node { owner { id } } } }"
    assert selected(text) == {"node": {"id": {}, "name on Shop": {}, "name on Item": {}, "owner": {"id": {}}}}


def test_a_fragment_on_a_wider_type_is_for_all() -> None:
    assert selected("{ shop { ... on Node { id owner { id } } } }") == {"shop": {"id": {}, "owner": {"id": {}}}}
    assert measure("{ shop { ... on Node { id } } }").roots[0].inner[0].coordinate == "Shop.id"


def test_a_fragment_on_a_type_that_overlaps_has_that_types_fields() -> None:
    text = "{ found { ... on Node { owner { id } ... on Shop { name } } } }"
    assert selected(text) == {"found[4]": {"owner on Node": {"id": {}}, "name on Shop": {}}}


def test_a_type_that_no_object_can_have_selects_nothing() -> None:
    assert selected("{ shop { id ... on Node { ... on Item { name } } } }") == {"shop": {"id": {}}}


@pytest.mark.parametrize(
    ("directives", "wanted"),
    [("@skip(if: true)", False), ("@include(if: false)", False), ("@skip(if: false) @include(if: true)", True)],
)
def test_what_is_left_out_for_good_is_not_there(directives: str, wanted: bool) -> None:  # noqa: FBT001 - a parameter
    assert ("id" in selected(f"{{ shop {{ name id {directives} }} }}")["shop"]) is wanted
    assert ("id" in selected(f"{{ shop {{ name ... {directives} {{ id }} }} }}")["shop"]) is wanted


def test_conditions_are_asked_of_the_variables() -> None:
    text = """query ($a: Boolean!, $b: Boolean!) {
        shop { id @include(if: $a) name @skip(if: $b) ... @include(if: $a) { tags @skip(if: $b) } } }"""
    assert selected(text, {"a": True, "b": False}) == {"shop": {"id": {}, "name": {}, "tags[4]": {}}}
    assert selected(text, {"a": True, "b": True}) == {"shop": {"id": {}}}
    assert selected(text, {"a": False, "b": False}) == {"shop": {"name": {}}}


def test_a_field_is_there_where_any_of_its_selections_is() -> None:
    text = "query ($a: Boolean!, $b: Boolean!) { shop @include(if: $a) { id } shop @include(if: $b) { name } }"
    assert selected(text, {"a": True, "b": False}) == {"shop": {"id": {}}}
    assert selected(text, {"a": False, "b": True}) == {"shop": {"name": {}}}
    assert selected(text, {"a": True, "b": True}) == {"shop": {"id": {}, "name": {}}}
    assert selected(text, {"a": False, "b": False}) == {}


def test_a_field_that_is_always_there_is_sure_and_one_with_a_condition_is_not() -> None:
    text = "query ($a: Boolean!) { shop @include(if: $a) { id } name shop { id } node @skip(if: $a) { id } }"
    assert {one.key: one.sure for one in measure(text).roots} == {"shop": True, "name": True, "node": False}


def test_what_hangs_on_the_condition_of_its_parent_alone_is_sure_below_it() -> None:
    text = """query ($a: Boolean!, $b: Boolean!) {
        shop @include(if: $a) { id tags @skip(if: $b) } }"""
    (shop,) = measure(text).roots
    assert {one.key: one.sure for one in shop.inner} == {"id": True, "tags": False}


def test_a_fragment_that_is_spread_again_in_the_same_place_adds_nothing() -> None:
    (shop,) = measure("{ shop { ...F ... { ...F } ...G } } fragment F on Shop { id } fragment G on Shop { ...F }").roots
    assert len(shop.inner[0].nodes) == 1


def test_spreads_without_end_of_number_are_no_recursion() -> None:
    chain = " ".join(f"fragment F{at} on Query {{ ...F{at + 1} }}" for at in range(3_000))
    assert selected(f"{{ ...F0 }} {chain} fragment F3000 on Query {{ name }}") == {"name": {}}


def test_the_roots_of_mutations_and_subscriptions_are_their_own() -> None:
    assert measure('mutation { rename(name: "x") { id } }').roots[0].coordinate == "Mutation.rename"
    assert measure("subscription { renamed { id } }").roots[0].coordinate == "Subscription.renamed"
