from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.calls import Read
from tests.gateway.execution.shop import Taken, answered, coerced, measure, tariff
from tests.gateway.execution.written import documents

SHOPS = "{ shops(first: 10) { nodes { items(first: 4) { maker { name } } } } }"


def calls(text: str, variables: Mapping[str, object] | None = None, **taken: Taken) -> dict[str, int]:
    """Of each service, at most."""
    return measure(text, tariff(**taken)).calls(coerced(text, variables or {}).coerced)


def reads(text: str, **taken: Taken) -> list[Read]:
    return measure(text, tariff(**taken)).reads


def told(text: str, variables: Mapping[str, object] | None = None, **taken: Taken) -> str:
    return reads(text, **taken)[0].told(coerced(text, variables or {}).coerced)


@given(documents(), st.integers(1, 7))
def test_a_read_has_a_key_for_each_object_that_reaches_its_field(
    document: tuple[str, dict[str, object]], per_batch: int
) -> None:
    reached: Counter[tuple[str, ...]] = Counter()

    def seen(path: tuple[str, ...], coordinate: str) -> None:
        if coordinate == "Shop.owner":
            reached[path] += 1

    assert answered(*document, lambda _: "Shop", seen).errors is None
    expected = sum(-(-count // per_batch) for count in reached.values())
    assert calls(*document, Shop_owner=Taken(per_batch=per_batch)).get("MAKERS", 0) == expected


@given(documents(narrowing=True), st.integers(1, 7), st.randoms(use_true_random=False))
def test_whatever_types_objects_turn_out_to_have_no_more_calls_are_made_than_estimated(
    document: tuple[str, dict[str, object]], per_batch: int, random: Random
) -> None:
    reached: Counter[tuple[str, ...]] = Counter()

    def seen(path: tuple[str, ...], coordinate: str) -> None:
        if coordinate in ("Shop.owner", "Item.owner"):
            reached[path] += 1

    assert answered(*document, lambda _: random.choice(["Shop", "Item"]), seen).errors is None
    made = sum(-(-count // per_batch) for count in reached.values())
    taken = Taken(per_batch=per_batch)
    assert made <= calls(*document, Shop_owner=taken, Item_owner=taken).get("MAKERS", 0)


@pytest.mark.parametrize(
    ("taken", "count"),
    [
        (Taken(), 40),
        (Taken(per_batch=25), 2),
        (Taken(per_batch=40), 1),
        (Taken(per_batch=None), 1),
        (Taken(per_batch=None, times=16), 16),
        (Taken(per_batch=25, times=3), 6),
        (Taken(different=3), 3),
        (Taken(different=3, per_batch=2), 2),
        (Taken(different=100), 40),
    ],
    ids=str,
)
def test_keys_travel_in_batches_as_large_as_the_service_takes(taken: Taken, count: int) -> None:
    assert calls(SHOPS, Item_maker=taken) == {"MAKERS": count}


def test_a_field_that_reads_nothing_makes_no_calls() -> None:
    assert calls(SHOPS, Query_node=Taken()) == {}


@pytest.mark.parametrize(("first", "count"), [(1, 10), (98, 10), (99, 20), (200, 30), (0, 10)])
def test_a_page_that_is_deeper_than_a_call_takes_more_of_them(first: int, count: int) -> None:
    text = f"{{ shops(first: 10) {{ nodes {{ items(first: {first}) {{ id }} }} }} }}"
    assert calls(text, Shop_items=Taken(page=98)) == {"MAKERS": count}


def test_the_page_of_a_connection_is_what_is_asked_of_it() -> None:
    text = "query ($n: Int!) { shops(first: $n) { nodes { id } } }"
    assert calls(text, {"n": 250}, Query_shops=Taken(page=100)) == {"MAKERS": 3}


def test_where_each_item_is_a_key_there_are_as_many_as_the_list_is_long() -> None:
    text = "query ($ids: [ID!]!) { items(ids: $ids) { id } }"
    taken = Taken(each_item=True, per_batch=2)
    assert calls(text, {"ids": list("abcde")}, Query_items=taken) == {"MAKERS": 3}
    assert calls(text, {"ids": []}, Query_items=taken) == {"MAKERS": 0}


def test_a_field_may_ask_several_services_and_each_is_counted() -> None:
    prices = tariff(Item_maker=Taken())
    both = {**prices.calls, "Shop.items": [Taken(), Taken(service="STORE", per_batch=None)]}
    counted = measure(SHOPS, type(prices)(calls=both)).calls({})
    assert counted == {"MAKERS": 50, "STORE": 1}


def test_fields_of_one_object_with_the_same_tag_share_a_read() -> None:
    text = "{ shops(first: 10) { nodes { items(first: 4) { id } staff { id } } } }"
    shared = Taken(shared="items", apart=("tag", "after"))
    assert calls(text, Shop_items=shared, Shop_staff=shared) == {"MAKERS": 10}
    assert calls(text, Shop_items=Taken(), Shop_staff=Taken()) == {"MAKERS": 20}


@pytest.mark.parametrize(("one", "other"), [(4, 250), (250, 4)])
def test_shared_reads_are_as_deep_as_the_deepest(one: int, other: int) -> None:
    text = f"{{ shop {{ a: items(first: {one}) {{ id }} b: items(first: {other}) {{ id }} }} }}"
    assert calls(text, Shop_items=Taken(shared="items", page=100)) == {"MAKERS": 3}


def test_how_deep_a_shared_read_is_may_hang_on_the_request() -> None:
    text = "query ($n: Int!) { shop { a: items(first: 150) { id } b: items(first: $n) { id } } }"
    shared = Taken(shared="items", page=100)
    assert [calls(text, {"n": n}, Shop_items=shared) for n in (1, 250)] == [{"MAKERS": 2}, {"MAKERS": 3}]


def test_what_asks_otherwise_shares_nothing() -> None:
    text = '{ shop { a: items { id } b: items(tag: "x") { id } c: items(tag: "x") { id } d: items(tag: null) { id } } }'
    assert calls(text, Shop_items=Taken(shared="items", apart=("tag",))) == {"MAKERS": 2}
    assert calls(text, Shop_items=Taken(shared="items")) == {"MAKERS": 1}


def test_a_variable_that_is_null_tells_nothing_apart() -> None:
    text = "query ($tag: String) { shop { a: items { id } b: items(tag: $tag) { id } } }"
    taken = Taken(shared="items", apart=("tag",))
    assert calls(text, {"tag": "x"}, Shop_items=taken) == {"MAKERS": 2}
    assert calls(text, {"tag": None}, Shop_items=taken) == {"MAKERS": 1}
    assert calls(text, {}, Shop_items=taken) == {"MAKERS": 1}


def test_different_objects_share_nothing() -> None:
    text = "{ a: shop { items { id } staff { id } } b: shop { items { id } staff { id } } }"
    shared = Taken(shared="items")
    assert calls(text, Shop_items=shared, Shop_staff=shared) == {"MAKERS": 2}


def test_what_is_left_out_of_the_answer_is_not_read() -> None:
    text = "query ($a: Boolean!) { shops(first: 5) { nodes @skip(if: $a) { owner { id } } } }"
    assert calls(text, {"a": False}, Shop_owner=Taken()) == {"MAKERS": 5}
    assert calls(text, {"a": True}, Shop_owner=Taken()) == {"MAKERS": 0}


@pytest.mark.parametrize(
    ("argument", "count"),
    [
        ("", 1),
        ("(kinds: null)", 1),
        ("(kinds: [ITEM])", 1),
        ("(kinds: [NOTHING, SHOP])", 1),
        ("(kinds: SHOP)", 1),
        ("(kinds: [NOTHING])", 0),
        ("(kinds: NOTHING)", 0),
        ("(kinds: [])", 0),
    ],
)
def test_what_belongs_to_some_kinds_alone_is_read_where_one_of_them_is_asked_for(argument: str, count: int) -> None:
    taken = Taken(only=("kinds", "SHOP", "ITEM"))
    assert calls(f"{{ found{argument} {{ __typename }} }}", Query_found=taken) == {"MAKERS": count}


@pytest.mark.parametrize(
    ("variables", "count"),
    [({}, 1), ({"kinds": None}, 1), ({"kinds": ["ITEM", "SHOP"]}, 1), ({"kinds": ["ITEM"]}, 0), ({"kinds": []}, 0)],
)
def test_which_kinds_are_asked_for_may_hang_on_the_request(variables: Mapping[str, object], count: int) -> None:
    text = "query ($kinds: [Kind!]) { found(kinds: $kinds) { __typename } }"
    assert calls(text, variables, Query_found=Taken(only=("kinds", "SHOP"))) == {"MAKERS": count}


@pytest.mark.parametrize(("kind", "count"), [("SHOP", 1), ("NOTHING", 0)])
def test_one_kind_among_others_may_hang_on_the_request(kind: str, count: int) -> None:
    text = "query ($kind: Kind!) { found(kinds: [ITEM, $kind]) { __typename } }"
    assert calls(text, {"kind": kind}, Query_found=Taken(only=("kinds", "SHOP"))) == {"MAKERS": count}


def test_a_service_that_the_request_spares_is_not_told_of() -> None:
    text = "query ($kinds: [Kind!]) { found(kinds: $kinds) { __typename } }"
    counted = measure(text, tariff(Query_found=Taken(only=("kinds", "SHOP"))))
    assert list(counted.estimates(coerced(text, {"kinds": ["SHOP"]}).coerced)) == ["MAKERS"]
    assert counted.estimates(coerced(text, {"kinds": ["ITEM"]}).coerced) == {}
    assert counted.asked(coerced(text, {"kinds": ["ITEM"]}).coerced) == []


def test_a_field_of_an_interface_may_read_what_any_of_its_types_reads() -> None:
    text = "{ node { owner { id } } }"
    store = Taken(service="STORE")
    assert calls(text, Shop_owner=Taken(), Item_owner=store) == {"STORE": 1, "MAKERS": 1}
    assert calls(text, Shop_owner=Taken(), Item_owner=Taken()) == {"MAKERS": 1}
    assert calls(text, Node_owner=store, Shop_owner=Taken()) == {"STORE": 1}


def test_the_path_of_a_read_has_response_names() -> None:
    (read,) = reads("{ a: shops { nodes { b: owner { id } } } }", Shop_owner=Taken())
    assert read.path == ("a", "nodes", "b")


@pytest.mark.parametrize(
    ("taken", "sentence"),
    [
        (Taken(), "1 per item, ≤ 40"),
        (Taken(per_batch=25), "1 per 25 items, ≤ 2"),
        (Taken(per_batch=None), "1 for all items, ≤ 1"),
        (Taken(per_batch=None, times=16), "16 for all items, ≤ 16"),
        (Taken(per_batch=25, times=3), "3 per 25 items, ≤ 6"),
        (Taken(different=3), "1 per different key, ≤ 3"),
    ],
    ids=str,
)
def test_a_read_is_told_in_words(taken: Taken, sentence: str) -> None:
    assert told(SHOPS, Item_maker=taken) == sentence


def test_words_are_those_of_the_type_in_the_plural_where_it_needs_one() -> None:
    text = "{ shops { nodes { id } } }"
    assert told(text, ShopConnection_nodes=Taken(per_batch=None)) == "1 for all shop connections, ≤ 1"
    assert told("{ items(ids: [1, 2]) { id } }", Query_items=Taken(each_item=True)) == "1 per item, ≤ 2"
    assert told("{ shop { id } }", Query_shop=Taken(each_item=True, per_batch=9)) == "1 per 9 shops, ≤ 1"


def test_what_is_read_at_the_root_takes_one_call_for_sure_or_at_most() -> None:
    assert told("{ shop { id } }", Query_shop=Taken(exact=True)) == "1"
    assert told("{ shop { id } }", Query_shop=Taken()) == "≤ 1"
    assert told("{ shops(first: 300) { total } }", Query_shops=Taken(exact=True, page=100)) == "≤ 3"
    text = "query ($a: Boolean!) { shop @skip(if: $a) { id } }"
    assert told(text, {"a": True}, Query_shop=Taken(exact=True)) == "≤ 0"


@pytest.mark.parametrize(("tag", "shares"), [(None, False), ("items", True)])
def test_two_reads_share_one_where_one_serves_both(tag: str | None, shares: bool) -> None:  # noqa: FBT001 - a parameter
    text = '{ shop { a: items { id } b: items { id } c: items(tag: "x") { id } } x: shop { d: items { id } } }'
    first, *others = reads(text, Shop_items=Taken(shared=tag, apart=("tag",)))
    assert [first.shares_with(other, {}) for other in others] == [shares, False, False]
