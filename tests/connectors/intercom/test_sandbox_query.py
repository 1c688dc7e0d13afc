"""The filters that the imitation understands, and how it refuses others."""

from typing import Any

import pytest

from connectors.intercom.sandbox_query import Bounds, Refusal, bounds, read
from tests.connectors.intercom.support import PEOPLE, Call, Json, calling, contact, where

CALL = calling()
ALL: list[Json] = CALL.pages(150, where("created_at", ">", 0))
EDGE = ALL[len(ALL) // 2]["created_at"]
SOMEBODY = contact(2)


@pytest.fixture
def call() -> Call:
    return CALL


def body_words(one: Json) -> str:
    return str(one["source"]["body"]).lower()


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (where("state", "=", "snoozed"), lambda one: one["state"] == "snoozed"),
        (where("state", "!=", "closed"), lambda one: one["state"] != "closed"),
        (where("state", "IN", ["open", "snoozed"]), lambda one: one["state"] != "closed"),
        (where("state", "NIN", ["open", "snoozed"]), lambda one: one["state"] == "closed"),
        (where("open", "=", value=True), lambda one: one["open"]),
        (where("open", "=", "false"), lambda one: not one["open"]),
        (where("read", "=", value=False), lambda one: not one["read"]),
        (where("priority", "=", "priority"), lambda one: one["priority"] == "priority"),
        (where("created_at", "<", EDGE), lambda one: one["created_at"] <= EDGE),
        (where("created_at", ">", str(EDGE)), lambda one: one["created_at"] >= EDGE),
        (where("created_at", "=", EDGE), lambda one: one["created_at"] == EDGE),
        (where("updated_at", ">", EDGE), lambda one: one["updated_at"] >= EDGE),
        (where("contact_ids", "=", SOMEBODY), lambda one: one["contacts"]["contacts"][0]["id"] == SOMEBODY),
        (where("contact_ids", "!=", SOMEBODY), lambda one: one["contacts"]["contacts"][0]["id"] != SOMEBODY),
        (where("id", "IN", [ALL[3]["id"], "1", "x"]), lambda one: one["id"] == ALL[3]["id"]),
        (where("id", "=", ALL[5]["id"]), lambda one: one["id"] == ALL[5]["id"]),
        (where("source.type", "^", "WHATS"), lambda one: one["source"]["type"] == "whatsapp"),
        (where("source.author.email", "$", ".example"), lambda _: True),
        (where("source.author.id", "=", SOMEBODY), lambda one: one["source"]["author"]["id"] == SOMEBODY),
        (where("source.body", "=", "dashboard"), lambda one: "dashboard" in body_words(one)),
        (where("source.body", "~", "dash"), lambda one: "dash" in body_words(one)),
        (where("source.body", "!~", "e"), lambda one: "e" not in body_words(one).replace("<p>", "")),
        (where("source.body", "~", "the dashboard"), lambda _: False),
        (where("admin_assignee_id", "=", ALL[0]["admin_assignee_id"] or 991267400), None),
    ],
)
def test_every_filter_is_what_it_says(call: Call, asked: Json, fits: Any) -> None:  # noqa: ANN401 - a predicate on JSON
    found = call.pages(40, asked)
    if fits is None:
        assert {one["admin_assignee_id"] for one in found} == {asked["value"]}
    else:
        assert found == [one for one in ALL if fits(one)]


def test_groups_are_all_or_any_and_nest(call: Call) -> None:
    snoozed, prior = where("state", "=", "snoozed"), where("priority", "=", "priority")
    either = {"operator": "OR", "value": [snoozed, prior]}
    both = {"operator": "AND", "value": [snoozed, prior]}
    assert call.pages(40, either) == [one for one in ALL if one["state"] == "snoozed" or one["priority"] == "priority"]
    assert call.pages(40, both, where("created_at", "<", EDGE)) == [
        one for one in ALL if one["state"] == "snoozed" and one["priority"] == "priority" and one["created_at"] <= EDGE
    ]


def test_a_single_filter_needs_no_group(call: Call) -> None:
    body = call.post(
        "/conversations/search", {"query": where("state", "=", "snoozed"), "pagination": {"per_page": 150}}
    )
    assert body["conversations"] == [one for one in ALL if one["state"] == "snoozed"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (where("contact_ids", "=", "A"), Bounds(frozenset({"a"}))),
        (where("contact_ids", "NIN", ["a"]), Bounds()),
        (where("created_at", "<", 7), Bounds(until=7)),
        (
            {"operator": "AND", "value": [where("contact_ids", "IN", ["a", "b"]), where("contact_ids", "=", "b")]},
            Bounds(frozenset({"b"})),
        ),
        (
            {"operator": "AND", "value": [where("created_at", "<", 7), where("created_at", "=", 5)]},
            Bounds(until=5),
        ),
        (
            {
                "operator": "AND",
                "value": [where("id", "=", "1"), {"operator": "AND", "value": [where("id", "IN", ["1", "2"])]}],
            },
            Bounds(ids=frozenset({"1"})),
        ),
        ({"operator": "OR", "value": [where("contact_ids", "=", "a"), where("created_at", "<", 7)]}, Bounds()),
    ],
)
def test_bounds_are_what_everything_that_fits_has_in_common(query: Json, expected: object) -> None:
    assert bounds(read(query)) == expected


def nested(depth: int) -> Json:
    return {"operator": "AND", "value": [nested(depth - 1)]} if depth else where("state", "=", "open")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (where("colour", "=", "red"), "invalid_field"),
        (where("state", "<", "open"), "invalid_operator"),
        (where("created_at", "~", 7), "invalid_operator"),
        (where("open", ">", value=True), "invalid_operator"),
        (where("state", "like", "open"), "invalid_operator"),
        (where("created_at", ">", "yesterday"), "invalid_value"),
        (where("created_at", ">", value=True), "invalid_value"),
        (where("open", "=", "maybe"), "invalid_value"),
        (where("state", "=", 7), "invalid_value"),
        (where("state", "=", ["open"]), "invalid_value"),
        (where("state", "IN", "open"), "invalid_value"),
        (where("state", "IN", []), "invalid_value"),
        (where("contact_ids", "IN", ["x"] * 16), "invalid_value"),
        ({"operator": "AND", "value": []}, "parameter_invalid"),
        ({"operator": "AND", "value": [where("state", "=", "open")] * 16}, "parameter_invalid"),
        ({"operator": "XOR", "value": [where("state", "=", "open")]}, "parameter_invalid"),
        ({"operator": "AND", "value": "x"}, "parameter_invalid"),
        (nested(3), "parameter_invalid"),
        ({}, "parameter_invalid"),
        ([], "parameter_invalid"),
        ("state", "parameter_invalid"),
        (None, "parameter_invalid"),
    ],
)
def test_a_filter_that_intercom_would_not_take_is_refused(call: Call, query: object, code: str) -> None:
    refused = call.post("/conversations/search", {"query": query}, 400)
    assert [error["code"] for error in refused["errors"]] == [code]


def test_two_groups_may_be_nested_and_fifteen_contacts_asked_for() -> None:
    assert bounds(read(nested(2))) == Bounds()
    fifteen = [contact(number) for number in range(15)]
    assert bounds(read(where("contact_ids", "IN", fifteen))) == Bounds(frozenset(fifteen))
    with pytest.raises(Refusal):
        read(where("contact_ids", "IN", [contact(number % PEOPLE.count) for number in range(16)]))
